"""The gate at a promotion: a model beside the one in use at that moment, on cases that neither can have seen."""

from __future__ import annotations

from classifier.case_store import APPROVED, CaseStore, default_path
from classifier.classifier import ScamClassifier
from classifier.errors import ModelError
from classifier.loading import model_folder, model_title
from training.added import as_case
from training.cases import Case
from training.corpus import shipped_cases
from training.gate import Comparison, compare, never_seen


def in_use() -> ScamClassifier | None:
    """The model that every command loads.

    Returns
    -------
    ScamClassifier or None
        None where it cannot be read: there is nothing to compare with then, and nothing to lose.
    """
    try:
        return ScamClassifier.load()
    except ModelError:
        return None


def compare_with_used(old: ScamClassifier | None, new: ScamClassifier, sets: dict[str, list[Case]]) -> Comparison:
    """A model beside the one in use.

    Parameters
    ----------
    old : ScamClassifier or None
        The one in use.
    new : ScamClassifier
        It may become that.
    sets : dict of str to list of Case
        As ``training.gate.never_seen`` gives them.

    Returns
    -------
    Comparison
        Empty where the one in use was made of the same cases, or cannot be read.
    """
    if old is None or old.model.facts["corpus"]["sha256"] == new.model.facts["corpus"]["sha256"]:
        return Comparison((), (), {})
    return compare(old, new, sets)


def title_of(used: ScamClassifier | None) -> str:
    """What the model in use is called.

    Parameters
    ----------
    used : ScamClassifier or None
        As ``in_use`` gives it.

    Returns
    -------
    str
        Empty where there is none.
    """
    return model_title(model_folder(), used.model.facts) if used else ""


def judging_cases(store: str | None = None) -> dict[str, list[Case]]:
    """The shipped and the user's own cases that no model has seen.

    Parameters
    ----------
    store : str, optional
        The case store; the user's own by default, where there is one.

    Returns
    -------
    dict of str to list of Case
        As ``training.gate.never_seen`` gives them.

    Raises
    ------
    InputError
        If the store cannot be read.
    """
    own = []
    if store is not None or default_path().exists():
        with CaseStore(store, create=False) as opened:
            own = [as_case(case) for case in opened.cases(status=APPROVED)]
    shipped = shipped_cases()
    return never_seen([*shipped, *own], [False] * len(shipped) + [True] * len(own))
