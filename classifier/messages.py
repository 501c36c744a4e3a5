"""Messages for people, Chinese and English. The texts stand in ``data/messages.toml``; which language is spoken is decided here."""

from __future__ import annotations

import contextvars
import locale
import os
import tomllib
from functools import cache

from classifier.resources import read_data

LANGUAGES = ("zh", "en")

_language: contextvars.ContextVar[str | None] = contextvars.ContextVar("scamtype_language", default=None)


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    return tomllib.loads(read_data("messages.toml"))


def language() -> str:
    """The language that messages are in: the one set, or the locale's, or Chinese.

    Returns
    -------
    str
        ``"zh"`` or ``"en"``. Without a hint (the C locale) Chinese, the language of the users.
    """
    chosen = _language.get()
    if chosen:
        return chosen
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    return "en" if (locale.getlocale()[0] or "").lower().startswith("en") else "zh"


def set_language(code: str | None) -> None:
    """Choose the language of messages for this context.

    Parameters
    ----------
    code : str or None
        ``"zh"``, ``"en"``, or None for the locale's.
    """
    _language.set(code)


def text(key: str, **values: object) -> str:
    """A message in the language of the context.

    Parameters
    ----------
    key : str
        Its name in ``data/messages.toml``.
    **values : object
        What it names.

    Returns
    -------
    str
        The message, on one line.
    """
    return text_in(language(), key, **values)


def text_in(lang: str, key: str, **values: object) -> str:
    """A message in a given language.

    Parameters
    ----------
    lang : {"zh", "en"}
        The language.
    key : str
        Its name in ``data/messages.toml``.
    **values : object
        What it names.

    Returns
    -------
    str
        The message, on one line.
    """
    return " ".join(_catalogue()[key][lang].format(**values).split())
