"""The types of scam as data: their codes, names, official names, aliases, definitions and advice."""

from __future__ import annotations

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from classifier import messages
from classifier.errors import InputError
from classifier.normalise import fold
from classifier.resources import read_data

#: The class beside the categories: text that tells of no fraud. It has a place in the ranking and is never a ``Verdict.category``.
NOT_A_CASE = "not_a_case"


@dataclass(frozen=True)
class Category:
    """One type of scam.

    Parameters
    ----------
    code : str
        What programs and files use.
    names, definition, advice : dict of str to str
        For people, by language (``"zh"``, ``"en"``).
    official : str or None
        The official name it counts as.
    aliases : tuple of str
        Other names it goes by.
    """

    code: str
    names: dict[str, str]
    official: str | None
    aliases: tuple[str, ...]
    definition: dict[str, str]
    advice: dict[str, str]


@dataclass(frozen=True, eq=False)
class Taxonomy:
    """All types, in the order of the rules where several fit.

    Parameters
    ----------
    version : str
        Raised with every change of the types or their borders.
    official : tuple of str
        The official names.
    categories : dict of str to Category
        By code; without ``NOT_A_CASE``.
    not_a_case : Category
        The class of texts that tell of no fraud.
    labels : dict of str to str
        The code by every ``label_key`` that is understood.
    declared : tuple of dict
        What a user's file says of the types that it declares; these are the last of the categories.
    """

    version: str
    official: tuple[str, ...]
    categories: dict[str, Category]
    not_a_case: Category
    labels: dict[str, str]
    declared: tuple[dict[str, Any], ...] = ()

    def __getitem__(self, code: str) -> Category:
        return self.not_a_case if code == NOT_A_CASE else self.categories[code]

    def called(self, code: str, lang: str) -> str:
        """A type's name for people, also of one that only another taxonomy knows.

        Parameters
        ----------
        code : str
            A code, or ``NOT_A_CASE``.
        lang : {"zh", "en"}
            Language of the name.

        Returns
        -------
        str
            The code itself where it is not known.
        """
        return self[code].names[lang] if code == NOT_A_CASE or code in self.categories else code

    def find(self, label: str) -> str | None:
        """The code that a label means.

        Parameters
        ----------
        label : str
            A code, name, official name or alias; traditional characters, brackets, blanks and a trailing 类 or 诈骗 do not matter.

        Returns
        -------
        str or None
            A code or ``NOT_A_CASE``; None if nobody knows the label.
        """
        key = label_key(label)
        while key not in self.labels:
            ending = _ENDING.search(key, max(len(key) - _LONGEST_ENDING, 0))
            if ending is None or ending.start() == 0:
                return None
            key = key[: ending.start()]
        return self.labels[key]

    def extended(self, entries: Sequence[dict[str, Any]]) -> Taxonomy:
        """The same taxonomy with types that a user has declared.

        Parameters
        ----------
        entries : sequence of dict
            As ``read_types`` gives them.

        Returns
        -------
        Taxonomy
            The declared types at the end; this one itself if there are none.

        Raises
        ------
        InputError
            If a code, name or alias is taken already, or an entry says too little.
        """
        if not entries:
            return self
        if twice := [code for code, n in Counter(str(entry.get("code")) for entry in entries).items() if n > 1]:
            raise InputError("type_twice", code=twice[0][:_LONGEST_LABEL])
        found = Taxonomy(self.version, self.official, dict(self.categories), self.not_a_case, dict(self.labels), (*self.declared, *entries))
        for entry in entries:
            declared = _declared(entry, self.official)
            for name in (declared.code, *declared.names.values(), *declared.aliases):
                if not label_key(name):
                    raise InputError("type_incomplete", code=declared.code)
                # Also with an ending that labels may have: 贷款诈骗案 is a label of loans already.
                holder = found.find(name)
                if holder not in (None, declared.code) or declared.code in (*self.categories, NOT_A_CASE):
                    raise InputError("type_taken", name=name, code=declared.code, other=holder)
                found.labels[label_key(name)] = declared.code
            found.categories[declared.code] = declared
        return found

    def nearest(self, label: str) -> list[str]:
        """What somebody may have meant by a label that nobody knows.

        Parameters
        ----------
        label : str
            As somebody wrote it.

        Returns
        -------
        list of str
            At most three codes, the one first that has the likest name.
        """
        from difflib import get_close_matches

        known = {key: code for key, code in self.labels.items() if len(key) <= _LONGEST_LABEL}
        near = get_close_matches(label_key(label[:_LONGEST_LABEL]), known, n=len(known), cutoff=_LIKE)
        return list(dict.fromkeys(known[key] for key in near))[:3]


#: No name is longer; a label that is gets no more looked at.
_LONGEST_LABEL = 40
#: So much of two names must be the same for the one to be meant by the other: 假冒客服 and 假客服 share 0.86, 贷款骗局 and 假贷款 0.57.
_LIKE = 0.5

_ENDING = re.compile(r"(?:案件|案|类型|类|(?:电信网络|网络|电信)?诈骗罪?|骗局)$")
#: In characters; a very long label is not searched from its beginning again and again.
_LONGEST_ENDING = 7


def label_key(label: str) -> str:
    """What two spellings of one label have in common.

    Parameters
    ----------
    label : str
        As somebody wrote it.

    Returns
    -------
    str
        Folded, without blanks, brackets, punctuation and a trailing 类.
    """
    key = re.sub(r"[^\w]|_", "", fold(label))
    return re.sub(r"类型?$", "", key) or key


def _label_index(official: Iterable[str], categories: list[Category]) -> dict[str, str]:
    index: dict[str, str] = {}
    by_name = {}
    for category in categories:
        by_name[category.names["zh"]] = category.code
        for name in (category.code, *category.names.values(), *category.aliases):
            index[label_key(name)] = category.code
    for name in official:
        meant = [c.code for c in categories if c.official == name]
        index.setdefault(label_key(name), meant[0] if len(meant) == 1 else by_name[name])
    return index


#: What an entry may say.
_KEYS = ("code", "name", "definition", "aliases", "official", "advice")
#: A declared code is used in file names, columns and options.
_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


def _declared(entry: dict[str, Any], official: Sequence[str]) -> Category:
    """A type from an entry of a user's file, in which a name is enough."""
    code, name = entry.get("code"), entry.get("name")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise InputError("type_code_invalid", code=str(code)[:_LONGEST_LABEL])
    given_keys = {*entry} | {f"{key}.{lang}" for key, value in entry.items() if isinstance(value, dict) for lang in value}
    known_keys = {*_KEYS} | {f"{key}.{lang}" for key in _KEYS for lang in messages.LANGUAGES}
    if strange := sorted(given_keys - known_keys):
        raise InputError("type_key_unknown", code=code, keys=", ".join(strange)[:_LONGEST_LABEL], known=", ".join(_KEYS))
    if entry.get("official") not in (None, *official):
        raise InputError("type_official_unknown", code=code, known="、".join(official))
    texts = {"name": name, "definition": entry.get("definition", ""), "advice": entry.get("advice")}
    by_language = {key: value if isinstance(value, dict) else {"zh": value} for key, value in texts.items()}
    given = {key: {lang: value.get(lang) or value.get("zh") for lang in messages.LANGUAGES} for key, value in by_language.items()}
    given["advice"] = {lang: text or messages.text_in(lang, "advice_of_declared") for lang, text in given["advice"].items()}
    aliases = entry.get("aliases", [])
    whole = all(isinstance(given[key].get(lang), str) for key in texts for lang in messages.LANGUAGES) and all(given["name"].values())
    if not whole or not isinstance(aliases, list) or not all(isinstance(alias, str) and alias.strip() for alias in aliases):
        raise InputError("type_incomplete", code=code)
    return _category(code, {"official": entry.get("official"), "aliases": aliases, **given})


def read_types(path: str | os.PathLike[str]) -> list[dict[str, Any]]:
    """Read a file in which a user declares types.

    Parameters
    ----------
    path : path
        TOML with a table ``[[category]]`` for each: ``code`` and ``name``, and if need be ``definition``, ``aliases``, ``official`` (the official
        name that it counts as) and ``advice``. Texts may be given by language, as ``{ zh = "…", en = "…" }``.

    Returns
    -------
    list of dict
        Checked, for ``Taxonomy.extended``.

    Raises
    ------
    InputError
        If the file cannot be read, or an entry is not right.
    """
    from classifier.reading import read_text

    try:
        entries = tomllib.loads(read_text(path)).get("category")
    except ValueError as error:
        raise InputError("types_not_toml", path=path) from error
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InputError("types_not_toml", path=path)
    load_taxonomy().extended(entries)
    return entries


def _category(code: str, entry: dict[str, object]) -> Category:
    return Category(
        code=code,
        names=entry["name"],  # type: ignore[arg-type]
        official=entry.get("official"),  # type: ignore[arg-type]
        aliases=tuple(entry["aliases"]),  # type: ignore[arg-type]
        definition=entry["definition"],  # type: ignore[arg-type]
        advice=entry["advice"],  # type: ignore[arg-type]
    )


@cache
def load_taxonomy() -> Taxonomy:
    """The shipped taxonomy.

    Returns
    -------
    Taxonomy
        Read once from ``data/taxonomy.toml``.
    """
    data = tomllib.loads(read_data("taxonomy.toml"))
    categories = {entry["code"]: _category(entry["code"], entry) for entry in data["category"]}
    not_a_case = _category(NOT_A_CASE, data["not_a_case"])
    return Taxonomy(
        version=data["version"],
        official=tuple(data["official"]),
        categories=categories,
        not_a_case=not_a_case,
        labels=_label_index(data["official"], [*categories.values(), not_a_case]),
    )
