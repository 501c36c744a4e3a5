"""How well a model reads labelled cases: macro-F1 with its interval, confusion, calibration, coverage, all in total and per type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classifier.classifier import ScamClassifier
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.verdict import Verdict
from training.cases import Case

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

#: Resamples of the bootstrap, with a fixed seed, so that the same cases give the same interval.
RESAMPLES = 1000
#: Bins of the calibration error.
BINS = 15
#: Stands in tables of official names for verdicts without one.
NONE = "–"


@dataclass(frozen=True)
class Scores:
    """One naming of the types, scored.

    Parameters
    ----------
    names : tuple of str
        The names that occur in the labels.
    macro_f1 : float
        Mean F1 over ``names``.
    interval : tuple of (float, float)
        95 % bootstrap interval of it over the cases.
    accuracy : float
        Share of right verdicts.
    per_name : dict of str to dict
        ``precision``, ``recall``, ``f1`` and ``cases`` of each name.
    confusion : list of (str, str, int)
        Labelled, called, how often; the most frequent first, right ones left out.
    """

    names: tuple[str, ...]
    macro_f1: float
    interval: tuple[float, float]
    accuracy: float
    per_name: dict[str, dict[str, float]]
    confusion: list[tuple[str, str, int]]


@dataclass(frozen=True)
class Evaluation:
    """A model on labelled cases.

    Parameters
    ----------
    cases : int
        How many.
    official : Scores
        Over the official names; what has none is left out.
    types : Scores
        Over the codes.
    calibration_error : float
        Expected calibration error of the confidence in the official name, or in not being a case, in 15 bins of equal width.
    brier : float
        Mean squared distance of that confidence from 1 where the verdict is right, from 0 where it is wrong.
    reliability : list of dict
        For each of these bins that holds a verdict ``cases``, ``confidence`` (mean) and ``accuracy``, by growing confidence.
    surest : dict of str to float
        Accuracy of the surest 10, 20, … 100 % of the verdicts: accuracy against coverage.
    decisions : dict of str to float
        Share of each decision, and under ``accepted_right`` how many accepted ones are right.
    coverage : dict of str to float
        How often the candidates hold the true type, at worst over the types, and how many they are.
    per_type : dict of str to dict
        For each labelled code ``cases``, ``confidence`` (mean), ``accuracy`` (what the confidence should be), ``coverage`` (how often the candidates
        hold it) and ``mean_size`` of the candidates.
    """

    cases: int
    official: Scores
    types: Scores
    calibration_error: float
    brier: float
    reliability: list[dict[str, float]]
    surest: dict[str, float]
    decisions: dict[str, float]
    coverage: dict[str, float]
    per_type: dict[str, dict[str, float]]


def evaluate(cases: Sequence[Case], classifier: ScamClassifier) -> Evaluation:
    """Score a model on labelled cases.

    Parameters
    ----------
    cases : sequence of Case
        Each with a category.
    classifier : ScamClassifier
        The model.

    Returns
    -------
    Evaluation
        All figures; the same every time.
    """
    return score_verdicts(cases, list(classifier.classify_many((case.text for case in cases), cues=False)), classifier.taxonomy)


def score_verdicts(cases: Sequence[Case], verdicts: Sequence[Verdict], taxonomy: Taxonomy) -> Evaluation:
    """Score verdicts, of one model or of several that each read a part.

    Parameters
    ----------
    cases : sequence of Case
        Each with a category.
    verdicts : sequence of Verdict
        One a case.
    taxonomy : Taxonomy
        What their codes mean.

    Returns
    -------
    Evaluation
        All figures; the same every time.
    """
    codes = [str(case.category) for case in cases]
    official_pairs = [(_official(taxonomy, code), verdict) for code, verdict in zip(codes, verdicts, strict=True)]
    named = [(name, verdict) for name, verdict in official_pairs if name is not None]
    right = np.array([_is_right(taxonomy, code, verdict) for code, verdict in zip(codes, verdicts, strict=True)])
    confidence = np.array([_confidence(taxonomy, code, verdict) for code, verdict in zip(codes, verdicts, strict=True)])
    return Evaluation(
        cases=len(cases),
        official=_scores([name for name, _ in named], [verdict.official or NONE for _, verdict in named]),
        types=_scores(codes, [verdict.category or NOT_A_CASE for verdict in verdicts]),
        calibration_error=calibration_error(confidence, right),
        brier=float(((confidence - right) ** 2).mean()),
        reliability=_reliability(confidence, right),
        surest=_surest(confidence, right),
        decisions=_decisions(verdicts, right),
        coverage=_coverage(codes, verdicts),
        per_type=_per_type(codes, verdicts, confidence, right),
    )


def _official(taxonomy: Taxonomy, code: str) -> str | None:
    return taxonomy[code].official


def _is_right(taxonomy: Taxonomy, code: str, verdict: Verdict) -> bool:
    """Right as far as the label can tell: by official name where the type has one, else by code."""
    official = _official(taxonomy, code)
    return verdict.official == official if official else (verdict.category or NOT_A_CASE) == code


def _confidence(taxonomy: Taxonomy, code: str, verdict: Verdict) -> float:
    """Probability of what ``_is_right`` judges: of the official name where the label has one and the verdict gave one."""
    if verdict.official is None or _official(taxonomy, code) is None:
        return verdict.confidence
    return sum(share for other, share in verdict.ranking if taxonomy[other].official == verdict.official)


def _scores(truth: Sequence[str], called: Sequence[str]) -> Scores:
    names = tuple(sorted(set(truth)))
    index = {name: i for i, name in enumerate(names)}
    gold = np.array([index[name] for name in truth], dtype=np.int64)
    guess = np.array([index.get(name, len(names)) for name in called], dtype=np.int64)
    if not names:
        return Scores((), 0.0, (0.0, 0.0), 0.0, {}, [])
    generator = np.random.default_rng(0)
    samples = [generator.integers(0, len(gold), len(gold)) for _ in range(RESAMPLES)]
    spread = [_macro_f1(gold[rows], guess[rows], len(names)) for rows in samples]
    table = _per_name(gold, guess, len(names))
    pairs = Counter((t, c) for t, c in zip(truth, called, strict=True) if t != c)
    return Scores(
        names=names,
        macro_f1=_macro_f1(gold, guess, len(names)),
        interval=(float(np.quantile(spread, 0.025)), float(np.quantile(spread, 0.975))),
        accuracy=float((gold == guess).mean()),
        per_name={
            name: dict(zip(("precision", "recall", "f1", "cases"), map(float, row), strict=True)) for name, row in zip(names, table, strict=True)
        },
        confusion=[(t, c, n) for (t, c), n in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))],
    )


def _per_name(gold: NDArray[np.int64], guess: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Precision, recall, F1 and number of cases, shape (n, 4)."""
    right = np.bincount(gold[gold == guess], minlength=n)[:n]
    labelled, called = np.bincount(gold, minlength=n)[:n], np.bincount(guess, minlength=n)[:n]
    precision, recall = right / np.maximum(called, 1), right / np.maximum(labelled, 1)
    return np.stack([precision, recall, 2 * right / np.maximum(called + labelled, 1), labelled], axis=1)


def _macro_f1(gold: NDArray[np.int64], guess: NDArray[np.int64], n: int) -> float:
    """Mean F1 over the names that occur in ``gold``."""
    table = _per_name(gold, guess, n)
    return float(table[table[:, 3] > 0, 2].mean())


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int = BINS) -> float:
    """Expected calibration error: how far confidence and accuracy are apart, over bins of equal width weighted by their cases.

    Parameters
    ----------
    confidence : ndarray, shape (n,)
        In [0, 1].
    right : ndarray of bool, shape (n,)
        Which verdicts are right.
    bins : int
        Number of bins.

    Returns
    -------
    float
        In [0, 1]; after Naeini et al. (2015).
    """
    cases, sure, correct = _binned(confidence, right, bins)
    return float(np.abs(sure - correct).sum() / max(cases.sum(), 1))


def _binned(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], bins: int
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Cases, summed confidence and right verdicts of each of some bins of equal width."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    sure, correct = (np.bincount(place, weights=weights, minlength=bins).astype(np.float64) for weights in (confidence, right.astype(float)))
    return np.bincount(place, minlength=bins).astype(np.int64), sure, correct


def _reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[dict[str, float]]:
    return [
        {"cases": float(cases), "confidence": float(sure / cases), "accuracy": float(correct / cases)}
        for cases, sure, correct in zip(*_binned(confidence, right, BINS), strict=True)
        if cases
    ]


def surest_cases(cases: int, percent: int) -> int:
    """How many verdicts are a share of all.

    Parameters
    ----------
    cases : int
        All.
    percent : int
        The share.

    Returns
    -------
    int
        At least one.
    """
    return max(1, round(cases * percent / 100))


def _surest(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, float]:
    order = np.argsort(-confidence, kind="stable")
    return {f"{percent} %": float(right[order[: surest_cases(len(order), percent)]].mean()) for percent in range(10, 101, 10)}


def _decisions(verdicts: Sequence[Verdict], right: NDArray[np.bool_]) -> dict[str, float]:
    decisions = np.array([verdict.decision for verdict in verdicts])
    shares = {name: float((decisions == name).mean()) for name in ("accept", "review", "not_a_case")}
    accepted = decisions == "accept"
    return shares | {"accepted_right": float(right[accepted].mean()) if accepted.any() else 0.0}


def _held(codes: Sequence[str], verdicts: Sequence[Verdict]) -> NDArray[np.bool_]:
    """In which texts the candidates hold the labelled type."""
    return np.array([code in verdict.candidates for code, verdict in zip(codes, verdicts, strict=True)])


def _coverage(codes: Sequence[str], verdicts: Sequence[Verdict]) -> dict[str, float]:
    held = _held(codes, verdicts)
    by_code = [held[[c == code for c in codes]].mean() for code in sorted(set(codes))]
    sizes = [len(verdict.candidates) for verdict in verdicts]
    return {"overall": float(held.mean()), "worst_type": float(min(by_code)), "mean_size": float(np.mean(sizes))}


def _per_type(
    codes: Sequence[str], verdicts: Sequence[Verdict], confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    labelled, held, sizes = np.array(codes), _held(codes, verdicts), np.array([len(verdict.candidates) for verdict in verdicts])
    table = {}
    for code in sorted(set(codes)):
        mine = labelled == code
        figures = {"confidence": confidence, "accuracy": right, "coverage": held, "mean_size": sizes}
        table[code] = {"cases": float(mine.sum()), **{name: float(values[mine].mean()) for name, values in figures.items()}}
    return table


def plain(figures: DataclassInstance) -> dict[str, Any]:
    """Figures as plain values for JSON, shares rounded to four places.

    Parameters
    ----------
    figures : dataclass
        An ``Evaluation``, or the figures of cues.

    Returns
    -------
    dict
        By the names of its fields.
    """
    from dataclasses import asdict

    def rounded(value: Any) -> Any:
        if isinstance(value, float):
            return round(value, 4)
        if isinstance(value, dict):
            return {key: rounded(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [rounded(entry) for entry in value]
        return value

    return {key: rounded(value) for key, value in asdict(figures).items()}
