"""Holds decisions to calibrated probabilities, a ranking, thresholds that count from themselves on, and candidates: those of the stated coverage,
and every further type that is told of as well.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.decision import Decided, Decider, probabilities
from classifier.model import Model
from classifier.taxonomy import load_taxonomy

CODES = ("shopping_service", "health_product", "loan_card", "crime_aiding", "not_a_case")
QUANTILES = {"shopping_service": 0.5, "health_product": 0.875, "loan_card": 0.75, "crime_aiding": 0.99, "not_a_case": 0.25}
ACCEPT, NEVER = 0.5, 1e6
MARGINS = st.lists(st.lists(st.integers(-48, 48).map(lambda n: n / 16), min_size=5, max_size=5), min_size=1, max_size=4)
MANY = settings(max_examples=150, deadline=None)


def decider(
    codes: tuple[str, ...] = CODES, temperature: float = 1.0, *, doubt: float = 0.0, second: float = NEVER, nothing_from: float | None = None
) -> Decider:
    nothing = np.zeros((0, len(codes)), np.float32)
    quantiles = {code: QUANTILES.get(code, 0.5) for code in codes}
    none, thresholds = ((), (), ()), {"accept": ACCEPT, "second": second} | ({} if nothing_from is None else {"nothing": nothing_from})
    return Decider(Model(codes, none, nothing, *(nothing[:, 0],) * 3, temperature, doubt, thresholds, quantiles, {}), load_taxonomy())


def decided(*shares: float, codes: tuple[str, ...] = CODES) -> Decided:
    """What is decided where the classes have these probabilities."""
    with np.errstate(divide="ignore"):
        return decider(codes).decide(np.log(np.array([shares])))[0]


def with_second(*margins: float, second: float = 0.0, codes: tuple[str, ...] = CODES) -> Decided:
    """What is decided on these margins where a type is told of from that margin on."""
    return decider(codes, 0.1, second=second).decide(np.array([margins]))[0]


# --- probabilities


@MANY
@given(MARGINS, st.floats(0.01, 10))
def test_probabilities_are_shares_of_one(margins: list[list[float]], temperature: float) -> None:
    share = probabilities(np.array(margins), temperature)
    assert share.shape == (len(margins), 5)
    assert ((share >= 0) & (share <= 1)).all()
    assert np.allclose(share.sum(axis=1), 1)


@MANY
@given(MARGINS, st.floats(-1000, 1000))
def test_only_differences_of_margins_count(margins: list[list[float]], shift: float) -> None:
    given_margins = np.array(margins)
    assert np.allclose(probabilities(given_margins, 0.5), probabilities(given_margins + shift, 0.5))


def test_probabilities_are_the_softmax_of_the_margins_over_the_temperature() -> None:
    assert probabilities(np.array([0.0, 0.5 * math.log(3)]), 0.5) == pytest.approx([0.25, 0.75])


def test_a_lower_temperature_is_surer() -> None:
    margins = np.array([0.1, 0.3, -0.2])
    assert probabilities(margins, 0.1).max() > probabilities(margins, 0.2).max() > probabilities(margins, 5.0).max()


@pytest.mark.parametrize("margins", [[1e30, -1e30, 0], [1e38, 1e38, -1e38], [-1e38, -1e38, -1e38], [0, 0, 0]])
def test_the_largest_margins_overflow_nowhere(margins: list[float]) -> None:
    share = probabilities(np.array(margins, dtype=np.float32), 0.01)
    assert np.isfinite(share).all()
    assert share.sum() == pytest.approx(1)


def test_float32_margins_give_float64_probabilities() -> None:
    assert probabilities(np.zeros((2, 5), np.float32), 0.15).dtype == np.float64


@MANY
@given(MARGINS, st.floats(0.01, 10), st.floats(0, 1))
def test_with_a_doubt_probabilities_are_shares_of_one_and_none_is_below_its_part_of_it(
    margins: list[list[float]], temperature: float, doubt: float
) -> None:
    share = probabilities(np.array(margins), temperature, doubt)
    assert np.allclose(share.sum(axis=1), 1)
    assert (share >= doubt / 5 - 1e-12).all()
    assert (share <= 1 - doubt * 4 / 5 + 1e-12).all()


@MANY
@given(MARGINS, st.floats(0, 0.99))
def test_a_doubt_changes_no_order(margins: list[list[float]], doubt: float) -> None:
    given_margins = np.array(margins)
    sure, doubtful = probabilities(given_margins, 1.0), probabilities(given_margins, 1.0, doubt)
    assert (sure.argsort(kind="stable") == doubtful.argsort(kind="stable")).all()


def test_the_doubt_is_shared_out_among_all_classes_alike() -> None:
    margins = np.array([[0.0, math.log(3)]])
    assert probabilities(margins, 1.0, 0.2) == pytest.approx(np.array([[0.8 * 0.25 + 0.1, 0.8 * 0.75 + 0.1]]))


def test_however_far_a_class_is_ahead_the_doubt_stays() -> None:
    assert probabilities(np.array([1e6, 0, 0, 0]), 0.1, 0.04) == pytest.approx([0.97, 0.01, 0.01, 0.01])


def test_doubt_alone_makes_all_classes_alike_and_none_changes_nothing() -> None:
    margins = np.array([3.0, 1.0, 0.0])
    assert probabilities(margins, 0.5, 1.0) == pytest.approx([1 / 3] * 3)
    assert np.array_equal(probabilities(margins, 0.5, 0.0), probabilities(margins, 0.5))


def test_decisions_are_made_with_the_doubt_of_the_model() -> None:
    assert decider(doubt=0.05).decide(np.array([[1e3, 0, 0, 0, 0]]))[0].probabilities == pytest.approx([0.96] + [0.01] * 4)


# --- the ranking


@MANY
@given(MARGINS)
def test_every_class_is_ranked_once_the_likeliest_first(margins: list[list[float]]) -> None:
    for row, answer in zip(margins, decider().decide(np.array(margins)), strict=True):
        assert sorted(answer.order) == list(range(5))
        assert all(first >= second for first, second in pairwise(answer.probabilities))
        assert [row[i] for i in answer.order] == sorted(row, reverse=True)
        assert answer.probabilities == pytest.approx(sorted(probabilities(np.array(row), 1.0), reverse=True))


@MANY
@given(MARGINS)
def test_many_texts_are_decided_as_one_by_one(margins: list[list[float]]) -> None:
    assert decider().decide(np.array(margins)) == [decider().decide(np.array([row]))[0] for row in margins]


def test_no_texts_have_no_decisions() -> None:
    assert decider().decide(np.zeros((0, 5))) == []


def test_of_equally_likely_classes_the_first_of_the_rules_goes_first() -> None:
    assert decided(0.1, 0.2, 0.3, 0.3, 0.1).order == [2, 3, 1, 0, 4]


def test_the_ranking_goes_by_margins_where_probabilities_can_no_longer_tell() -> None:
    assert decider(temperature=0.001, doubt=0.01).decide(np.array([[5.0, -3, -1, -2, -4]]))[0].order == [0, 2, 3, 1, 4]


# --- the decision


@pytest.mark.parametrize(
    ("shares", "decision"),
    [
        ((0.9, 0.1, 0, 0, 0), "accept"),
        ((0.5, 0.5, 0, 0, 0), "accept"),
        ((0.499, 0.251, 0.25, 0, 0), "review"),
        ((0.3, 0.2, 0.2, 0.2, 0.1), "review"),
        ((0.1, 0, 0, 0, 0.9), "not_a_case"),
        ((0.2, 0.2, 0.2, 0.15, 0.25), "not_a_case"),
        ((0, 0, 0, 0.8, 0.2), "accept"),
    ],
)
def test_the_likeliest_class_decides_and_from_the_threshold_on_it_is_accepted(shares: tuple[float, ...], decision: str) -> None:
    assert decided(*shares).decision == decision


@MANY
@given(MARGINS)
def test_a_decision_is_not_a_case_if_and_only_if_that_class_is_the_likeliest(margins: list[list[float]]) -> None:
    for answer in decider().decide(np.array(margins)):
        best = CODES[answer.order[0]]
        assert (answer.decision == "not_a_case") == (best == "not_a_case") == (answer.official is None)
        assert (answer.decision == "accept") == (best != "not_a_case" and answer.probabilities[0] >= ACCEPT)


# --- a second scam


def test_a_second_type_that_is_told_of_as_well_is_reviewed_however_sure_the_first_is() -> None:
    sure = with_second(9.0, -1, 0.5, -1, -1)
    assert sure.probabilities[0] > 0.999
    assert sure.decision == "review"
    assert with_second(9.0, -1, -0.5, -1, -1).decision == "accept"


def test_a_second_type_that_is_told_of_as_well_is_a_candidate_however_improbable() -> None:
    assert with_second(9.0, -1, 0.5, -1, -1).candidates == ("shopping_service", "loan_card")
    assert with_second(9.0, -1, -0.5, -1, -1).candidates == ("shopping_service",)


def test_every_further_type_that_is_told_of_is_a_candidate_the_likeliest_first() -> None:
    assert with_second(9.0, 0.25, 0.75, 0.5, -1).candidates == ("shopping_service", "loan_card", "crime_aiding", "health_product")


def test_a_type_is_told_of_from_the_threshold_itself_on() -> None:
    assert with_second(9.0, -1, 0.25, -1, -1, second=0.25).decision == "review"
    assert with_second(9.0, -1, 0.25, -1, -1, second=math.nextafter(0.25, 1)).decision == "accept"


def test_a_threshold_below_nothing_is_one_like_any_other() -> None:
    assert with_second(9.0, -1, -0.25, -1, -1, second=-0.5).candidates == ("shopping_service", "loan_card")


def test_the_first_type_alone_is_no_second_one() -> None:
    assert with_second(0.5, -9, -9, -9, -9).decision == "accept"
    assert with_second(-0.5, -9, -9, -9, -9).decision == "accept"


def test_that_a_text_is_no_case_is_no_second_type() -> None:
    answer = with_second(9.0, -1, -1, -1, 0.5)
    assert (answer.decision, answer.candidates) == ("accept", ("shopping_service",))


def test_a_text_that_is_no_case_stays_so_whatever_types_it_seems_to_tell_of() -> None:
    answer = with_second(0.5, 0.25, -1, -1, 9.0)
    assert (answer.decision, answer.official) == ("not_a_case", None)


@pytest.mark.parametrize(
    ("nothing", "decision", "candidates"),
    [
        (-0.5, "review", ("shopping_service", "not_a_case")),
        (-0.75, "review", ("shopping_service", "not_a_case")),
        (-0.8, "accept", ("shopping_service",)),
    ],
)
def test_a_text_that_may_be_none_is_reviewed_and_no_case_is_a_candidate(nothing: float, decision: str, candidates: tuple[str, ...]) -> None:
    answer = decider(temperature=0.1, nothing_from=-0.75).decide(np.array([[9.0, -1, -1, -1, nothing]]))[0]
    assert answer.probabilities[0] > 0.999
    assert (answer.decision, answer.candidates) == (decision, candidates)


def test_a_text_that_is_no_case_needs_no_margin_for_it() -> None:
    answer = decider(temperature=0.1, nothing_from=5.0).decide(np.array([[0.5, -1, -1, -1, 1.0]]))[0]
    assert answer.decision == "not_a_case"


def test_a_model_without_that_margin_decides_without_it() -> None:
    answer = decider(temperature=0.1).decide(np.array([[9.0, -1, -1, -1, 8.0]]))[0]
    assert answer.decision == "accept"


def test_a_model_of_types_alone_finds_a_second_one_too() -> None:
    assert with_second(9.0, 0.5, codes=("loan_card", "crime_aiding")).decision == "review"


@MANY
@given(MARGINS, st.integers(-48, 48).map(lambda n: n / 16))
def test_what_is_told_of_as_well_decides_between_acceptance_and_review_and_nothing_else(margins: list[list[float]], second: float) -> None:
    given_margins = np.array(margins)
    for row, with_it, without in zip(margins, decider(second=second).decide(given_margins), decider().decide(given_margins), strict=True):
        told = [i for i in range(len(CODES) - 1) if row[i] >= second and i != with_it.order[0]]
        assert (with_it.order, with_it.probabilities, with_it.official) == (without.order, without.probabilities, without.official)
        assert with_it.decision == ("review" if told and without.decision == "accept" else without.decision)
        assert set(with_it.candidates) == set(without.candidates) | {CODES[i] for i in told}


# --- candidates


@pytest.mark.parametrize(
    ("shares", "candidates"),
    [
        ((0.9, 0.05, 0.03, 0.01, 0.01), ("shopping_service", "crime_aiding")),
        ((0.5, 0.13, 0.26, 0.06, 0.05), ("shopping_service", "loan_card", "health_product", "crime_aiding")),
        ((0.4, 0.1, 0.3, 0.001, 0.199), ("shopping_service", "loan_card")),
        ((0, 0, 0, 0, 1), ("not_a_case",)),
        ((0.24, 0.13, 0.24, 0.001, 0.389), ("not_a_case", "health_product")),
    ],
)
def test_candidates_are_the_classes_likely_enough_for_their_quantile_the_likeliest_first(
    shares: tuple[float, ...], candidates: tuple[str, ...]
) -> None:
    assert decided(*shares).candidates == candidates


@MANY
@given(MARGINS)
def test_the_likeliest_class_is_always_the_first_candidate(margins: list[list[float]]) -> None:
    for answer in decider().decide(np.array(margins)):
        ranked = [CODES[i] for i in answer.order]
        assert answer.candidates[0] == ranked[0]
        assert list(answer.candidates) == [code for code in ranked if code in answer.candidates]


# --- the official name


@pytest.mark.parametrize(
    ("shares", "official"),
    [
        ((0.9, 0, 0.1, 0, 0), "虚假购物、服务类"),
        ((0.3, 0.3, 0.4, 0, 0), "虚假购物、服务类"),
        ((0.2, 0.2, 0.45, 0.05, 0.1), "贷款、代办信用卡类"),
        ((0.1, 0.0, 0.05, 0.85, 0), "虚假购物、服务类"),
        ((0.3, 0.3, 0, 0, 0.4), None),
    ],
)
def test_the_official_name_is_the_one_with_the_largest_summed_probability(shares: tuple[float, ...], official: str | None) -> None:
    assert decided(*shares).official == official


def test_a_model_without_official_names_decides_without_them() -> None:
    assert decided(0.7, 0.3, 0, codes=("crime_aiding", "prize_subsidy", "not_a_case")).official is None


# --- nothing to read


def test_a_text_without_known_terms_is_surely_not_a_case() -> None:
    answer = decider().nothing()
    assert (answer.decision, answer.candidates, answer.official) == ("not_a_case", ("not_a_case",), None)
    assert answer.probabilities == [1, 0, 0, 0, 0]
    assert answer.order == [4, 0, 1, 2, 3]


def test_a_text_without_known_terms_is_of_no_type_even_if_the_model_has_only_types() -> None:
    answer = decider(("loan_card", "crime_aiding")).nothing()
    assert answer.decision == "not_a_case"
    assert answer.candidates != ("loan_card",)
    assert answer.probabilities[0] < 1
