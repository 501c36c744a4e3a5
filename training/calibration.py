"""Calibration on margins from folds that leave a writer's batch out: probabilities, thresholds and candidate sets."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Of the accepted verdicts on left-out batches so many shall be right.
ACCEPTED_RIGHT = 0.95
#: The candidates shall hold the true class in so many texts of each class.
COVERAGE = 0.90
#: So many of the left-out narratives, which tell of one scam each, may be taken to tell of a second one.
SEEMS_TWO = 0.12
#: So many of the left-out texts that are no case may be accepted as a type.
NO_CASE_ACCEPTED = 0.02
#: A margin that no text reaches.
NEVER = 1e6
#: More doubt than this is no confidence.
_MOST_DOUBT = 0.2


def batch_weights(batches: Sequence[str], smallest: int) -> NDArray[np.float64]:
    """Weights by which every writer counts the same: text that is new comes from a new writer, not from the one who wrote most.

    Parameters
    ----------
    batches : sequence of str
        Writer's batch of each case.
    smallest : int
        Batches of fewer cases do not count, unless all are so small.

    Returns
    -------
    ndarray, shape (n_texts,)
        With mean 1.
    """
    _, member, size = np.unique(np.array(batches), return_inverse=True, return_counts=True)
    weights = np.where(size >= smallest, 1 / size, 0.0)[member]
    return weights / weights.mean() if weights.any() else np.ones(len(member))


def fit_probabilities(margins: NDArray[np.float64], truth: NDArray[np.int64], weights: NDArray[np.float64]) -> tuple[float, float]:
    """The temperature and the doubt with the least Brier score of the confidence: temperature scaling (Guo et al., 2017) with a floor.

    The likelihood, by which a temperature is usually found, is ruled by the few texts that are furthest off; by the Brier score the calibration
    error on left-out batches was half as large, and smaller on text from elsewhere, too (``benchmarks/calibration.py``).

    Parameters
    ----------
    margins : ndarray, shape (n_texts, n_classes)
        Of texts that the model was not trained on.
    truth : ndarray, shape (n_texts,)
        Column of the true class.
    weights : ndarray, shape (n_texts,)
        How much each text counts.

    Returns
    -------
    temperature, doubt : float
        As ``classifier.decision.probabilities`` takes them; rounded, so that the model does not hang on the last bits of an optimiser.
    """
    right = margins.argmax(axis=1) == truth
    behind = margins.max(axis=1, keepdims=True) - margins

    def fitted(log_temperature: float) -> tuple[float, float]:
        """The Brier score at a temperature, and the doubt that gives it: by least squares, as the confidence is linear in the doubt."""
        sure = 1 / np.exp(-behind / math.exp(log_temperature)).sum(axis=1)
        beyond = sure - 1 / margins.shape[1]
        doubt = float((weights * (sure - right) * beyond).sum() / (weights * beyond**2).sum().clip(1e-9))
        doubt = min(max(doubt, 0.0), _MOST_DOUBT)
        return float((weights * (sure - doubt * beyond - right) ** 2).mean()), doubt

    low, high = math.log(0.01), math.log(10.0)
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(40):  # golden section
        left, right_of = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right_of) if fitted(left) < fitted(right_of) else (left, high)
    log_temperature = (low + high) / 2
    return round(math.exp(log_temperature), 4), round(fitted(log_temperature)[1], 4)


def second_threshold(margins: NDArray[np.float64], truth: NDArray[np.int64], nothing: int, seems_two: float = SEEMS_TWO) -> float:
    """From which margin on a further type is told of as well.

    Parameters
    ----------
    margins : ndarray, shape (n_texts, n_classes)
        Of texts that the model was not trained on and that tell of one type each.
    truth : ndarray, shape (n_texts,)
        Column of the true class.
    nothing : int
        Column of the class of texts that are no case, which is no further type.
    seems_two : float
        So many of the rightly read texts may reach it.

    Returns
    -------
    float
        In the units of the margins, rounded up to two places; of the types that a text does not tell of, the one with the highest margin decides.
    """
    types = [i for i in range(margins.shape[1]) if i != nothing]
    right = (margins.argmax(axis=1) == truth) & (truth != nothing)
    if len(types) < 2 or not right.any():
        return NEVER
    second = np.sort(margins[right][:, types], axis=1)[:, -2]
    return math.ceil(float(np.quantile(second, 1 - seems_two)) * 100) / 100


def accept_threshold(share: NDArray[np.float64], truth: NDArray[np.int64], nothing: int, right: float = ACCEPTED_RIGHT) -> float:
    """The least probability from which on verdicts are right as often as stated.

    Parameters
    ----------
    share : ndarray, shape (n_texts, n_classes)
        Probabilities.
    truth : ndarray, shape (n_texts,)
        Column of the true class.
    nothing : int
        Column of the class of texts that are no case, whose verdicts are not accepted ones.
    right : float
        Share of right verdicts among the accepted.

    Returns
    -------
    float
        Rounded up to two places; 1.0 if no threshold does.
    """
    best = share.argmax(axis=1)
    decided = best != nothing
    confidence, correct = share.max(axis=1)[decided], (best == truth)[decided]
    for percent in range(30, 100):
        accepted = confidence >= percent / 100
        if accepted.any() and correct[accepted].mean() >= right:
            return percent / 100
    return 1.0


def nothing_threshold(
    margins: NDArray[np.float64], truth: NDArray[np.int64], nothing: int, accepted: NDArray[np.bool_], most: float = NO_CASE_ACCEPTED
) -> float:
    """From which margin of no case on a text is not accepted as a type.

    Parameters
    ----------
    margins : ndarray, shape (n_texts, n_classes)
        Of texts that the model was not trained on.
    truth : ndarray, shape (n_texts,)
        Column of the true class.
    nothing : int
        Column of the class of texts that are no case.
    accepted : ndarray of bool, shape (n_texts,)
        Which are accepted but for this threshold.
    most : float
        So many of the texts that are no case may be accepted.

    Returns
    -------
    float
        In the units of the margins, rounded down to two places.
    """
    honest = truth == nothing
    mistaken = np.sort(margins[honest & accepted, nothing])
    may_stay = int(most * honest.sum())
    return math.floor(float(mistaken[may_stay]) * 100) / 100 if len(mistaken) > may_stay else NEVER


def candidate_quantiles(share: NDArray[np.float64], truth: NDArray[np.int64], coverage: float = COVERAGE) -> list[float]:
    """How improbable each class may be and still be a candidate: class-conditional split conformal sets (Vovk, 2012).

    Parameters
    ----------
    share : ndarray, shape (n_texts, n_classes)
        Probabilities of texts that the model was not trained on.
    truth : ndarray, shape (n_texts,)
        Column of the true class.
    coverage : float
        Share of the texts of a class whose candidates shall hold it.

    Returns
    -------
    list of float
        For each class a quantile of ``1 - probability`` of its own texts, rounded up to four places; 1 where it has too few texts.
    """
    quantiles = []
    for column in range(share.shape[1]):
        scores = np.sort(1 - share[truth == column, column])
        rank = math.ceil((len(scores) + 1) * coverage)
        quantiles.append(min(1.0, math.ceil(scores[rank - 1] * 1e4) / 1e4) if 0 < rank <= len(scores) else 1.0)
    return quantiles
