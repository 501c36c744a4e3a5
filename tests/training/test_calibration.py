"""Holds calibration to what can be known on made-up margins: the temperature and doubt they were drawn with, thresholds by hand, coverage by law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier.decision import probabilities
from training.calibration import (
    ACCEPTED_RIGHT,
    COVERAGE,
    NEVER,
    NO_CASE_ACCEPTED,
    SEEMS_TWO,
    accept_threshold,
    batch_weights,
    candidate_quantiles,
    fit_probabilities,
    nothing_threshold,
    second_threshold,
)

CASE, NOTHING = 0, 2


def drawn(
    temperature: float, n: int = 2000, classes: int = 5, seed: int = 0, doubt: float = 0.0, spread: float = 2.0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Margins, and true classes drawn with the probabilities that the margins have at a temperature and a doubt."""
    generator = np.random.default_rng(seed)
    margins = generator.normal(size=(n, classes)) * spread * temperature
    share = probabilities(margins, temperature, doubt)
    return margins, (share.cumsum(axis=1) < generator.random((n, 1))).sum(axis=1).clip(max=classes - 1)


def fit(margins: NDArray[np.float64], truth: NDArray[np.int64]) -> tuple[float, float]:
    """The temperature and the doubt where every text counts the same."""
    return fit_probabilities(margins, truth, np.ones(len(truth)))


def fit_temperature(margins: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    return fit(margins, truth)[0]


def shares(rows: list[float], best: int = CASE) -> NDArray[np.float64]:
    """Rows whose best class has the probability stated; the rest goes to the two others."""
    table = np.empty((len(rows), 3))
    for i, row in enumerate(rows):
        table[i] = (1 - row) / 2
        table[i, best] = row
    return table


@pytest.mark.parametrize("temperature", [0.05, 0.2, 0.5, 1.0, 2.0, 5.0])
def test_the_temperature_that_the_classes_were_drawn_with_is_found(temperature: float) -> None:
    margins, truth = drawn(temperature, n=40_000)
    found, doubt = fit(margins, truth)
    assert found == pytest.approx(temperature, rel=0.06)
    assert doubt == pytest.approx(0, abs=0.02)


def test_margins_that_are_ten_times_as_large_have_ten_times_the_temperature() -> None:
    margins, truth = drawn(0.4)
    assert fit_temperature(margins * 10, truth) == pytest.approx(10 * fit_temperature(margins, truth), rel=0.001)


@pytest.mark.parametrize("doubt", [0.0, 0.01, 0.03, 0.1])
def test_the_doubt_that_the_classes_were_drawn_with_is_found(doubt: float) -> None:
    margins, truth = drawn(0.2, n=40_000, doubt=doubt, spread=6.0)
    temperature, found = fit(margins, truth)
    assert found == pytest.approx(doubt, abs=0.006)
    assert temperature == pytest.approx(0.2, rel=0.1)


def test_no_other_temperature_and_doubt_have_a_lower_brier_score_of_the_confidence() -> None:
    margins, truth = drawn(0.3, n=500, seed=7, doubt=0.02)
    temperature, doubt = fit(margins, truth)

    def loss(temperature: float, doubt: float) -> float:
        confidence = probabilities(margins, temperature, doubt).max(axis=1)
        return float(((confidence - (margins.argmax(axis=1) == truth)) ** 2).mean())

    for factor in (0.8, 0.95, 1.0, 1.05, 1.25):
        for other in (0.0, 0.01, 0.02, 0.05, 0.1):
            assert loss(temperature, doubt) <= loss(temperature * factor, other) + 1e-7


def test_a_few_wrong_labels_make_the_model_doubt_and_not_lukewarm() -> None:
    margins, truth = drawn(0.1, n=1000)
    margins *= 10  # nearly all right, and rightly sure of it
    truth = margins.argmax(axis=1)
    spoilt = truth.copy()
    spoilt[::50] = (spoilt[::50] + 1) % 5
    (clean, none), (temperature, doubt) = fit(margins, truth), fit(margins, spoilt)
    assert none == 0
    assert doubt >= 0.02
    assert probabilities(margins, temperature, doubt).max(axis=1).mean() == pytest.approx(0.98, abs=0.01)
    assert clean < 0.05


def test_a_text_without_weight_does_not_count() -> None:
    margins, truth = drawn(0.3, n=800, seed=1)
    others, wrong = drawn(3.0, n=800, seed=2)
    weights = np.repeat([1.0, 0.0], 800)
    assert fit_probabilities(np.vstack([margins, others]), np.concatenate([truth, wrong]), weights) == fit(margins, truth)


def test_a_text_that_weighs_twice_counts_as_two() -> None:
    margins, truth = drawn(0.3, n=400, seed=1)
    weights = np.where(np.arange(400) < 200, 2.0, 1.0)
    assert fit_probabilities(margins, truth, weights) == fit(np.vstack([margins, margins[:200]]), np.concatenate([truth, truth[:200]]))


def test_temperature_and_doubt_have_at_most_four_places() -> None:
    found = fit(*drawn(0.37, n=300))
    assert found == (round(found[0], 4), round(found[1], 4))


def test_the_same_margins_give_the_same_temperature_and_doubt() -> None:
    assert fit(*drawn(0.7, n=300)) == fit(*drawn(0.7, n=300))


def test_margins_that_are_always_right_make_the_model_sure() -> None:
    truth = np.arange(30) % 3
    assert fit_temperature(np.eye(3)[truth], truth) < 0.1


def test_margins_that_say_nothing_make_the_model_unsure() -> None:
    generator = np.random.default_rng(3)
    assert fit_temperature(generator.normal(size=(3000, 4)), generator.integers(0, 4, 3000)) > 5


def test_huge_margins_are_no_overflow() -> None:
    margins, truth = drawn(1.0, n=200)
    assert 0.01 <= fit_temperature(margins * 1e6, truth) <= 10.0


# --- every writer counts the same


def test_every_batch_weighs_the_same_however_large_it_is() -> None:
    batches = ["甲"] * 100 + ["乙"] * 300 + ["丙"] * 50
    weights = batch_weights(batches, 50)
    assert weights.mean() == pytest.approx(1)
    assert {name: weights[[b == name for b in batches]].sum() for name in "甲乙丙"} == pytest.approx(dict.fromkeys("甲乙丙", 150.0))


def test_the_texts_of_a_batch_weigh_the_same_wherever_they_stand() -> None:
    weights = batch_weights(["甲", "乙", "甲", "乙", "乙", "甲", "乙"], 1)
    assert weights[[0, 2, 5]] == pytest.approx([7 / 6] * 3)
    assert weights[[1, 3, 4, 6]] == pytest.approx([7 / 8] * 4)


def test_a_batch_too_small_to_tell_of_a_writer_does_not_count() -> None:
    weights = batch_weights(["甲"] * 50 + ["乙"] * 49, 50)
    assert weights[:50] == pytest.approx([99 / 50] * 50)
    assert not weights[50:].any()


@pytest.mark.parametrize("batches", [["甲"] * 3, ["甲", "乙", "丙"], ["甲"] * 49 + ["乙"] * 2])
def test_where_all_batches_are_small_every_text_counts_the_same(batches: list[str]) -> None:
    assert batch_weights(batches, 50).tolist() == [1.0] * len(batches)


# --- from which margin on a second type is told of

SECONDS = [-0.9, -0.8, -0.7, -0.6, -0.5, -0.4, -0.3, -0.2, -0.1, 0.0]


def two_told(seconds: list[float]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Margins of texts of the first type that seem so far to tell of the second; the third class is that of no case."""
    return np.array([[1.0, second, 0.5] for second in seconds]), np.zeros(len(seconds), dtype=np.int64)


def test_so_many_of_the_texts_that_tell_of_one_type_seem_to_tell_of_two_as_was_stated() -> None:
    margins, truth = drawn(1.0, n=5000, classes=4, seed=4)
    right = (margins.argmax(axis=1) == truth) & (truth != 3)
    for share in (0.05, 0.12, 0.3):
        threshold = second_threshold(margins, truth, 3, share)
        second = np.sort(margins[right][:, :3], axis=1)[:, -2]
        assert (second >= threshold).mean() == pytest.approx(share, abs=0.01)
        assert (second >= threshold).mean() <= share


def test_the_threshold_of_a_second_type_is_rounded_up_to_two_places() -> None:
    margins, truth = two_told([0.1234] * 5)
    assert second_threshold(margins, truth, 2) == 0.13
    margins, truth = two_told([-0.1234] * 5)
    assert second_threshold(margins, truth, 2) == -0.12


def test_the_class_of_no_case_is_no_second_type() -> None:
    margins, truth = two_told(SECONDS)
    assert second_threshold(margins, truth, 2, 0.5) == pytest.approx(-0.45)
    margins[:, 2] = 0.99
    assert second_threshold(margins, truth, 2, 0.5) == pytest.approx(-0.45)


def test_texts_that_were_read_wrong_or_are_no_case_set_no_threshold() -> None:
    margins, truth = two_told(SECONDS)
    wrong, nothing = np.tile([0.9, 1.0, 0.0], (50, 1)), np.tile([0.9, 0.9, 2.0], (50, 1))
    more = np.vstack([margins, wrong, nothing])
    assert second_threshold(more, np.concatenate([truth, np.zeros(50, int), np.full(50, 2)]), 2) == second_threshold(margins, truth, 2)


def test_of_several_further_types_the_one_with_the_highest_margin_decides() -> None:
    margins = np.array([[1.0, -0.9, 0.2, -0.5, 0.0]] * 4)
    assert second_threshold(margins, np.zeros(4, dtype=np.int64), 4) == 0.2


def test_a_model_without_a_class_of_no_case_has_a_threshold_too() -> None:
    margins = np.array([[1.0, 0.25]] * 4)
    assert second_threshold(margins, np.zeros(4, dtype=np.int64), -1) == 0.25


def test_where_there_are_no_two_types_there_is_never_a_second() -> None:
    margins, truth = two_told(SECONDS)
    assert second_threshold(margins[:, [0, 2]], truth, 1) == NEVER


@pytest.mark.parametrize("label", [1, 2])
def test_where_no_text_was_read_right_there_is_never_a_second(label: int) -> None:
    margins, truth = two_told(SECONDS)
    assert second_threshold(margins, truth + label, 2) == NEVER


def test_one_in_eight_narratives_of_one_scam_may_seem_to_tell_two() -> None:
    assert SEEMS_TWO == 0.12


# --- from which margin on a text may be none


def honest(*margins: float) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Texts that are no case with such margins of no case, all accepted as the first type."""
    n = len(margins)
    return np.column_stack([np.ones(n), -np.ones(n), margins]), np.full(n, NOTHING), np.ones(n, dtype=np.bool_)


def test_from_the_threshold_on_so_many_texts_that_are_no_case_are_accepted() -> None:
    margins, truth, accepted = honest(-0.9, -0.8, -0.705, -0.6, -0.5)
    assert nothing_threshold(margins, truth, NOTHING, accepted, most=0.4) == pytest.approx(-0.71)
    assert nothing_threshold(margins, truth, NOTHING, accepted, most=0.0) == pytest.approx(-0.90)


def test_where_few_enough_are_accepted_no_margin_is_too_much() -> None:
    margins, truth, accepted = honest(-0.9, -0.8, -0.7, -0.6, -0.5)
    assert nothing_threshold(margins, truth, NOTHING, accepted, most=1.0) == NEVER
    assert nothing_threshold(margins, truth, NOTHING, np.zeros(5, dtype=np.bool_), most=0.0) == NEVER
    assert nothing_threshold(margins, truth - 1, NOTHING, accepted, most=0.0) == NEVER


def test_cases_do_not_count_as_texts_that_are_no_case() -> None:
    margins, truth, accepted = honest(-0.9, -0.8, -0.7, -0.6, -0.5)
    more = np.vstack([margins, np.tile([1.0, -1.0, 5.0], (100, 1)).reshape(-1, 3)])
    truths, taken = np.append(truth, np.zeros(100, dtype=np.int64)), np.append(accepted, np.ones(100, dtype=np.bool_))
    assert nothing_threshold(more, truths, NOTHING, taken, most=0.4) == nothing_threshold(margins, truth, NOTHING, accepted, most=0.4)


@given(st.lists(st.integers(-200, 200).map(lambda n: n / 100), min_size=1, max_size=60), st.sampled_from([0.0, 0.02, 0.1, 0.5]))
@settings(deadline=None, max_examples=60)
def test_no_more_are_accepted_than_may_be(margins: list[float], most: float) -> None:
    texts, truth, accepted = honest(*margins)
    threshold = nothing_threshold(texts, truth, NOTHING, accepted, most)
    assert (texts[:, NOTHING] < threshold).sum() <= most * len(margins) or threshold == NEVER


def test_one_in_fifty_texts_that_are_no_case_may_be_accepted() -> None:
    assert NO_CASE_ACCEPTED == 0.02


# --- from which probability on a verdict is accepted


def test_the_threshold_lies_just_above_the_last_verdict_that_spoils_the_share() -> None:
    # From 0.71 on all are right; with the wrong one at 0.705 only four of five are.
    share = shares([0.705, 0.75, 0.80, 0.90, 0.95])
    truth = np.array([1, CASE, CASE, CASE, CASE])
    assert accept_threshold(share, truth, NOTHING, right=0.95) == pytest.approx(0.71)
    assert accept_threshold(share, truth, NOTHING, right=0.80) == pytest.approx(0.30)


def test_a_threshold_keeps_out_the_verdicts_that_it_was_found_without() -> None:
    share = shares([0.70, 0.75, 0.80, 0.90, 0.95])
    threshold = accept_threshold(share, np.array([1, CASE, CASE, CASE, CASE]), NOTHING, right=0.95)
    assert not share[0, CASE] >= threshold


def test_all_verdicts_are_accepted_where_all_are_right() -> None:
    assert accept_threshold(shares([0.4, 0.6, 0.9]), np.array([CASE, CASE, CASE]), NOTHING) == pytest.approx(0.30)


def test_none_is_accepted_where_none_is_right() -> None:
    assert accept_threshold(shares([0.4, 0.6, 0.9]), np.array([1, 1, 1]), NOTHING) == 1.0


def test_verdicts_that_are_no_case_do_not_count_as_accepted() -> None:
    share = np.vstack([shares([0.8, 0.9]), shares([0.99] * 50, best=NOTHING)])
    wrong = np.array([1, 1] + [NOTHING] * 50)
    assert accept_threshold(share, wrong, NOTHING) == 1.0


def test_wrong_verdicts_that_are_no_case_spoil_nothing() -> None:
    share = np.vstack([shares([0.8, 0.9]), shares([0.99] * 50, best=NOTHING)])
    right = np.array([CASE, CASE] + [1] * 50)
    assert accept_threshold(share, right, NOTHING) == pytest.approx(0.30)


def test_without_a_verdict_nothing_is_accepted() -> None:
    assert accept_threshold(np.empty((0, 3)), np.empty(0, dtype=np.int64), NOTHING) == 1.0


@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.8, 0.9, 0.95]))
@settings(deadline=None, max_examples=60)
def test_the_accepted_verdicts_are_right_as_often_as_was_asked(seed: int, right: float) -> None:
    margins, truth = drawn(0.8, n=200, classes=3, seed=seed)
    share = probabilities(margins, 0.8)
    threshold = accept_threshold(share, truth, NOTHING, right=right)
    accepted = (share.argmax(axis=1) != NOTHING) & (share.max(axis=1) >= threshold)
    assert threshold == 1.0 or (share.argmax(axis=1) == truth)[accepted].mean() >= right


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=40)
def test_no_lower_threshold_would_do(seed: int) -> None:
    margins, truth = drawn(0.8, n=200, classes=3, seed=seed)
    share = probabilities(margins, 0.8)
    threshold = accept_threshold(share, truth, NOTHING, right=0.85)
    decided, best = share.argmax(axis=1) != NOTHING, share.max(axis=1)
    for lower in np.arange(0.30, min(threshold, 0.995) - 0.005, 0.01):
        accepted = decided & (best >= lower)
        assert not accepted.any() or (share.argmax(axis=1) == truth)[accepted].mean() < 0.85


@pytest.mark.parametrize(("texts", "rank"), [(9, 9), (10, 10), (19, 18), (20, 19), (99, 90), (100, 91)])
def test_the_quantile_of_a_class_is_the_score_of_the_rank_that_conformal_sets_ask_for(texts: int, rank: int) -> None:
    own = np.random.default_rng(5).permutation(np.arange(1, texts + 1)) / 200
    share = np.stack([1 - own, own], axis=1)
    assert candidate_quantiles(share, np.zeros(texts, dtype=np.int64))[0] == pytest.approx(rank / 200, abs=1.1e-4)


@pytest.mark.parametrize("texts", [0, 1, 5, 8])
def test_a_class_of_too_few_texts_is_always_a_candidate(texts: int) -> None:
    share = np.tile([0.9, 0.1], (texts, 1))
    assert candidate_quantiles(share, np.zeros(texts, dtype=np.int64)) == [1.0, 1.0]


def test_a_class_is_judged_by_its_own_texts_only() -> None:
    share = np.array([[0.8, 0.2]] * 20 + [[0.4, 0.6]] * 20)
    truth = np.array([0] * 20 + [1] * 20)
    assert candidate_quantiles(share, truth) == pytest.approx([0.2, 0.4], abs=1.1e-4)


def test_quantiles_are_rounded_up_to_four_places() -> None:
    share = np.tile([1 - 0.12341, 0.12341], (20, 1))
    assert candidate_quantiles(share, np.zeros(20, dtype=np.int64))[0] == pytest.approx(0.1235)


@given(st.integers(0, 10**6), st.sampled_from([0.5, 0.8, 0.9]))
@settings(deadline=None, max_examples=60)
def test_the_candidates_hold_the_class_in_as_many_texts_of_the_sample_as_was_asked(seed: int, coverage: float) -> None:
    margins, truth = drawn(1.0, n=300, classes=4, seed=seed)
    share = probabilities(margins, 1.0)
    for column, quantile in enumerate(candidate_quantiles(share, truth, coverage)):
        own = 1 - share[truth == column, column]
        assert not len(own) or (own <= quantile + 1e-12).mean() >= coverage


def test_on_exchangeable_texts_the_candidates_of_every_class_hold_it_in_nine_of_ten() -> None:
    # The law is about the mean over all ways to draw the texts to calibrate on, so many are drawn.
    held: list[list[float]] = []
    for seed in range(120):
        margins, truth = drawn(0.6, n=1200, classes=4, seed=seed)
        margins[:, 1] *= 1.6  # a model that is not calibrated: the law asks for exchangeable texts only
        share = probabilities(margins, 0.9)
        quantiles = np.array(candidate_quantiles(share[:400], truth[:400]))
        tested, labels = share[400:], truth[400:]
        held.append([float((1 - tested[labels == c, c] <= quantiles[c]).mean()) for c in range(4)])
    assert (np.mean(held, axis=0) >= COVERAGE - 0.004).all()


def test_the_candidates_are_not_simply_all_classes() -> None:
    margins, truth = drawn(0.3, n=4000)
    share = probabilities(margins, 0.3)
    quantiles = np.array(candidate_quantiles(share, truth))
    assert (1 - share <= quantiles).sum(axis=1).mean() < 3.5


def test_what_is_promised_is_95_in_100_accepted_right_and_90_in_100_covered() -> None:
    assert (ACCEPTED_RIGHT, COVERAGE) == (0.95, 0.90)
