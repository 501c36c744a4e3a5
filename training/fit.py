"""From a corpus to a model: TF-IDF over the project's terms, one linear SVM, calibrated, rounded once and exported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from classifier.decision import probabilities
from classifier.errors import InputError
from classifier.model import Model, versions
from classifier.taxonomy import NOT_A_CASE, Taxonomy, load_taxonomy
from classifier.terms import FAMILIES, analyse, eligible
from training.calibration import COVERAGE, accept_threshold, candidate_quantiles, fit_temperature
from training.cases import Case
from training.corpus import Corpus, build_corpus

#: A term must occur in so many independent cases (near-twins count once), so that no personal datum gets into a vocabulary.
LEAST_CASES = 3
#: Inverse regularisation of the SVM.
C = 1.0

Progress = Callable[[str], None]


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
        Of the training cases, each from a fold that left its writer's batch out.
    truth : ndarray of int64, shape (n_train,)
        Column of the true class of each.
    """

    model: Model
    pipeline: Pipeline
    margins: NDArray[np.float64]
    truth: NDArray[np.int64]


def fit(cases: Iterable[Case], *, taxonomy: Taxonomy | None = None, progress: Progress = lambda _: None) -> Model:
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


def fit_corpus(corpus: Corpus, *, taxonomy: Taxonomy | None = None, progress: Progress = lambda _: None) -> Fitted:
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
    cases, groups = [corpus.cases[i] for i in kept], [corpus.groups[i] for i in kept]
    labels = [str(case.category) for case in cases]
    codes = [code for code in [*known.categories, NOT_A_CASE] if code in set(labels)]
    if len(codes) < 2:
        raise InputError("too_few_classes")
    progress("analyse")
    documents = [analyse(case.text) for case in cases]
    progress("calibrate")
    truth = np.array([codes.index(label) for label in labels])
    margins = _left_out_margins(documents, labels, groups, [case.batch or case.source for case in cases], codes)
    progress("fit")
    pipeline, coef, intercept = _fit_pipeline(documents, labels, groups, codes)
    vectorizer: TfidfVectorizer = pipeline.named_steps["tfidf"]
    temperature = fit_temperature(margins, truth)
    share = probabilities(margins, temperature)
    nothing = codes.index(NOT_A_CASE) if NOT_A_CASE in codes else -1
    model = Model(
        codes=tuple(codes),
        vocabulary=_by_family(vectorizer.get_feature_names_out()),
        coef=coef,
        intercept=intercept,
        idf=vectorizer.idf_.astype(np.float32),
        temperature=temperature,
        thresholds={"accept": accept_threshold(share, truth, nothing)},
        candidate_quantiles=dict(zip(codes, candidate_quantiles(share, truth), strict=True)),
        facts={
            "taxonomy": known.version,
            **versions(),
            "coverage": COVERAGE,
            "corpus": {"sha256": corpus.digest, "cases": len(corpus.cases), "trained_on": len(cases)},
        },
    )
    return Fitted(model, pipeline, margins, truth)


def vocabulary_of(documents: Sequence[Sequence[str]], groups: Sequence[int], least: int = LEAST_CASES) -> list[str]:
    """The terms that enough independent cases have.

    Parameters
    ----------
    documents : sequence of sequence of str
        Terms of each case.
    groups : sequence of int
        Near-twin group of each case.
    least : int
        In so many groups a term must occur.

    Returns
    -------
    list of str
        By family, and sorted within it.
    """
    by_group: defaultdict[int, set[str]] = defaultdict(set)
    for group, document in zip(groups, documents, strict=True):
        by_group[group].update(document)
    counts = Counter(term for terms in by_group.values() for term in terms)
    return sorted((term for term, n in counts.items() if n >= least), key=lambda term: (_family(term), term))


def _fit_pipeline(
    documents: Sequence[Sequence[str]], labels: Sequence[str], groups: Sequence[int], codes: Sequence[str]
) -> tuple[Pipeline, NDArray[np.float32], NDArray[np.float32]]:
    """The pipeline on given terms, with weights rounded to half precision, and those weights by ``codes``."""
    vectorizer = TfidfVectorizer(analyzer=analyse, sublinear_tf=True, vocabulary=vocabulary_of(documents, groups))
    vectorizer.set_params(analyzer=list)  # the terms are there already
    features = vectorizer.fit_transform(documents)
    vectorizer.set_params(analyzer=analyse)
    svm = LinearSVC(C=C, random_state=0).fit(features, labels)
    svm.coef_ = svm.coef_.astype(np.float16).astype(np.float64)
    svm.intercept_ = svm.intercept_.astype(np.float32).astype(np.float64)
    coef, intercept = svm.coef_, svm.intercept_
    if len(codes) == 2:  # scikit-learn keeps one column of margins for two classes
        coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
    columns = [list(svm.classes_).index(code) for code in codes]
    pipeline = Pipeline([("tfidf", vectorizer), ("svm", svm)])
    return pipeline, np.ascontiguousarray(coef[columns].T, dtype=np.float32), intercept[columns].astype(np.float32)


def _left_out_margins(
    documents: Sequence[Sequence[str]], labels: Sequence[str], groups: Sequence[int], batches: Sequence[str], codes: Sequence[str]
) -> NDArray[np.float64]:
    """Margins of every case from a model that saw nothing of its writer's batch."""
    margins = np.zeros((len(documents), len(codes)))
    for rest, left in _folds(batches, labels):

        def take(sequence: Sequence, indices: Sequence[int]) -> list:  # type: ignore[type-arg]
            return [sequence[i] for i in indices]

        pipeline, coef, intercept = _fit_pipeline(take(documents, rest), take(labels, rest), take(groups, rest), codes)
        vectorizer = pipeline.named_steps["tfidf"].set_params(analyzer=list)
        margins[left] = vectorizer.transform(take(documents, left)) @ coef.astype(np.float64) + intercept
    return margins


def _folds(batches: Sequence[str], labels: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """(rest, left out) for each batch whose rest still has every class; what remains is left out in five parts."""
    classes = set(labels)
    by_batch: defaultdict[str, list[int]] = defaultdict(list)
    for i, batch in enumerate(batches):
        by_batch[batch].append(i)
    folds, remaining = [], []
    for left in by_batch.values():
        gone = set(left)
        rest = [i for i in range(len(batches)) if i not in gone]
        if len(left) >= 50 and {labels[i] for i in rest} == classes:
            folds.append((rest, left))
        else:
            remaining += left
    for part in range(5):
        left = sorted(remaining)[part::5]
        gone = set(left)
        if left:
            folds.append(([i for i in range(len(batches)) if i not in gone], left))
    return folds


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
