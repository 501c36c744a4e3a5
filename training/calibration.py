"""Calibration on margins from folds that leave a writer's batch out: temperature, thresholds and candidate sets."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from classifier.decision import probabilities

#: Of the accepted verdicts on left-out batches so many shall be right.
ACCEPTED_RIGHT = 0.95
#: The candidates shall hold the true class in so many texts of each class.
COVERAGE = 0.90


def fit_temperature(margins: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature with the least negative log-likelihood (Guo et al., 2017).

    Parameters
    ----------
    margins : ndarray, shape (n_texts, n_classes)
        Of texts that the model was not trained on.
    truth : ndarray, shape (n_texts,)
        Column of the true class.

    Returns
    -------
    float
        Rounded to four places, so that the model does not hang on the last bits of an optimiser.
    """
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        return float(-np.log(probabilities(margins, math.exp(log_temperature))[rows, truth] + 1e-12).mean())

    low, high = math.log(0.01), math.log(10.0)
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(60):  # golden section: the loss has one valley
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return round(math.exp((low + high) / 2), 4)


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
