"""Labels that are probably wrong, by confident learning (Northcutt, Jiang and Chuang, 2021).

Every case is read by a model that was not trained on it, its near-twins or its label. The ranking goes by how little such a model believes the label
(self-confidence); of orders by the lead of another type, and by these in parts of what is usual for a type, none found more planted errors
(``benchmarks/review.py``). Where it is as sure of another type as it usually is of that type's own cases, that is said as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.decision import probabilities
from classifier.taxonomy import Taxonomy
from training.calibration import fit_probabilities
from training.cases import Case
from training.corpus import Corpus
from training.fitting import count_cases
from training.left_out import left_out_margins, own_folds
from training.progress import Progress, silent


@dataclass(frozen=True)
class Suspect:
    """A labelled case in the order of suspicion.

    Parameters
    ----------
    case : Case
        The case.
    suggested : str
        The type, or ``"not_a_case"``, that the model is surest of besides the label.
    given_probability, suggested_probability : float
        Of the label and of the suggestion, by a model that did not see the case.
    confident : bool
        Whether it is as sure of the suggestion as it usually is of that type's cases.
    """

    case: Case
    suggested: str
    given_probability: float
    suggested_probability: float
    confident: bool


def suspects(corpus: Corpus, taxonomy: Taxonomy, *, progress: Progress = silent) -> list[Suspect]:
    """Rank the user's cases by how probably their label is wrong.

    Parameters
    ----------
    corpus : Corpus
        The user's cases, and the shipped ones, which every model is trained on.
    taxonomy : Taxonomy
        What the labels mean.
    progress : callable, optional
        Is told what is being done.

    Returns
    -------
    list of Suspect
        All cases of the user's, the most suspicious first.

    Raises
    ------
    InputError
        If there are not two classes.
    """
    progress("analyse")
    data, _, codes = count_cases(corpus, range(len(corpus.cases)), taxonomy, progress=progress)
    progress("calibrate")
    margins = left_out_margins(data, own_folds(data), 1.0, progress=progress)
    mine = np.flatnonzero(data.own & margins.any(axis=1))
    truth = data.truth[mine]
    share = probabilities(margins[mine], *fit_probabilities(margins[mine], truth, np.ones(len(mine))))
    found = _ranked(share, truth)
    return [Suspect(corpus.cases[mine[i]], codes[other], float(share[i, truth[i]]), float(share[i, other]), sure) for i, other, sure in found]


def _ranked(share: NDArray[np.float64], truth: NDArray[np.int64]) -> list[tuple[int, int, bool]]:
    """(case, suggested class, whether confidently) in the order of suspicion."""
    n = len(truth)
    usual = np.array([share[truth == code, code].mean() if (truth == code).any() else 1.0 for code in range(share.shape[1])])
    others = share.copy()
    others[np.arange(n), truth] = -1
    # Of the classes that a case is confidently of the likeliest; where there is none, the likeliest of all.
    confident = np.where(others >= usual, others, -1)
    sure = confident.max(axis=1) >= 0
    suggested = np.where(sure, confident.argmax(axis=1), others.argmax(axis=1))
    order = np.argsort(share[np.arange(n), truth], kind="stable")
    return [(int(i), int(suggested[i]), bool(sure[i])) for i in order]
