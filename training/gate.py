"""The gate before a promotion: what a new model reads better and worse than the one in use, on held-out cases that neither was trained on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.classifier import ScamClassifier
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.verdict import Verdict
from training.cases import Case
from training.evaluation import RESAMPLES, score_verdicts
from training.heldout import draws_out

#: A type of fewer held-out cases is shown, but does not close the gate.
LEAST_JUDGED = 10
#: Of more cases an even part is compared.
_MOST = 4000
#: So many phrases are named whose number changed most.
_PHRASES = 10


@dataclass(frozen=True)
class TypeChange:
    """One type under both models.

    Parameters
    ----------
    code : str
        The type, or ``"not_a_case"``.
    cases : int
        Held-out cases of it.
    old, new : float
        F1.
    low, high : float
        95 % interval of the difference, by a bootstrap in which both read the same cases.
    """

    code: str
    cases: int
    old: float
    new: float
    low: float
    high: float


@dataclass(frozen=True)
class Flip:
    """A case about which the models disagree.

    Parameters
    ----------
    case : Case
        The case.
    old, new : str
        What each says.
    """

    case: Case
    old: str
    new: str


@dataclass(frozen=True)
class SetComparison:
    """Both models on one set of held-out cases.

    Parameters
    ----------
    name : str
        ``shipped`` or ``own``.
    cases : int
        How many.
    old, new : float
        Macro-F1 over the labelled types.
    low, high : float
        95 % interval of the difference.
    calibration : (float, float)
        Calibration errors, old and new, over the cases whose type both know.
    types : tuple of TypeChange
        In the order of the taxonomy.
    flips : tuple of Flip
        In the order of the cases.
    phrases : tuple of (str, str, int)
        Type, phrase, in how many more verdicts it is a cue now; the largest changes first.
    """

    name: str
    cases: int
    old: float
    new: float
    low: float
    high: float
    calibration: tuple[float, float]
    types: tuple[TypeChange, ...]
    flips: tuple[Flip, ...]
    phrases: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class Comparison:
    """An old and a new model.

    Parameters
    ----------
    sets : tuple of SetComparison
        Those that have cases.
    fell : tuple of str
        Types of the old model that the new one reads worse by more than the interval, in any of the sets, or does not know any more.
    taken : dict of str to dict
        For each type that the old model did not have, what that said of the cases that the new one gives it.
    """

    sets: tuple[SetComparison, ...]
    fell: tuple[str, ...]
    taken: dict[str, dict[str, int]]

    def figures(self) -> dict[str, Any]:
        """The numbers, for a version's record.

        Returns
        -------
        dict
            By set; without cases.
        """
        return {
            each.name: {
                "cases": each.cases,
                "macro_f1": [round(each.old, 4), round(each.new, 4)],
                "difference": [round(each.low, 4), round(each.high, 4)],
                "calibration_error": [None if math.isnan(error) else round(error, 4) for error in each.calibration],
                "flips": len(each.flips),
                "types": {
                    change.code: {
                        "cases": change.cases,
                        "f1": [round(change.old, 4), round(change.new, 4)],
                        "difference": [round(change.low, 4), round(change.high, 4)],
                    }
                    for change in each.types
                },
            }
            for each in self.sets
        }


def compare(old: ScamClassifier, new: ScamClassifier, sets: Mapping[str, Sequence[Case]]) -> Comparison:
    """Compare two models.

    Parameters
    ----------
    old, new : ScamClassifier
        The one in use, and the one that would replace it.
    sets : mapping of str to sequence of Case
        Held-out cases with their labels, by name; those with a type that neither knows are left out.

    Returns
    -------
    Comparison
        The same every time.
    """
    compared, taken = list[SetComparison](), dict[str, Counter[str]]()
    order = [*dict.fromkeys((*old.taxonomy.categories, *new.taxonomy.categories)), NOT_A_CASE]
    for name, every in sets.items():
        if cases := [case for case in every if case.category in order]:
            before, after = (list(model.classify_many(case.text for case in cases)) for model in (old, new))
            compared.append(_compared(name, cases, before, after, (old.taxonomy, new.taxonomy), order))
            for verdict, earlier in zip(after, before, strict=True):
                if verdict.category is not None and verdict.category not in old.model.codes:
                    taken.setdefault(verdict.category, Counter())[_said(earlier)] += 1
    fell = {
        change.code
        for each in compared
        for change in each.types
        if change.high < 0 and change.cases >= LEAST_JUDGED and change.code in old.model.codes
    }
    fell |= set(old.model.codes) - set(new.model.codes)
    return Comparison(tuple(compared), tuple(code for code in order if code in fell), {code: dict(n.most_common()) for code, n in taken.items()})


def never_seen(cases: Iterable[Case], own: Iterable[bool]) -> dict[str, list[Case]]:
    """The cases on which models are compared: those whose own hash holds them out.

    What is held out only with a near-twin is left aside: a model that was made before the twin came may have been trained on it.

    Parameters
    ----------
    cases : iterable of Case
        Labelled cases.
    own : iterable of bool
        Which are the user's.

    Returns
    -------
    dict of str to list of Case
        ``shipped`` and ``own``.
    """
    sets: dict[str, list[Case]] = {"shipped": [], "own": []}
    for case, mine in zip(cases, own, strict=True):
        if draws_out(case.text):
            sets["own" if mine else "shipped"].append(case)
    return {name: found[:: max(1, -(-len(found) // _MOST))] for name, found in sets.items()}


def _said(verdict: Verdict) -> str:
    return verdict.category or NOT_A_CASE


def _compared(
    name: str,
    cases: Sequence[Case],
    before: Sequence[Verdict],
    after: Sequence[Verdict],
    taxonomies: tuple[Taxonomy, Taxonomy],
    order: Sequence[str],
) -> SetComparison:
    labels = [str(case.category) for case in cases]
    codes = [code for code in order if code in labels]
    truth, was, now = (_numbers(said, codes) for said in (labels, map(_said, before), map(_said, after)))
    generator = np.random.default_rng(0)
    samples = [np.arange(len(cases)), *(generator.integers(0, len(cases), len(cases)) for _ in range(RESAMPLES))]
    old_f1, new_f1 = (np.array([_f1(truth[rows], said[rows], len(codes)) for rows in samples]) for said in (was, now))
    difference = new_f1 - old_f1
    low, high = np.nanquantile(difference[1:], (0.025, 0.975), axis=0)
    spread = np.nanmean(difference[1:], axis=1)
    counts = np.bincount(truth, minlength=len(codes))
    both = [i for i, label in enumerate(labels) if label == NOT_A_CASE or all(label in taxonomy.categories for taxonomy in taxonomies)]
    error_old, error_new = (
        score_verdicts([cases[i] for i in both], [said[i] for i in both], taxonomy).calibration_error if both else math.nan
        for said, taxonomy in zip((before, after), taxonomies, strict=True)
    )
    return SetComparison(
        name=name,
        cases=len(cases),
        old=float(old_f1[0].mean()),
        new=float(new_f1[0].mean()),
        low=float(np.quantile(spread, 0.025)),
        high=float(np.quantile(spread, 0.975)),
        calibration=(error_old, error_new),
        types=tuple(
            TypeChange(code, int(counts[i]), float(old_f1[0, i]), float(new_f1[0, i]), float(low[i]), float(high[i])) for i, code in enumerate(codes)
        ),
        flips=tuple(Flip(case, _said(b), _said(a)) for case, b, a in zip(cases, before, after, strict=True) if _said(b) != _said(a)),
        phrases=_phrases(before, after),
    )


def _numbers(said: Any, codes: Sequence[str]) -> NDArray[np.int64]:
    place = {code: i for i, code in enumerate(codes)}
    return np.array([place.get(code, len(codes)) for code in said])


def _f1(truth: NDArray[np.int64], said: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """F1 of each type; not a number for one that a sample has no case of."""
    right = np.bincount(truth[truth == said], minlength=n)[:n]
    labelled, called = np.bincount(truth, minlength=n)[:n], np.bincount(said, minlength=n)[:n]
    return np.where(labelled > 0, 2 * right / np.maximum(labelled + called, 1), np.nan)


def _phrases(before: Sequence[Verdict], after: Sequence[Verdict]) -> tuple[tuple[str, str, int], ...]:
    change: Counter[tuple[str, str]] = Counter()
    for verdicts, sign in ((before, -1), (after, 1)):
        for verdict in verdicts:
            for phrase in {cue.text for cue in verdict.cues}:
                change[_said(verdict), phrase] += sign
    largest = sorted(((code, phrase, n) for (code, phrase), n in change.items() if n), key=lambda entry: (-abs(entry[2]), entry))
    return tuple(largest[:_PHRASES])
