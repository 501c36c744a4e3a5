"""Holds cues to being the phrases that carry the margin: whole words in the spelling of the text, heaviest first, without boilerplate."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.cues import LEAST_SHARE, LONGEST, MOST, find
from classifier.model import Model
from classifier.normalise import normalise
from classifier.scoring import Scorer
from classifier.terms import FAMILIES
from classifier.verdict import Cue
from classifier.words import boilerplate, cutter, word_list


def cues(text: str, shares: dict[str, float]) -> tuple[Cue, ...]:
    """The cues of a text under a model that knows these terms, where each has that share of the margin."""
    words = tuple(term for term in shares if term[0] not in "¹²")
    vocabulary = (words, *(tuple(term[1:] for term in shares if term[0] == mark) for mark in FAMILIES[1:]))
    n = len(shares)
    weights, ones = np.ones((n, 2), np.float32), np.ones(n, np.float32)
    codes = ("task_rebate", "not_a_case")
    scorer = Scorer(Model(codes, vocabulary, weights, np.zeros(2, np.float32), ones, 1.0, {"accept": 0.9}, dict.fromkeys(codes, 0.5), {}))
    normalised = normalise(text)
    scored = scorer.score(normalised.text)
    return find(normalised, scored, np.array([shares[scorer.names[row]] for row in scored.rows], dtype=np.float32))


def phrases(text: str, shares: dict[str, float]) -> list[str]:
    return [cue.text for cue in cues(text, shares)]


# --- what is a cue


def test_a_word_that_carries_the_margin_is_a_cue_with_its_place_and_weight() -> None:
    assert cues("今天把钱转到安全账户", {"安全账户": 0.5}) == (Cue("安全账户", 6, 10, 0.5),)


def test_neighbouring_words_are_one_phrase_and_their_shares_are_added() -> None:
    (cue,) = cues("他让我刷单返利，", {"刷单": 0.5, "返利": 0.25})
    assert (cue.text, cue.start, cue.end, cue.weight) == ("刷单返利", 3, 7, pytest.approx(0.75))


def test_one_light_word_of_letters_between_two_heavy_ones_is_taken_along() -> None:
    assert phrases("说安全账户天气屏幕共享吧", {"安全账户": 0.5, "屏幕共享": 0.5}) == ["安全账户天气屏幕共享"]


@pytest.mark.parametrize(
    "between", ["天气老家", "，", "。", "\n", "3000元", "13800001234", "2023年5月8日", "王某", "；天气", "（冒充客服类）", "工商银行"]
)
def test_a_phrase_reaches_across_nothing_else(between: str) -> None:
    assert phrases(f"说安全账户{between}屏幕共享吧", {"安全账户": 0.5, "屏幕共享": 0.25}) == ["安全账户", "屏幕共享"]


def test_the_share_of_a_pair_lies_on_both_its_characters() -> None:
    (cue,) = cues("去做任务", {"做任务": 0.4, "²任务": 0.2, "¹做": 0.1})
    assert (cue.text, cue.weight) == ("做任务", pytest.approx(0.7))


def test_a_pair_across_a_border_gives_half_to_each_side() -> None:
    found = {cue.text: cue.weight for cue in cues("贷款，放款", {"贷款": 0.5, "放款": 0.4, "²款,": 0.2})}
    assert found == {"贷款": pytest.approx(0.6), "放款": pytest.approx(0.4)}


def test_the_share_of_a_term_is_divided_among_its_occurrences() -> None:
    found = {cue.text: cue.weight for cue in cues("贷款，刷单，贷款返利，", {"贷款": 0.6, "返利": 0.3, "刷单": 0.5})}
    assert found == {"贷款返利": pytest.approx(0.6), "刷单": pytest.approx(0.5), "贷款": pytest.approx(0.3)}


def test_a_phrase_said_again_is_one_cue() -> None:
    assert [(cue.text, cue.start) for cue in cues("刷单，刷单，刷单", {"刷单": 0.9})] == [("刷单", 0)]


def test_a_phrase_said_again_is_quoted_where_it_is_heaviest() -> None:
    (cue,) = cues("刷单，又是刷单吗", {"刷单": 0.5, "²单吗": 0.2})
    assert (cue.start, cue.end) == (5, 7)


def test_a_word_against_the_verdict_is_no_cue() -> None:
    assert phrases("刷单，散步", {"刷单": 0.5, "散步": -0.5}) == ["刷单"]


def test_a_single_character_is_no_cue() -> None:
    assert phrases("他贷，刷单", {"¹贷": 0.5, "刷单": 0.5}) == ["刷单"]


@pytest.mark.parametrize("shares", [{}, {"游泳": 0.5}, {"刷单": -0.5}, {"刷单": 0.0}])
def test_where_nothing_supports_the_verdict_there_are_no_cues(shares: dict[str, float]) -> None:
    assert cues("网上刷单", shares) == ()


@pytest.mark.parametrize("text", ["", " ", "，", "\u200b", "\ud800", "123"])
def test_a_text_without_words_has_no_cues(text: str) -> None:
    assert cues(text, {"刷单": 0.5}) == ()


def test_a_word_far_lighter_than_the_others_is_no_cue() -> None:
    assert phrases("刷单，贷款，散步，", {"刷单": 0.5, "贷款": 0.4, "散步": 0.05}) == ["刷单", "贷款"]


# --- how many, how long, in which order

DISTINCT = [word for word in word_list() if len(word) >= 2 and word not in boilerplate() and cutter()(f",{word},") == [",", word, ","]][:40]


def test_there_are_eight_cues_at_most_and_the_heaviest_stand_first() -> None:
    words = DISTINCT[:10]
    assert len(words) == 10
    shares = {word: 1 + i / 10 for i, word in enumerate(words)}
    assert phrases("，".join(words), shares) == words[:-9:-1]
    assert MOST == 8


def test_equally_heavy_cues_stand_in_the_order_of_the_text() -> None:
    assert phrases("贷款，刷单，返利", dict.fromkeys(["刷单", "返利", "贷款"], 0.5)) == ["贷款", "刷单", "返利"]


def test_a_cue_that_carries_too_little_of_all_support_is_not_given() -> None:
    few, many = DISTINCT[:30], DISTINCT
    assert 1 / len(many) < LEAST_SHARE < 1 / len(few)
    assert len(cues("，".join(few), dict.fromkeys(few, 1.0))) == MOST
    assert cues("，".join(many), dict.fromkeys(many, 1.0)) == ()


def test_a_long_phrase_is_shortened_at_its_lighter_end_to_twenty_characters() -> None:
    text = "安全账户屏幕共享百万保障远程控制远程协助验证码"
    shares = {"安全账户": 6, "屏幕共享": 6, "百万保障": 6, "远程控制": 6, "远程协助": 6, "验证码": 5}
    assert phrases(text, shares) == ["安全账户屏幕共享百万保障远程控制远程协助"]
    assert phrases(text, {**shares, "安全账户": 4}) == ["屏幕共享百万保障远程控制远程协助验证码"]


def test_a_phrase_that_was_torn_apart_to_more_than_twenty_characters_is_not_given() -> None:
    shares = {"安全账户": 0.5, "刷单": 0.5}
    assert phrases("安" + "\u200b" * 16 + "全账户，刷单", shares) == ["安" + "\u200b" * 16 + "全账户", "刷单"]
    assert phrases("安" + "\u200b" * 17 + "全账户，刷单", shares) == ["刷单"]


# --- the spelling of the text


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("把錢轉到安全賬戶", "安全賬戶"),
        ("把钱转到安全\u200b账户", "安全\u200b账户"),
        ("把钱转到安 全 账 户", "安 全 账 户"),
        ("把钱转到\u202e安全账户\u202c", "安全账户"),
        ("\ud800\ud800把钱转到安全账户", "安全账户"),
        ("于2023年5月8日14时把钱转到安全账户", "安全账户"),
        ("（冒充公检法类）卡号：6222，把钱转到安全帳戶", "安全帳戶"),
    ],
)
def test_a_cue_is_quoted_as_it_was_written(text: str, spelt: str) -> None:
    (cue,) = cues(text, {"安全账户": 0.5})
    assert cue.text == spelt == text[cue.start : cue.end]


# --- boilerplate


@pytest.mark.parametrize("word", ["报警人", "受害人", "民警", "转账", "微信", "派出所"])
def test_a_word_of_every_record_is_no_cue_however_heavy(word: str) -> None:
    assert phrases(f"{word}，刷单", {word: 0.75, "刷单": 0.5}) == ["刷单"]
    assert phrases(word, {word: 5.0}) == []


def test_a_word_of_every_record_neither_begins_nor_ends_a_cue() -> None:
    assert phrases("报警人转账刷单返利转账民警", dict.fromkeys(["报警人", "转账", "刷单", "返利", "民警"], 0.5)) == ["刷单返利"]


def test_a_word_of_every_record_may_stand_within_a_cue() -> None:
    assert phrases("刷单转账返利", {"刷单": 0.5, "返利": 0.5}) == ["刷单转账返利"]


@pytest.mark.parametrize(("heavier", "lighter"), [("安全账户", "验证码"), ("验证码", "安全账户")])
def test_a_word_of_every_record_ends_no_cue_that_was_shortened_either(heavier: str, lighter: str) -> None:
    middle = "屏幕共享百万保障远程控制"
    shares = {"屏幕共享": 6, "百万保障": 6, "远程控制": 6, heavier: 6, lighter: 5}
    text = f"{heavier}{middle}转账{lighter}" if lighter == "验证码" else f"{lighter}转账{middle}{heavier}"
    (phrase,) = phrases(text, shares)
    words = cutter()(phrase)
    assert not {words[0], words[-1]} & boilerplate()


def test_no_entry_of_the_list_is_a_cue_alone() -> None:
    given_away = [word for word in sorted(boilerplate()) if phrases(f"，{word}，", dict.fromkeys(cutter()(word), 0.5)) != []]
    assert given_away == []


# --- any text

PIECES = ["刷单", "返利", "安全账户", "屏幕共享", "天气", "老家", "，", "报警人", "转账", "3000元", "王某", "薇信", "VX", "驗證碼", "做 任 务", "\u200b", "\ud800", "贷款", "\n", "a"]  # fmt: skip
KNOWN = ["刷单", "返利", "安全账户", "屏幕共享", "天气", "转账", "微信", "验证码", "做任务", "贷款"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.dictionaries(st.sampled_from(KNOWN), st.floats(-1, 1, width=16)))
def test_cues_of_any_text_are_sound(text: str, shares: dict[str, float]) -> None:
    found = cues(text, shares)
    assert len(found) <= MOST
    assert len({cue.text for cue in found}) == len(found)
    assert all(cue.text == text[cue.start : cue.end] and 2 <= len(cue.text) <= LONGEST and cue.weight > 0 for cue in found)
    assert all(first.weight >= second.weight for first, second in pairwise(found))
    assert all(first.end <= second.start for first, second in pairwise(sorted(found, key=lambda cue: cue.start)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.dictionaries(st.sampled_from(KNOWN), st.floats(0.125, 1, width=16)))
def test_the_weight_of_a_cue_is_the_sum_of_the_shares_of_its_words(text: str, shares: dict[str, float]) -> None:
    words = cutter()(normalise(text).text)
    each = {word: share / words.count(word) for word, share in shares.items() if word in words}
    for cue in cues(text, shares):
        inside = cutter()(normalise(cue.text).text)
        assert cue.weight == pytest.approx(sum(each.get(word, 0) for word in inside), rel=1e-4)
