"""The linear fit, and the margins of cases from fits that left them out: a writer's whole batch, or a part of the user's own cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from classifier.parallel import cores
from training.progress import Progress, silent

#: A term must occur in so many independent cases (near-twins count once), so that no personal datum gets into a vocabulary.
LEAST_CASES = 3
#: Inverse regularisation of the SVM, whose classes weigh the same however many cases they have. Both were chosen on left-out batches and
#: checked on text that is not distributed; the table is made by benchmarks/features.py.
C = 1.0


#: A writer's batch of fewer cases is not worth a fold of its own; such cases are left out in so many parts.
SMALLEST_BATCH, _PARTS = 50, 5
#: So many cases are fitted in this process alone.
_ALONE = 2000
#: From so many cases on every fold takes so long that each is told of.
_LARGE = 20_000
#: How many shipped cases one of the user's may count as.
OWN_WEIGHTS = (1.0, 2.0, 4.0, 8.0)
#: The user's cases decide on their weight, and are calibrated on alone, from so many on; fewer count as any others do.
LEAST_OWN = 100
#: Of more cases of the user's so many decide on their weight.
_MOST_OWN = 2000
#: Resamples for the standard error of a difference.
_RESAMPLES = 100


#: (rest, left out), as row numbers.
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Counted:
    """Training cases as they are fitted on.

    Parameters
    ----------
    counts : csr_matrix of float64, shape (n_cases, n_terms)
        How often each has each term.
    truth : ndarray of int64, shape (n_cases,)
        Column of the true class; classes are numbers without a gap.
    members : ndarray of int64, shape (n_cases,)
        Near-twin group, numbered without a gap.
    own : ndarray of bool, shape (n_cases,)
        Which are the user's.
    """

    counts: csr_matrix
    truth: NDArray[np.int64]
    members: NDArray[np.int64]
    own: NDArray[np.bool_]


@dataclass(frozen=True)
class Linear:
    """A fitted linear model: idf of its terms, weights by (term, class) rounded to half precision, intercepts, and the machine."""

    idf: NDArray[np.float64]
    coef: NDArray[np.float64]
    intercept: NDArray[np.float64]
    svm: LinearSVC


def fit_linear(data: Counted, rows: NDArray[np.int64], columns: NDArray[np.int64], own_weight: float) -> Linear:
    """Fit on some cases and terms.

    Parameters
    ----------
    data : Counted
        The cases.
    rows, columns : ndarray of int64
        Which cases and which terms.
    own_weight : float
        How many shipped cases one of the user's counts as.

    Returns
    -------
    Linear
        With one column of weights for each class.
    """
    transformer = TfidfTransformer(sublinear_tf=True)
    svm = LinearSVC(C=C, class_weight="balanced", random_state=0)
    svm.fit(transformer.fit_transform(data.counts[rows][:, columns]), data.truth[rows], np.where(data.own[rows], own_weight, 1.0))
    svm.coef_ = svm.coef_.astype(np.float16).astype(np.float64)
    svm.intercept_ = svm.intercept_.astype(np.float32).astype(np.float64)
    coef, intercept = svm.coef_, svm.intercept_
    if len(coef) == 1:  # scikit-learn keeps one column of margins for two classes
        coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
    return Linear(transformer.idf_, np.ascontiguousarray(coef.T), intercept, svm)


def left_out_margins(data: Counted, folds: Sequence[Fold], own_weight: float, *, progress: Progress = silent) -> NDArray[np.float64]:
    """Margins of cases from a model, vocabulary and idf included, that was not trained on them.

    Parameters
    ----------
    data : Counted
        The cases.
    folds : sequence of Fold
        What is trained on and what is left out.
    own_weight : float
        How many shipped cases one of the user's counts as.
    progress : callable, optional
        Is told how many folds are done.

    Returns
    -------
    ndarray of float64, shape (n_cases, n_classes)
        Zero where no fold left a case out.
    """
    margins = np.zeros((len(data.truth), int(data.truth.max()) + 1))
    # Processes, not threads: liblinear draws from one generator a process. A small corpus is done before they have started.
    workers = cores() if len(data.truth) > _ALONE else 1
    found = Parallel(n_jobs=workers, return_as="generator")(delayed(_margins_of_fold)(data, fold, own_weight) for fold in folds)
    for done, ((_, left), of_fold) in enumerate(zip(folds, found, strict=True), start=1):
        margins[left] = of_fold
        if len(data.truth) > _LARGE:
            progress("folds", done=done, total=len(folds))
    return margins


def _margins_of_fold(data: Counted, fold: Fold, own_weight: float) -> NDArray[np.float64]:
    rest, left = fold
    columns = np.flatnonzero(independent_cases(data.counts[rest], data.members[rest]) >= LEAST_CASES)
    linear = fit_linear(data, rest, columns, own_weight)
    transformer = TfidfTransformer(sublinear_tf=True)
    transformer.idf_ = linear.idf
    margins: NDArray[np.float64] = transformer.transform(data.counts[left][:, columns]) @ linear.coef + linear.intercept
    return margins


def independent_cases(counts: csr_matrix, members: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many near-twin groups each term occurs.

    Parameters
    ----------
    counts : csr_matrix, shape (n_cases, n_terms)
        How often each case has each term.
    members : ndarray of int64, shape (n_cases,)
        Group of each.

    Returns
    -------
    ndarray of int64, shape (n_terms,)
        The numbers.
    """
    rows = np.arange(len(members))
    grouped = csr_matrix((np.ones(len(members)), (members, rows)), shape=(int(members.max()) + 1, len(members))) @ counts
    return np.bincount(grouped.indices, minlength=counts.shape[1])


def batch_folds(batches: Sequence[str], truth: NDArray[np.int64], own: NDArray[np.bool_]) -> list[Fold]:
    """Folds of the shipped cases.

    Parameters
    ----------
    batches : sequence of str
        Writer's batch of each case.
    truth : ndarray of int64, shape (n_cases,)
        Column of the true class.
    own : ndarray of bool, shape (n_cases,)
        Which are the user's, and never left out here.

    Returns
    -------
    list of Fold
        One for each batch of several classes whose rest still has every class; what remains is left out in five parts. Without a batch of one
        class alone, such as the texts that are no case, a kind of text would be missing and not a writer.
    """
    written = np.array(batches)
    classes = set(truth.tolist())
    left_out, remaining = [], np.zeros(len(truth), dtype=bool)
    for batch in dict.fromkeys(batches):
        left = (written == batch) & ~own
        if left.sum() >= SMALLEST_BATCH and len(np.unique(truth[left])) > 1 and set(truth[~left].tolist()) == classes:
            left_out.append(left)
        else:
            remaining |= left
    return [*map(_fold, left_out), *_in_parts(remaining, np.cumsum(remaining) - 1, truth)]


def own_folds(data: Counted) -> list[Fold]:
    """Folds of the user's cases: five parts, since new ones will come from where these came from; near-twins stay together.

    Parameters
    ----------
    data : Counted
        The cases.

    Returns
    -------
    list of Fold
        None without such cases.
    """
    ranks = np.zeros(len(data.own), dtype=np.int64)
    ranks[data.own] = np.unique(data.members[data.own], return_inverse=True)[1]
    return _in_parts(data.own, ranks, data.truth)


def _in_parts(chosen: NDArray[np.bool_], ranks: NDArray[np.int64], truth: NDArray[np.int64]) -> list[Fold]:
    classes = set(truth.tolist())
    parts = []
    for part in range(_PARTS):
        left = chosen & (ranks % _PARTS == part)
        # A class of very few cases stays in: a fold without it would tell nothing.
        left &= ~np.isin(truth, list(classes - set(truth[~left].tolist())))
        if left.any():
            parts.append(_fold(left))
    return parts


def _fold(left: NDArray[np.bool_]) -> Fold:
    return np.flatnonzero(~left), np.flatnonzero(left)


def find_own_weight(data: Counted) -> float:
    """How many shipped cases one of the user's shall count as.

    Parameters
    ----------
    data : Counted
        The cases.

    Returns
    -------
    float
        The least of ``OWN_WEIGHTS`` that reads the user's left-out cases no worse, by macro-F1 and one standard error, than whichever reads them
        best; 1 for few cases, and without any shipped ones.
    """
    if data.own.all() or data.own.sum() < LEAST_OWN:
        return 1.0
    data = _with_fewer_own(data)
    folds = own_folds(data)
    left = np.concatenate([left for _, left in folds])
    truth, labels = data.truth[left], np.unique(data.truth[left])
    said = [left_out_margins(data, folds, weight)[left].argmax(axis=1) for weight in OWN_WEIGHTS]
    generator = np.random.default_rng(0)
    samples = [slice(None), *(generator.integers(0, len(left), len(left)) for _ in range(_RESAMPLES))]
    scores = np.array([[f1_score(truth[rows], each[rows], average="macro", labels=labels, zero_division=0) for rows in samples] for each in said])
    behind = scores[scores[:, 0].argmax()] - scores
    return OWN_WEIGHTS[int(np.flatnonzero(behind[:, 0] <= behind[:, 1:].std(axis=1))[0])]


def _with_fewer_own(data: Counted) -> Counted:
    """Of many cases of the user's a part, evenly over the classes and with something of every class."""
    own = np.flatnonzero(data.own)
    if len(own) <= _MOST_OWN:
        return data
    in_classes = own[np.argsort(data.truth[own], kind="stable")]
    firsts = in_classes[np.unique(data.truth[in_classes], return_index=True)[1]]
    rows = np.unique(np.concatenate([np.flatnonzero(~data.own), in_classes[:: -(-len(own) // _MOST_OWN)], firsts]))
    return Counted(data.counts[rows], data.truth[rows], np.unique(data.members[rows], return_inverse=True)[1], data.own[rows])
