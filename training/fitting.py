"""From a corpus to a model: TF-IDF over the project's terms, one linear SVM, calibrated, rounded once and exported."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline

from classifier.decision import probabilities
from classifier.errors import InputError
from classifier.model import Model, versions
from classifier.taxonomy import NOT_A_CASE, Taxonomy, load_taxonomy
from classifier.terms import FAMILIES, analyse, eligible
from training.calibration import (
    COVERAGE,
    accept_threshold,
    batch_weights,
    candidate_quantiles,
    fit_probabilities,
    nothing_threshold,
    second_threshold,
)
from training.cases import Case
from training.corpus import Corpus, build_corpus, seeds_folder
from training.left_out import (
    LEAST_CASES,
    LEAST_OWN,
    SMALLEST_BATCH,
    Counted,
    Linear,
    batch_folds,
    find_own_weight,
    fit_linear,
    independent_cases,
    left_out_margins,
    own_folds,
)
from training.progress import Progress, silent
from training.underlined import read_underlined, telling

#: Candidates of a class are calibrated on the user's cases alone from so many of that class on; nine would be the least that a quantile needs.
LEAST_OF_CLASS = 20

#: How far it is, is told after every so many texts.
_TOLD = 10_000


@dataclass(frozen=True)
class Fitted:
    """What training gives.

    Parameters
    ----------
    model : Model
        Ready to save or use.
    pipeline : sklearn.pipeline.Pipeline
        The vectoriser and SVM that it was exported from, carrying the rounded weights.
    margins : ndarray of float64, shape (n_train, n_classes)
        Of the training cases, each from a fold that left its writer's batch out, or a part of the user's cases; zero for shipped ones where those
        suffice.
    truth : ndarray of int64, shape (n_train,)
        Column of the true class of each.
    """

    model: Model
    pipeline: Pipeline
    margins: NDArray[np.float64]
    truth: NDArray[np.int64]


def fit(cases: Iterable[Case], *, taxonomy: Taxonomy | None = None, progress: Progress = silent) -> Model:
    """Train a model on labelled cases; those that the held-out rule takes are not trained on.

    Parameters
    ----------
    cases : iterable of Case
        Labelled cases.
    taxonomy : Taxonomy, optional
        The shipped one by default.
    progress : callable, optional
        Is told what is being done.

    Returns
    -------
    Model
        To be saved with ``model.save(folder)``.

    Raises
    ------
    InputError
        If there are not two classes to tell apart.
    """
    return fit_corpus(build_corpus(cases), taxonomy=taxonomy, progress=progress).model


def fit_corpus(corpus: Corpus, *, taxonomy: Taxonomy | None = None, progress: Progress = silent) -> Fitted:
    """Train on what a corpus does not hold out.

    Parameters
    ----------
    corpus : Corpus
        As ``build_corpus`` makes it.
    taxonomy : Taxonomy, optional
        The shipped one by default.
    progress : callable, optional
        Is told what is being done.

    Returns
    -------
    Fitted
        The model, the pipeline it came from, and the margins it was calibrated on.

    Raises
    ------
    InputError
        If there are not two classes to tell apart.
    """
    known = taxonomy or load_taxonomy()
    kept = [i for i, out in enumerate(corpus.out) if not out]
    cases = [corpus.cases[i] for i in kept]
    progress("analyse")
    data, terms, codes = count_cases(corpus, kept, known, progress=progress)
    truth = data.truth
    progress("calibrate")
    batches = [case.batch or case.source for case in cases]
    own_weight = find_own_weight(data)
    folds = own_folds(data)
    if not _own_suffices(data, len(codes)).all():
        folds = [*batch_folds(batches, truth, data.own), *folds]
    margins = left_out_margins(data, folds, own_weight, progress=progress)
    progress("fit")
    linear = fit_linear(data, np.arange(len(truth)), np.arange(len(terms)), own_weight)
    pipeline = _pipeline(terms, linear, codes)
    model = Model(
        codes=tuple(codes),
        vocabulary=_by_family(terms),
        coef=linear.coef.astype(np.float32),
        intercept=linear.intercept.astype(np.float32),
        idf=linear.idf.astype(np.float32),
        telling=telling(terms, read_underlined(seeds_folder() / "underlined" / "telling.jsonl")),
        **_calibrated(margins, data, batches, codes),
        facts={
            **versions(),
            "taxonomy": known.version,
            **({"declared": list(known.declared)} if known.declared else {}),
            "coverage": COVERAGE,
            "corpus": {"sha256": corpus.digest, "cases": len(corpus.cases), "trained_on": len(cases)},
        },
    )
    return Fitted(model, pipeline, margins, truth)


class _Calibrated(TypedDict):
    temperature: float
    doubt: float
    thresholds: dict[str, float]
    candidate_quantiles: dict[str, float]


def _calibrated(margins: NDArray[np.float64], data: Counted, batches: Sequence[str], codes: Sequence[str]) -> _Calibrated:
    """From the margins of left-out cases: of the user's where there are enough, since it is such text that will be read."""
    truth, own = data.truth, data.own
    on = own if own.sum() >= LEAST_OWN else np.ones(len(own), dtype=bool)
    temperature, doubt = fit_probabilities(margins[on], truth[on], batch_weights(np.array(batches)[on].tolist(), SMALLEST_BATCH))
    share = probabilities(margins, temperature, doubt)
    nothing = codes.index(NOT_A_CASE) if NOT_A_CASE in codes else -1
    quantiles = candidate_quantiles(share, truth)
    of_own = candidate_quantiles(share[own], truth[own])
    quantiles = [mine if enough else all_cases for all_cases, mine, enough in zip(quantiles, of_own, _own_suffices(data, len(codes)), strict=True)]
    accept, second = accept_threshold(share[on], truth[on], nothing), second_threshold(margins[on], truth[on], nothing)
    return {
        "temperature": temperature,
        "doubt": doubt,
        "thresholds": {
            "accept": accept,
            "second": second,
            "nothing": nothing_threshold(margins, truth, nothing, _accepted(margins, share, nothing, accept, second)),
        },
        "candidate_quantiles": dict(zip(codes, quantiles, strict=True)),
    }


def _accepted(margins: NDArray[np.float64], share: NDArray[np.float64], nothing: int, accept: float, second: float) -> NDArray[np.bool_]:
    """Which texts are sure enough of one type and tell of no second one."""
    types = np.delete(margins, nothing, axis=1) if nothing >= 0 else margins
    alone = (types >= second).sum(axis=1) <= 1
    accepted: NDArray[np.bool_] = (share.argmax(axis=1) != nothing) & (share.max(axis=1) >= accept) & alone
    return accepted


def _own_suffices(data: Counted, n_classes: int) -> NDArray[np.bool_]:
    """Which classes are calibrated on the user's cases alone, shape (n_classes,)."""
    if data.own.sum() < LEAST_OWN:
        return np.zeros(n_classes, dtype=np.bool_)
    return np.asarray(np.bincount(data.truth[data.own], minlength=n_classes) >= LEAST_OF_CLASS)


def count_cases(corpus: Corpus, kept: Sequence[int], taxonomy: Taxonomy, *, progress: Progress = silent) -> tuple[Counted, list[str], list[str]]:
    """Count the terms of cases.

    Parameters
    ----------
    corpus : Corpus
        As ``build_corpus`` makes it.
    kept : sequence of int
        Which of its cases.
    taxonomy : Taxonomy
        Puts the classes into their order.
    progress : callable, optional
        Is told how many were read.

    Returns
    -------
    data : Counted
        The cases.
    terms, codes : list of str
        What the columns of its counts are, and what the numbers of its classes mean.

    Raises
    ------
    InputError
        If there are not two classes to tell apart.
    """
    cases, groups = [corpus.cases[i] for i in kept], [corpus.groups[i] for i in kept]
    labels = [str(case.category) for case in cases]
    codes = [code for code in [*taxonomy.categories, NOT_A_CASE] if code in set(labels)]
    if len(codes) < 2:
        raise InputError("too_few_classes")
    members = np.unique(groups, return_inverse=True)[1]
    counts, terms = count_terms((analyse(case.text) for case in cases), members, progress=progress)
    return Counted(counts, np.array([codes.index(label) for label in labels]), members, np.array([corpus.own[i] for i in kept])), terms, codes


def count_terms(
    documents: Iterable[Sequence[str]], members: NDArray[np.int64], least: int = LEAST_CASES, *, progress: Progress = silent
) -> tuple[csr_matrix, list[str]]:
    """Count the terms that enough independent texts have.

    Parameters
    ----------
    documents : iterable of sequence of str
        Terms of each text; they are kept as numbers, so that a hundred thousand texts have room.
    members : ndarray of int64, shape (n_texts,)
        Near-twin group of each.
    least : int
        In so many groups a term must occur.
    progress : callable, optional
        Is told how many texts were read.

    Returns
    -------
    counts : csr_matrix of float64, shape (n_texts, n_terms)
        How often each has each term.
    terms : list of str
        What the columns are: by family, and sorted within it.
    """
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    columns, ends = array("i"), array("q", [0])
    for done, document in enumerate(documents):
        if done % _TOLD == 0 and done:
            progress("read", done=done, total=len(members))
        columns.extend(numbers[term] for term in document)
        ends.append(len(columns))
    of_all = csr_matrix((np.ones(len(columns)), np.frombuffer(columns, dtype=np.int32), np.frombuffer(ends, dtype=np.int64)))
    of_all.resize(len(members), len(numbers))
    of_all.sum_duplicates()
    enough = independent_cases(of_all, members) >= least
    kept = sorted((term for term, number in numbers.items() if enough[number]), key=lambda term: (_family(term), term))
    counts = of_all[:, [numbers[term] for term in kept]]
    counts.sort_indices()
    return counts, kept


def _pipeline(terms: list[str], linear: Linear, codes: Sequence[str]) -> Pipeline:
    """What anybody could have fitted with scikit-learn, from text to margins."""
    vectorizer = TfidfVectorizer(analyzer=analyse, sublinear_tf=True, vocabulary=terms)
    vectorizer.idf_ = linear.idf
    linear.svm.classes_ = np.array(codes)
    return Pipeline([("tfidf", vectorizer), ("svm", linear.svm)])


def _family(term: str) -> int:
    return next((i for i, mark in enumerate(FAMILIES) if mark and term.startswith(mark)), 0)


def _by_family(terms: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    families: list[list[str]] = [[] for _ in FAMILIES]
    for term in terms:
        family = _family(term)
        bare = term.removeprefix(FAMILIES[family])
        if not eligible(bare):
            raise AssertionError("a term that the runtime would not look up")
        families[family].append(bare)
    return tuple(map(tuple, families))
