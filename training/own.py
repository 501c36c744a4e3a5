"""The user's own cases for a training: those that are added now, checked before they are stored, and those of before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier import messages
from classifier.case_store import APPROVED, CaseStore, default_path
from classifier.taxonomy import Taxonomy, load_taxonomy, read_types
from training.added import Columns, Say, as_case, check_classes, read_added, tell_stored
from training.cases import Case
from training.corpus import Corpus, build_corpus

#: From so many cases on it takes a while to find the copies among them.
_LARGE = 20_000


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
    relabel : bool
        Whether a new label takes the place of the one that the store has.
    """

    files: tuple[str, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    types: str | None = None
    columns: Columns = field(default_factory=Columns)
    store: str | None = None
    use_store: bool = True
    relabel: bool = False


def own_corpus(wanted: Wanted, shipped: Sequence[Case], *, say: Say) -> tuple[Corpus, Taxonomy]:
    """The corpus with the user's cases, of which the new ones are stored once all is found to be right.

    Parameters
    ----------
    wanted : Wanted
        What the user asked for.
    shipped : sequence of Case
        What is trained on beside them.
    say : callable
        Takes what a person should know, a line at a time.

    Returns
    -------
    corpus : Corpus
        With the approved cases of the store and the new ones.
    taxonomy : Taxonomy
        The shipped one with all types that the user has declared, now or before.

    Raises
    ------
    InputError
        If anything is not right; then nothing was stored, and no store made.
    """
    with ExitStack() as stack:
        path = Path(wanted.store) if wanted.store is not None else default_path()
        new = bool(wanted.files or wanted.types is not None)
        # Reading needs no store, unless one is named; one is made by the first cases that come into it.
        there = wanted.use_store and (path.exists() or (wanted.store is not None and not new))
        before = stack.enter_context(CaseStore(path, create=False)) if there else None
        taxonomy, codes = extended_by(wanted.types, before.declared() if before else [])
        added = read_added(wanted.files, taxonomy, wanted.mapping, columns=wanted.columns, say=say) if wanted.files else []
        stored = before.cases(status=APPROVED) if before else []
        approved = [case for case in added if case.status == APPROVED]
        # Of cases with the same letters the first counts.
        in_turn = [*approved, *stored] if wanted.relabel else [*stored, *approved]
        if len(in_turn) > _LARGE:
            say(messages.text("progress_twins", cases=f"{len(in_turn):,}"))
        corpus = build_corpus(shipped, map(as_case, in_turn))
        check_classes(corpus, taxonomy, codes)
        if waiting := len(added) - len(approved):
            say(messages.text("added_waiting", count=waiting))
        if not wanted.use_store or not new:
            return corpus, taxonomy
        store = before or stack.enter_context(CaseStore(path))
        with store.transaction():
            store.declare([entry for entry in taxonomy.declared if entry["code"] in codes])
            result = store.add(added, relabel=wanted.relabel)
        tell_stored(result.contradicting, say)
        if added:
            say(messages.text("added_done", new=result.new, known=result.known, relabelled=result.relabelled, path=store.path))
        return corpus, taxonomy


def extended_by(types: str | None, before: Sequence[dict[str, Any]]) -> tuple[Taxonomy, set[str]]:
    """The shipped taxonomy with the types that a user has declared.

    Parameters
    ----------
    types : str or None
        A file that declares some now.
    before : sequence of dict
        Those that were declared before; one of the same code gives way.

    Returns
    -------
    taxonomy : Taxonomy
        With all of them.
    codes : set of str
        Those of the file.

    Raises
    ------
    InputError
        If the file cannot be read or what it says is not right.
    """
    declared = read_types(types) if types is not None else []
    codes = {str(entry["code"]) for entry in declared}
    return load_taxonomy().extended([*(entry for entry in before if entry["code"] not in codes), *declared]), codes
