"""Holds the words of a text to two backends with identical output, the project's own words, and no traces on the machine."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.normalise import BLOT, fold, normalise
from classifier.words import Cut, cutter, jieba_cut, rjieba_cut, version, word_list
from training.corpus import shipped_cases

# Borders of what the two backends treat alike: letters, digits, signs that jieba keeps in words, blanks, rare characters, other scripts.
FRAGMENTS = [
    "刷单返利", "百万保障", "屏幕共享", "杀猪盘", "T恤", "卡拉OK", "AA制", "IP卡", "C++", "c#", "3.14", "50%", "a_b", "a-b", "A&B", "微信", "a", "Z", "9", ".", "%", "+", "#", " ", "\r\n",
    "\r", "\n", "\t", "\u3000", "\x1c", "\x85", "\u2028", "㐀", "龦", "鿿", "𠮷", "豈", "〇", "々", "é", "ß", "Ω", "ー", "한", "٣", "²", BLOT, "\x00", "\u200b", "😀", "，", "。",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.sampled_from(word_list()), st.text(max_size=5))).map("".join)
MANY = settings(max_examples=100, deadline=None)


@pytest.fixture(scope="module")
def fallback() -> Cut:
    """What is used where rjieba is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "rjieba", None)
        return cutter.__wrapped__()


@pytest.fixture(scope="module")
def backends(fallback: Cut) -> tuple[Cut, Cut]:
    return fallback, rjieba_cut()


TWICE = "words.py jieba_cut: add_word counts a word that the dictionary has already twice in the total, rjieba once; 同学们 is one word or two"


def test_both_backends_give_the_same_words_of_the_corpus(backends: tuple[Cut, Cut]) -> None:
    reference, quick = backends
    # Doubles and near twins among the cases do no harm here: the fixture that drops them would take longer than all else.
    texts = [normalise(case.text).text for case in shipped_cases()]
    assert [text for text in texts if reference(text) != quick(text)] == []


def test_both_backends_give_the_same_words_where_the_whole_and_its_parts_weigh_nearly_the_same(backends: tuple[Cut, Cut]) -> None:
    reference, quick = backends
    close = ["同学们", "新文艺", "摸起来", "收缩到", "间协议", "很情形", "亲往", "高城", "抱死", "法利"]
    assert [reference(word) for word in close] == [quick(word) for word in close]


@MANY
@given(TEXTS)
def test_both_backends_give_the_same_words_of_any_text(backends: tuple[Cut, Cut], text: str) -> None:
    reference, quick = backends
    assert reference(text) == quick(text)


@MANY
@given(TEXTS)
def test_joined_words_give_the_text_again(backends: tuple[Cut, Cut], text: str) -> None:
    for cut in backends:
        words = cut(text)
        assert "".join(words) == text
        assert all(words)


def test_every_character_alone_is_a_word_with_both_backends(backends: tuple[Cut, Cut]) -> None:
    plane = [chr(point) for point in range(0x10000) if not 0xD800 <= point < 0xE000]
    for cut in backends:
        assert [character for character in plane if cut(character) != [character]] == []


@pytest.mark.parametrize("unit", ["中国人民a1", BLOT])
def test_both_backends_give_the_same_words_of_a_very_long_text(backends: tuple[Cut, Cut], unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    reference, quick = backends
    assert reference(text) == quick(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("刷", ["刷"]),
        ("对方让我刷单返利", ["对方", "让", "我", "刷单", "返利"]),
        ("开启屏幕共享转到安全账户", ["开启", "屏幕共享", "转", "到", "安全账户"]),
        ("遇到了杀猪盘", ["遇到", "了", "杀猪盘"]),
        ("来到网易杭研大厦", ["来到", "网易", "杭", "研", "大厦"]),
        ("取消百万保障", ["取消", "百万保障"]),
        ("加qq群", ["加", "qq", "群"]),
        (f"转{BLOT}后", ["转", BLOT, "后"]),
        ("第一行\r\n第二行", ["第一行", "\r\n", "第二行"]),
    ],
)
def test_a_text_has_these_words(backends: tuple[Cut, Cut], text: str, words: list[str]) -> None:
    assert [cut(text) for cut in backends] == [words, words]


# --- the project's own words


def test_every_listed_word_is_kept_whole(backends: tuple[Cut, Cut]) -> None:
    for cut in backends:
        assert [word for word in word_list() if cut(word) != [word]] == []


@pytest.mark.parametrize("word", ["刷单", "杀猪盘", "安全账户", "屏幕共享", "百万保障"])
def test_the_words_of_the_trade_are_listed(word: str) -> None:
    assert word in word_list()


def test_no_word_is_listed_twice() -> None:
    assert [word for word, count in Counter(word_list()).items() if count > 1] == []


def test_listed_words_are_folded_as_texts_are() -> None:
    assert [word for word in word_list() if fold(word) != word] == []


def test_the_version_of_the_list_is_eight_hexadecimal_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}", version())


# --- the backend in use and what it leaves behind

LOOK = """
import json, logging, os, sys, tempfile
from classifier.words import cutter
seen = dict(words=cutter()("对方让我刷单返利"), folder=tempfile.gettempdir(), jieba="jieba" in sys.modules)
if seen["jieba"]:
    import jieba
    seen.update(touched=jieba.dt.initialized or bool(jieba.dt.FREQ), level=jieba.default_logger.level)
print(json.dumps(seen))
"""


@dataclass(frozen=True)
class Traces:
    """What a process said and left that cut a text."""

    seen: dict[str, object]
    stderr: str
    temporary: Path


def traces(folder: Path, **environment: str) -> Traces:
    # With a folder of its own for compiled modules jieba is compiled anew, which is when its warnings come.
    temporary = folder / "temporary"
    temporary.mkdir()
    own = {"TMPDIR": str(temporary), "PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-W", "always", "-c", LOOK]
    done = subprocess.run(command, capture_output=True, check=True, encoding="utf-8", env={**os.environ, **own, **environment})
    return Traces(json.loads(done.stdout), done.stderr, temporary)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    return traces(tmp_path_factory.mktemp("quick"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Traces:
    return traces(tmp_path_factory.mktemp("reference"), SCAMTYPE_WORDS="jieba")


def test_the_quick_backend_is_used_and_the_other_is_not_even_imported(quick: Traces) -> None:
    assert (quick.seen["words"], quick.seen["jieba"]) == (["对方", "让", "我", "刷单", "返利"], False)


def test_the_environment_may_ask_for_the_reference(reference: Traces) -> None:
    assert (reference.seen["words"], reference.seen["jieba"]) == (["对方", "让", "我", "刷单", "返利"], True)


def test_the_reference_is_used_where_the_quick_backend_is_not_installed(fallback: Cut) -> None:
    assert fallback.__qualname__.startswith(jieba_cut.__name__)


def test_the_quick_backend_says_when_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(ImportError):
        rjieba_cut()


@pytest.mark.parametrize("backend", ["quick", "reference"])
def test_nothing_is_said_on_stderr(backend: str, request: pytest.FixtureRequest) -> None:
    assert request.getfixturevalue(backend).stderr == ""


@pytest.mark.parametrize("backend", ["quick", "reference"])
def test_no_file_is_left_in_the_temporary_folder(backend: str, request: pytest.FixtureRequest) -> None:
    left: Traces = request.getfixturevalue(backend)
    assert left.seen["folder"] == str(left.temporary)
    assert list(left.temporary.iterdir()) == []


def test_the_words_are_added_to_nobody_elses_dictionary(reference: Traces) -> None:
    assert reference.seen["touched"] is False


def test_other_users_of_jieba_keep_their_messages(reference: Traces) -> None:
    assert reference.seen["level"] == logging.DEBUG


def test_the_backend_in_use_is_made_once() -> None:
    assert cutter() is cutter()
