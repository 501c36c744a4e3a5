"""Calibration on margins from folds that leave a writer's batch out: probabilities, thresholds and candidate sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.decision import probabilities

#: Of the accepted verdicts on left-out batches so many shall be right.
ACCEPTED_RIGHT = 0.95
#: The candidates shall hold the true class in so many texts of each class.
COVERAGE = 0.90
#: So many of the left-out narratives, which tell of one scam each, may be taken to tell of a second one.
SEEMS_TWO = 0.12
#: A margin that no text reaches.
NEVER = 1e6
#: What the doubt is chosen from.
_DOUBTS = np.arange(0, 0.0401, 0.0025)


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
    """The temperature and the doubt with the least negative log-likelihood: temperature scaling (Guo et al., 2017) with a floor.

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
    rows = np.arange(len(truth))

    def loss(log_temperature: float, doubt: float) -> float:
        share = probabilities(margins, math.exp(log_temperature), doubt)
        return float(-(weights * np.log(share[rows, truth] + 1e-12)).mean())

    best = min((_least(lambda t, d=doubt: loss(t, d)), doubt) for doubt in _DOUBTS.tolist())  # type: ignore[misc]
    (_, log_temperature), doubt = best
    return round(math.exp(log_temperature), 4), round(doubt, 4)


def _least(loss: Callable[[float], float]) -> tuple[float, float]:
    """The least loss over log temperatures, and where it is: by golden section, as it has one valley."""
    low, high = math.log(0.01), math.log(10.0)
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    middle = (low + high) / 2
    return loss(middle), middle


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
