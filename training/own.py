"""The user's own cases for a training: those that are added now, checked before they are stored, and those of before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from classifier import messages
from classifier.case_store import APPROVED, CaseStore, default_path
from classifier.taxonomy import Taxonomy, load_taxonomy, read_types
from training.added import Columns, Say, as_case, check_classes, read_added, tell_stored
from training.cases import Case
from training.corpus import build_corpus


@dataclass(frozen=True)
class Wanted:
    """What the user asked for.

    Parameters
    ----------
    files : tuple of str
        Tables of labelled cases.
    mapping : mapping of str to str
        What labels mean that nobody knows.
    types : str or None
        A file that declares types.
    columns : Columns
        What is known of the tables.
    store : str or None
        The store; the user's own by default.
    use_store : bool
        Whether there is one at all.
    """

    files: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    types: str | None = None
    columns: Columns = field(default_factory=Columns)
    store: str | None = None
    use_store: bool = True


def own_cases(wanted: Wanted, shipped: Sequence[Case], *, say: Say) -> tuple[list[Case], Taxonomy]:
    """Gather the user's cases, and store those that are new once they are found to be right.

    Parameters
    ----------
    wanted : Wanted
        What the user asked for.
    shipped : sequence of Case
        What will be trained on beside them.
    say : callable
        Takes what a person should know, a line at a time.

    Returns
    -------
    cases : list of Case
        The approved ones of the store and the new ones.
    taxonomy : Taxonomy
        The shipped one with all types that the user has declared, now or before.

    Raises
    ------
    InputError
        If anything is not right; then nothing was stored.
    """
    with ExitStack() as stack:
        store = None
        # A store is made by the first cases that come into it; reading needs none.
        if wanted.use_store and (wanted.store is not None or wanted.files or wanted.types is not None or default_path().exists()):
            store = stack.enter_context(CaseStore(wanted.store))
        declared = read_types(wanted.types) if wanted.types is not None else []
        codes = {str(entry["code"]) for entry in declared}
        before = [entry for entry in (store.declared() if store else []) if entry["code"] not in codes]
        taxonomy = load_taxonomy().extended([*before, *declared])
        added = read_added(wanted.files, taxonomy, wanted.mapping, columns=wanted.columns, say=say) if wanted.files else []
        stored = store.cases(status=APPROVED) if store else []
        check_classes(build_corpus(shipped, map(as_case, [*stored, *added])).cases, taxonomy, codes)
        if store is None:
            return [as_case(case) for case in added], taxonomy
        store.declare(declared)
        result = store.add(added)
        tell_stored(result.contradicting, say)
        if added:
            say(messages.text("added_done", new=result.new, known=result.known, path=store.path))
        return [as_case(case) for case in store.cases(status=APPROVED)], taxonomy
