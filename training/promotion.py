"""The gate at a promotion: a model beside the one in use at that moment, on cases that neither can have seen."""

from __future__ import annotations

from pathlib import Path

from classifier.case_store import APPROVED, CaseStore, default_path
from classifier.classifier import ScamClassifier
from classifier.errors import ModelError
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


def compare_with_used(new: ScamClassifier, sets: dict[str, list[Case]]) -> Comparison:
    """A model beside the one in use.

    Parameters
    ----------
    new : ScamClassifier
        It may become the one in use.
    sets : dict of str to list of Case
        As ``training.gate.never_seen`` gives them.

    Returns
    -------
    Comparison
        Empty where the one in use was made of the same cases, or cannot be read.
    """
    old = in_use()
    if old is None or old.model.facts["corpus"]["sha256"] == new.model.facts["corpus"]["sha256"]:
        return Comparison((), (), {})
    return compare(old, new, sets)


def compare_folder(folder: Path, store: str | None = None) -> Comparison:
    """A model in a folder beside the one in use, on the shipped and the user's own cases.

    Parameters
    ----------
    folder : Path
        The model.
    store : str, optional
        The case store; the user's own by default, where there is one.

    Returns
    -------
    Comparison
        Empty where there is nothing to compare.

    Raises
    ------
    ModelError
        If the folder is no model.
    InputError
        If the store cannot be read.
    """
    own = []
    if store is not None or default_path().exists():
        with CaseStore(store, create=False) as opened:
            own = [as_case(case) for case in opened.cases(status=APPROVED)]
    shipped = shipped_cases()
    return compare_with_used(ScamClassifier.load(folder), never_seen([*shipped, *own], [False] * len(shipped) + [True] * len(own)))
