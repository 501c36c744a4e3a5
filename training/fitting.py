"""From a corpus to a model: TF-IDF over the project's terms, one linear SVM, calibrated, rounded once and exported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC

from classifier.decision import probabilities
from classifier.errors import InputError
from classifier.model import Model, versions
from classifier.parallel import cores
from classifier.taxonomy import NOT_A_CASE, Taxonomy, load_taxonomy
from classifier.terms import FAMILIES, analyse, eligible
from training.calibration import COVERAGE, accept_threshold, batch_weights, candidate_quantiles, fit_probabilities, second_threshold
from training.cases import Case
from training.corpus import Corpus, build_corpus, seeds_folder
from training.underlined import read_underlined, telling

#: A term must occur in so many independent cases (near-twins count once), so that no personal datum gets into a vocabulary.
LEAST_CASES = 3
#: Inverse regularisation of the SVM, whose classes weigh the same however many cases they have. Both were chosen on left-out batches and
#: checked on text that is not distributed; the table is made by benchmarks/features.py.
C = 1.0

#: A writer's batch of fewer cases is not worth a fold of its own; such cases are left out in so many parts.
_SMALLEST_BATCH, _PARTS = 50, 5
#: So many cases are fitted in this process alone.
_ALONE = 2000

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
    terms = vocabulary_of(documents, groups)
    counts = CountVectorizer(analyzer=list, vocabulary=terms, dtype=np.float64).fit_transform(documents)
    truth = np.array([codes.index(label) for label in labels])
    progress("calibrate")
    batches = [case.batch or case.source for case in cases]
    margins = _left_out_margins(counts, truth, groups, batches)
    progress("fit")
    linear = _fit_linear(counts, truth, np.arange(len(terms)))
    pipeline = _pipeline(terms, linear, codes)
    temperature, doubt = fit_probabilities(margins, truth, batch_weights(batches, _SMALLEST_BATCH))
    share = probabilities(margins, temperature, doubt)
    nothing = codes.index(NOT_A_CASE) if NOT_A_CASE in codes else -1
    model = Model(
        codes=tuple(codes),
        vocabulary=_by_family(terms),
        coef=linear.coef.astype(np.float32),
        intercept=linear.intercept.astype(np.float32),
        idf=linear.idf.astype(np.float32),
        telling=telling(terms, read_underlined(seeds_folder() / "underlined" / "telling.jsonl")),
        temperature=temperature,
        doubt=doubt,
        thresholds={"accept": accept_threshold(share, truth, nothing), "second": second_threshold(margins, truth, nothing)},
        candidate_quantiles=dict(zip(codes, candidate_quantiles(share, truth), strict=True)),
        facts={
            **versions(),
            "taxonomy": known.version,
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


@dataclass(frozen=True)
class _Linear:
    """A fitted linear model: idf of its terms, weights by (term, class) rounded to half precision, intercepts, and the machine."""

    idf: NDArray[np.float64]
    coef: NDArray[np.float64]
    intercept: NDArray[np.float64]
    svm: LinearSVC


def _fit_linear(counts: csr_matrix, truth: NDArray[np.int64], columns: NDArray[np.int64]) -> _Linear:
    """Fit on the given columns of a matrix of counts; classes are numbers without a gap."""
    transformer = TfidfTransformer(sublinear_tf=True)
    svm = LinearSVC(C=C, class_weight="balanced", random_state=0).fit(transformer.fit_transform(counts[:, columns]), truth)
    svm.coef_ = svm.coef_.astype(np.float16).astype(np.float64)
    svm.intercept_ = svm.intercept_.astype(np.float32).astype(np.float64)
    coef, intercept = svm.coef_, svm.intercept_
    if len(coef) == 1:  # scikit-learn keeps one column of margins for two classes
        coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
    return _Linear(transformer.idf_, np.ascontiguousarray(coef.T), intercept, svm)


def _pipeline(terms: list[str], linear: _Linear, codes: Sequence[str]) -> Pipeline:
    """What anybody could have fitted with scikit-learn, from text to margins."""
    vectorizer = TfidfVectorizer(analyzer=analyse, sublinear_tf=True, vocabulary=terms)
    vectorizer.idf_ = linear.idf
    linear.svm.classes_ = np.array(codes)
    return Pipeline([("tfidf", vectorizer), ("svm", linear.svm)])


def _left_out_margins(counts: csr_matrix, truth: NDArray[np.int64], groups: Sequence[int], batches: Sequence[str]) -> NDArray[np.float64]:
    """Margins of every case from a model, vocabulary and idf included, that saw nothing of its writer's batch."""
    margins = np.zeros((counts.shape[0], int(truth.max()) + 1))
    _, members = np.unique(groups, return_inverse=True)
    folds = _folds(batches, truth)
    # Processes, not threads: liblinear draws from one generator a process. A small corpus is done before they have started.
    workers = cores() if len(truth) > _ALONE else 1
    found = Parallel(n_jobs=workers)(delayed(_margins_of_fold)(counts, truth, members, rest, left) for rest, left in folds)
    for (_, left), of_fold in zip(folds, found, strict=True):
        margins[left] = of_fold
    return margins


def _margins_of_fold(
    counts: csr_matrix, truth: NDArray[np.int64], members: NDArray[np.int64], rest: NDArray[np.int64], left: NDArray[np.int64]
) -> NDArray[np.float64]:
    columns = np.flatnonzero(_independent_cases(counts[rest], members[rest]) >= LEAST_CASES)
    linear = _fit_linear(counts[rest], truth[rest], columns)
    transformer = TfidfTransformer(sublinear_tf=True)
    transformer.idf_ = linear.idf
    margins: NDArray[np.float64] = transformer.transform(counts[left][:, columns]) @ linear.coef + linear.intercept
    return margins


def _independent_cases(counts: csr_matrix, members: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many groups each term occurs, shape (n_terms,)."""
    rows = np.arange(len(members))
    grouped = csr_matrix((np.ones(len(members)), (members, rows)), shape=(int(members.max()) + 1, len(members))) @ counts
    return np.bincount(grouped.indices, minlength=counts.shape[1])


def _folds(batches: Sequence[str], truth: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(rest, left out) for each batch of several classes whose rest still has every class; what remains is left out in five parts.

    Without a batch of one class alone, such as the texts that are no case, a kind of text would be missing and not a writer.
    """
    written = np.array(batches)
    classes = set(truth.tolist())
    left_out, remaining = [], np.zeros(len(truth), dtype=bool)
    for batch in dict.fromkeys(batches):
        left = written == batch
        if left.sum() >= _SMALLEST_BATCH and len(np.unique(truth[left])) > 1 and set(truth[~left].tolist()) == classes:
            left_out.append(left)
        else:
            remaining |= left
    for part in range(_PARTS):
        left = np.zeros(len(truth), dtype=bool)
        left[np.flatnonzero(remaining)[part::_PARTS]] = True
        # A class of very few cases stays in: a fold without it would tell nothing.
        left &= ~np.isin(truth, list(classes - set(truth[~left].tolist())))
        if left.any():
            left_out.append(left)
    return [(np.flatnonzero(~left), np.flatnonzero(left)) for left in left_out]


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
