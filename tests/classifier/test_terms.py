"""Holds the terms of a text to words, characters and pairs of letters, none of which reaches across what may not vote."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.normalise import BLOT, normalise
from classifier.terms import FAMILIES, analyse, eligible, families
from classifier.words import cutter

FRAGMENTS = [
    "刷单返利",
    "對方讓我轉帳",
    "薇信",
    "VX",
    "屏幕共享",
    "3000元",
    "2023年5月8日",
    "王某",
    "（虚假征信类）",
    "账号：abc，",
    "，",
    " ",
    "\n",
    "app",
    "ＱＱ",
    BLOT,
    "\ud800",
    "\u200b",
    "¹",
    "²",
    "😀",
    "㐀",
    "𠮷",
]
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=6))).map("".join)
MANY = settings(max_examples=300, deadline=None)


def of_family(terms: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Words, characters and pairs, without their marks."""
    characters = [term[1:] for term in terms if term.startswith("¹")]
    pairs = [term[1:] for term in terms if term.startswith("²")]
    return [term for term in terms if not term.startswith(("¹", "²"))], characters, pairs


def test_a_text_has_its_words_its_characters_and_its_pairs_of_characters() -> None:
    assert analyse("高额返利") == ["高额", "返利", "¹高", "¹额", "¹返", "¹利", "²高额", "²额返", "²返利"]


def test_words_bear_their_own_name_and_the_other_families_a_mark() -> None:
    assert FAMILIES == ("", "¹", "²")


def test_a_term_is_repeated_as_often_as_it_occurs() -> None:
    terms = analyse("刷单，刷单，刷单")
    assert [terms.count(term) for term in ("刷单", "¹刷", "²刷单")] == [3, 3, 3]


def test_the_families_of_a_text_follow_its_order() -> None:
    words, characters, pairs = families("刷单返利", ["刷单", "返利"])
    assert (list(words), list(characters), list(pairs)) == (["刷单", "返利"], ["刷", "单", "返", "利"], ["刷单", "单返", "返利"])


@pytest.mark.parametrize("text", ["", " ", "，", "1", "123元", "2023年5月", "\ud800", "\u200b", BLOT, "😀", "¹²", "http://a.cn"])
def test_a_text_without_letters_of_a_story_has_no_terms(text: str) -> None:
    assert analyse(text) == []


def test_one_character_is_a_word_and_a_character() -> None:
    assert analyse("贷") == ["贷", "¹贷"]


@pytest.mark.parametrize("term", ["刷单", "刷", "app", "qq群", "a", "㐀", "微信加", "高额返利"])
def test_chinese_characters_and_latin_letters_make_a_term(term: str) -> None:
    assert eligible(term)


@pytest.mark.parametrize(
    "term",
    [
        "",
        " ",
        "1",
        "3月",
        "a1",
        "刷,",
        "刷。",
        "刷 单",
        "\n",
        "刷\n",
        BLOT,
        f"刷{BLOT}",
        "é",
        "A",
        "Ａ",
        "，",
        "😀",
        "𠮷",
        "\ud800",
        "\u200b",
        "¹刷",
        "_",
        "-",
    ],
)
def test_nothing_else_makes_a_term(term: str) -> None:
    assert not eligible(term)


@MANY
@given(TEXTS)
def test_a_blot_is_never_part_of_a_term_nor_a_digit_a_blank_or_punctuation(text: str) -> None:
    assert all(re.fullmatch("[¹²]?[\u3400-\u9fffa-z]+", term) for term in analyse(text))


@MANY
@given(TEXTS)
def test_every_term_stands_in_the_normalised_text(text: str) -> None:
    normalised = normalise(text).text
    words, characters, pairs = of_family(analyse(text))
    assert all(term in normalised for term in (*words, *characters, *pairs))


@MANY
@given(TEXTS)
def test_no_eligible_word_character_or_pair_is_left_out(text: str) -> None:
    normalised = normalise(text).text
    words, characters, pairs = of_family(analyse(text))
    assert words == [word for word in cutter()(normalised) if eligible(word)]
    assert characters == [character for character in normalised if eligible(character)]
    assert pairs == [normalised[i : i + 2] for i in range(len(normalised) - 1) if eligible(normalised[i : i + 2])]


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("转3000元贷款", "元贷"),
        ("转，款", "转款"),
        ("刷\n单", "刷单"),
        ("找王某借款", "某借"),
        ("在2023年5月8日贷款", "日贷"),
        ("（虚假征信类）对方", "类对"),
        ("用工商银行贷款", "行贷"),
        ("刷5单", "刷单"),
    ],
)
def test_no_pair_reaches_across_what_may_not_vote(text: str, absent: str) -> None:
    assert "²" + absent not in analyse(text)


@pytest.mark.parametrize(
    "secret", ["13800001234", "王某", "三千元", "户名：张三丰，", "（虚假征信类）", "http://abc.top/x", "工商银行", "微信号：abcdef，"]
)
def test_what_is_masked_gives_no_terms(secret: str) -> None:
    assert analyse(f"，{secret}，") == []


@pytest.mark.parametrize(
    ("text", "twin"),
    [
        ("对方让我加微信做刷单返利任务", "對方讓我加薇信做刷單返利任務"),
        ("下载软件后把钱转到安全账户", "下載軟件後把錢轉到安全帳戶"),
        ("网上贷款要交解冻费", "网 上 贷 款 要 交 解 冻 费"),
        ("加QQ群后被拉黑", "加ＱＱ群后\u200b被拉\ufeff黑"),
    ],
)
def test_a_dodged_or_traditional_spelling_has_the_terms_of_the_plain_one(text: str, twin: str) -> None:
    assert analyse(twin) == analyse(text)
