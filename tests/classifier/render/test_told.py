"""Holds what is told of a verdict: never certainty, the types that matter, contributions that keep their sum."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import NO_CASE, STORY, TWO_SCAMS, review, without_case

from classifier import ScamClassifier, load_taxonomy
from classifier.render.told import further, heaviest, number, official, percent, ranked, shares, sides, signed, sureness

REVIEW = review(TWO_SCAMS, {"佣金": 0.5}, {"loan_card": ["解冻费"], "not_a_case": []})


@given(st.floats(0, 1))
def test_nothing_is_said_to_be_certain_or_impossible(share: float) -> None:
    assert percent(share) not in ("100%", "0%")
    assert len(percent(share)) <= 4


@pytest.mark.parametrize(
    ("share", "told"), [(1.0, ">99%"), (0.995, ">99%"), (0.994, "99%"), (0.5, "50%"), (0.01, "1%"), (0.0099, "<1%"), (0.0, "<1%")]
)
def test_a_share_in_per_cent(share: float, told: str) -> None:
    assert percent(share) == told


@pytest.mark.parametrize(
    ("confidence", "words"),
    [(1.0, "几乎可以肯定（>99%）"), (0.95, "很有把握（95%）"), (0.8, "较有把握（80%）"), (0.5, "把握不大（50%）"), (0.0, "没有把握（<1%）")],
)
def test_how_sure_a_verdict_is_stands_in_words_with_the_number(confidence: float, words: str) -> None:
    assert sureness(confidence, "zh") == words


@pytest.mark.parametrize(
    ("category", "named", "told"),
    [
        ("task_rebate", "刷单返利类", "刷单返利类"),
        ("flight_change", "冒充电商物流客服类", "冒充电商物流客服类"),
        ("phishing_theft", "网络游戏产品虚假交易类", "无对应类别"),
        (None, None, None),
        ("task_rebate", None, None),
    ],
)
def test_a_type_without_an_official_name_is_said_to_have_none_whatever_is_likeliest_of_the_others(
    category: str | None, named: str | None, told: str | None
) -> None:
    assert official(replace(REVIEW, category=category, official=named), load_taxonomy(), "zh") == told


def test_at_most_five_types_are_ranked_that_have_one_per_cent() -> None:
    even = replace(REVIEW, ranking=tuple((code, 1 / 6) for code in "abcdef"))
    assert [code for code, _ in ranked(even)] == list("abcde")
    assert [code for code, _ in ranked(replace(REVIEW, ranking=(("a", 0.985), ("b", 0.01), ("c", 0.005))))] == ["a", "b"]


def test_the_first_type_is_always_ranked() -> None:
    assert ranked(replace(REVIEW, ranking=tuple((str(i), 0.005) for i in range(200)))) == [("0", 0.005)]


def test_further_candidates_are_told_of_with_their_cues_under_review_only() -> None:
    assert [(code, [cue.text for cue in cues]) for code, cues in further(REVIEW)] == [("loan_card", ["解冻费"]), ("not_a_case", [])]
    assert further(replace(REVIEW, decision="accept")) == []
    assert further(without_case(REVIEW)) == []


def test_the_sides_are_the_verdict_and_its_further_candidates() -> None:
    assert [[cue.text for cue in cues] for cues in sides(REVIEW)] == [["佣金"], ["解冻费"], []]


def test_candidates_have_numbers_where_there_is_more_than_one() -> None:
    assert [number(side, REVIEW) for side in range(3)] == ["", "①", "②"]
    assert number(1, review(TWO_SCAMS, {}, {"loan_card": []})) == ""


def test_words_and_characters_of_the_same_letters_are_one_contribution() -> None:
    assert shares(REVIEW) == {"刷单": 0.5, "刷": 0.125, "贷款": -0.25}


@pytest.mark.parametrize("text", [STORY, TWO_SCAMS, NO_CASE])
def test_what_is_read_as_one_keeps_the_sum(classifier: ScamClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert sum(shares(verdict).values()) + verdict.remainder == pytest.approx(verdict.margin, abs=1e-5)


def test_the_heaviest_of_either_kind_come_first() -> None:
    added = {"甲": 0.1, "乙": 0.3, "丙": -0.2, "丁": 0.2, "戊": -0.4, "己": 0.0}
    assert heaviest(added, 2) == ([("乙", 0.3), ("丁", 0.2)], [("戊", -0.4), ("丙", -0.2)])


def test_a_share_has_a_sign_that_is_no_hyphen() -> None:
    assert (signed(0.125), signed(-0.5), signed(-0.0625, 3)) == ("+0.12", "−0.50", "−0.062")
