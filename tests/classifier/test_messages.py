"""Holds the messages to being there in two languages for every key that the code uses, and to speaking the language that was chosen."""

from __future__ import annotations

import ast
import contextvars
import string
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import classifier
import training
from classifier import errors, messages
from classifier.resources import read_data
from classifier.verdict import Decision

CATALOGUE: dict[str, dict[str, str]] = tomllib.loads(read_data("messages.toml"))
MODULES = sorted(module for package in (classifier, training) for module in Path(str(package.__file__)).parent.rglob("*.py"))
RAISED = {name for name in dir(errors) if isinstance(getattr(errors, name), type) and issubclass(getattr(errors, name), errors.ScamtypeError)}


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


def pattern(node: ast.expr) -> str | None:
    """A key as it stands in the code; what is filled in is an asterisk."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None


def uses() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where a message is asked for: the place, the key, and the names of the values given (None if not known)."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            at = {"text": 0, "text_in": 1}.get(called, 0 if called in RAISED else None)
            if called in ("text", "text_in") and not (isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "messages"):
                continue
            key = pattern(node.args[at]) if at is not None and len(node.args) > at else None
            if key is not None:
                names = {str(keyword.arg) for keyword in node.keywords if keyword.arg}
                yield f"{module.name}:{node.lineno}", key, None if any(keyword.arg is None for keyword in node.keywords) else names


USES = list(uses())
# Strings that are a key somewhere else than in a call: tables of keys.
STRINGS = {
    node.value
    for module in MODULES
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}


def test_the_code_asks_for_messages_and_raises_them() -> None:
    assert len(USES) > 30
    assert {"file_missing", "model_not_found", "decision_*"} <= {key for _, key, _ in USES}


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_message_has_both_languages_and_no_other(key: str) -> None:
    assert tuple(CATALOGUE[key]) == messages.LANGUAGES == ("zh", "en")


@pytest.mark.parametrize("key", CATALOGUE)
def test_both_languages_name_the_same_values(key: str) -> None:
    assert placeholders(CATALOGUE[key]["zh"]) == placeholders(CATALOGUE[key]["en"])


@pytest.mark.parametrize("key", CATALOGUE)
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_every_message_is_one_line_without_blanks_around(key: str, lang: str) -> None:
    message = CATALOGUE[key][lang]
    assert message == message.strip() != ""
    assert message.splitlines() == [message]
    assert "\t" not in message


@pytest.mark.parametrize("key", CATALOGUE)
def test_the_chinese_message_is_chinese_and_the_english_one_is_not(key: str) -> None:
    def chinese(message: str) -> bool:
        return any("\u4e00" <= character <= "\u9fff" for character in message)

    assert chinese(CATALOGUE[key]["zh"])
    assert not chinese(CATALOGUE[key]["en"])


@pytest.mark.parametrize(("place", "key"), [(place, key) for place, key, _ in USES])
def test_every_key_that_the_code_uses_exists(place: str, key: str) -> None:
    assert [known for known in CATALOGUE if fnmatchcase(known, key)] != []


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_key_is_used(key: str) -> None:
    assert key in STRINGS or any(fnmatchcase(key, used) for _, used, _ in USES if "*" in used)


@pytest.mark.parametrize(("place", "key", "names"), [use for use in USES if "*" not in use[1] and use[2] is not None])
def test_the_code_gives_every_value_that_a_message_names_and_no_other(place: str, key: str, names: set[str]) -> None:
    assert names - {"lang"} == placeholders(CATALOGUE[key]["zh"])


@pytest.mark.parametrize("decision", Decision.__args__)  # type: ignore[attr-defined]
@pytest.mark.parametrize("prefix", ["decision", "show"])
def test_every_decision_can_be_said(prefix: str, decision: str) -> None:
    assert f"{prefix}_{decision}" in CATALOGUE


# --- the language


def test_a_message_is_given_in_the_language_asked_for() -> None:
    assert messages.text_in("zh", "file_missing", path="案情.csv") == "找不到文件 案情.csv，请检查路径。"
    assert messages.text_in("en", "file_missing", path="案情.csv") == "There is no file 案情.csv; check the path."


@pytest.mark.parametrize(("code", "message"), [("zh", "确认"), ("en", "accept")])
def test_a_language_that_was_set_is_spoken(code: str, message: str) -> None:
    messages.set_language(code)
    assert messages.language() == code
    assert messages.text("decision_accept") == message


def test_a_language_that_was_set_goes_before_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    messages.set_language("zh")
    assert messages.language() == "zh"
    messages.set_language(None)
    assert messages.language() == "en"


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        ("zh_CN.UTF-8", "zh"),
        ("zh_TW.UTF-8", "zh"),
        ("en_US.UTF-8", "en"),
        ("en", "en"),
        ("EN_gb", "en"),
        ("C", "zh"),
        ("C.UTF-8", "zh"),
        ("POSIX", "zh"),
        ("de_DE.UTF-8", "zh"),
        ("zh_CN.GBK", "zh"),
        ("nonsense", "zh"),
    ],
)
@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_the_locale_chooses_between_english_and_chinese(monkeypatch: pytest.MonkeyPatch, variable: str, locale: str, code: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, locale)
    assert messages.language() == code


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"LC_ALL": "en_US", "LC_MESSAGES": "zh_CN", "LANG": "zh_CN"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "en"),
        ({"LC_ALL": "zh_CN", "LC_MESSAGES": "en_US", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "en_US"}, "en"),
    ],
)
def test_the_more_particular_variable_goes_first(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], code: str) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert messages.language() == code


def test_a_language_set_in_one_context_is_not_spoken_in_another() -> None:
    messages.set_language("zh")
    contextvars.copy_context().run(messages.set_language, "en")
    assert messages.language() == "zh"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        messages.text("no_such_message")


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="path"):
        messages.text("file_missing")
