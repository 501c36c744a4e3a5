"""Labelled cases as users have them: any table, its columns found, its labels understood or mapped, its contradictions told."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from classifier import messages
from classifier.batch.labelling import LONGEST_TEXT
from classifier.case_store import APPROVED, WAITING, NewCase, StoredCase
from classifier.errors import CaseFileError, InputError
from classifier.normalise import letters_of
from classifier.tables.files import find_source
from classifier.tables.header import find_narrative, named_column
from classifier.tables.opening import open_table
from classifier.tables.rows import as_text
from classifier.taxonomy import Taxonomy, label_key
from training.cases import LABEL_COLUMNS, Case
from training.corpus import Corpus

#: A type that the user has declared needs so many cases.
LEAST_DECLARED = 20
#: Any other class needs so many: one that is held out, and some to learn from.
LEAST_OF_CLASS = 3
#: So many of its cases must be left to learn from when near-twins count once and what is held out does not count.
LEAST_LEARNT = 2
#: By these columns a file is known to be an export of a case store.
_EXPORTED = ("status", "source", "row", "predicted", "model", "note")
#: A label is a few words; what is longer may be a narrative and is not repeated.
_LONGEST_LABEL = 24
#: So many rows are named in a message.
_NAMED = 10
#: So many unknown labels are listed: whoever has more has named the wrong column.
_LISTED = 50

Say = Callable[[str], None]


@dataclass(frozen=True)
class Columns:
    """What somebody knows of the tables.

    Parameters
    ----------
    text, label : str or None
        Name, or number counted from 1, of the column with the narrative and of that with the label; found if not given.
    encoding : str or None
        Of delimited text and JSON; judged if not given.
    """

    text: str | None = None
    label: str | None = None
    encoding: str | None = None


def read_added(
    paths: Sequence[str | os.PathLike[str]],
    taxonomy: Taxonomy,
    mapping: Mapping[str, str] | None = None,
    *,
    columns: Columns | None = None,
    say: Say = lambda _: None,
) -> list[NewCase]:
    """Read files of labelled cases.

    Parameters
    ----------
    paths : sequence of path
        Tables of any kind that ``classifier.tables`` reads.
    taxonomy : Taxonomy
        What the labels mean.
    mapping : mapping of str to str, optional
        Code, or any label that the taxonomy knows, of labels that it does not know.
    columns : Columns, optional
        What somebody knows of the tables.
    say : callable, optional
        Takes what a person should know, a line at a time: which columns were read, what was left out.

    Returns
    -------
    list of NewCase
        Each text once. Rows without a label or a narrative are left out, and so are all that have the same text and another label.

    Raises
    ------
    InputError
        If a file cannot be read or has no such columns, or labels are unknown; all of these are named, with the known ones that are near.
    CaseFileError
        If a row cannot be read.
    """
    codes = _codes_of(mapping or {}, taxonomy)
    unknown: dict[str, list[int]] = defaultdict(list)
    read: list[NewCase] = []
    batch = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for path in paths:
        for case, label in _labelled(Path(path), columns or Columns(), f"{batch} {Path(path).name}", say):
            code = codes.get(label_key(label)) or taxonomy.find(label)
            if code is None:
                unknown[label].append(case.row or 0)
            else:
                read.append(replace(case, category=code))
    if unknown:
        told = [_unknown(label, rows, taxonomy) for label, rows in list(unknown.items())[:_LISTED]]
        more = f" … (+{len(unknown) - _LISTED})" if len(unknown) > _LISTED else ""
        raise InputError("labels_unknown", labels="；".join(told) + more)
    if not read:
        raise InputError("no_labelled_cases", path=", ".join(Path(path).name for path in paths))
    return _without_contradictions(read, say)


def read_unlabelled(paths: Sequence[str | os.PathLike[str]], *, columns: Columns | None = None, say: Say = lambda _: None) -> list[NewCase]:
    """Read narratives that nobody has labelled.

    Parameters
    ----------
    paths : sequence of path
        Tables of any kind; of one that has a column with labels the rows without one.
    columns : Columns, optional
        What somebody knows of the tables.
    say : callable, optional
        Takes what a person should know, a line at a time.

    Returns
    -------
    list of NewCase
        Each text once, without a category. What cannot be read or is too long is left out and told of.

    Raises
    ------
    InputError
        If a file cannot be read or has no column with narratives, or nothing is left.
    """
    asked, found = columns or Columns(), dict[str, NewCase]()
    for path in map(Path, paths):
        table, remarks = open_table(find_source(path), encoding=asked.encoding)
        for key, values in remarks:
            if key != "encoding_damaged":
                say(messages.text(key, **values))
        names = table.heading.columns
        narrative = find_narrative(names, table.heading.sample, path=str(path), wanted=asked.text).place
        try:
            label = _label_column(names, path, asked.label, narrative)
        except InputError:
            if asked.label is not None:
                raise
            label = None
        unreadable, labelled = list[int](), 0
        for block in table.blocks():
            for row in block.rows():
                if not row.readable or row.fault == "fault_bytes":
                    unreadable.append(row.number)
                elif label is not None and as_text(row.cells[label]).strip():
                    labelled += 1
                elif (text := as_text(row.cells[narrative])).strip():
                    if len(text) > LONGEST_TEXT:
                        unreadable.append(row.number)
                    else:
                        found.setdefault(letters_of(text), NewCase(text=text, category="", source=path.name, row=row.number))
        if labelled:
            say(messages.text("review_labelled", path=path.name, count=labelled))
        if unreadable:
            say(messages.text("review_unreadable", path=path.name, rows=_some(unreadable)))
    if not found:
        raise InputError("no_unlabelled_cases", path=", ".join(Path(path).name for path in paths))
    return list(found.values())


def pairs_of(options: Sequence[str]) -> dict[str, str]:
    """What ``--map`` says.

    Parameters
    ----------
    options : sequence of str
        Each ``LABEL=CODE``.

    Returns
    -------
    dict of str to str
        By label.

    Raises
    ------
    InputError
        If one says something else.
    """
    pairs = [entry.rpartition("=") for entry in options]
    if any(not (label.strip() and meant.strip()) for label, _, meant in pairs):
        raise InputError("map_unclear")
    return {label: meant for label, _, meant in pairs}


def _codes_of(mapping: Mapping[str, str], taxonomy: Taxonomy) -> dict[str, str]:
    codes = {}
    for label, meant in mapping.items():
        code = taxonomy.find(meant)
        if code is None:
            near = ", ".join(taxonomy.nearest(meant)) or ", ".join(taxonomy.categories)
            raise InputError("type_unknown", label=meant[:_LONGEST_LABEL], near=near)
        codes[label_key(label)] = code
    return codes


def _labelled(file: Path, columns: Columns, batch: str, say: Say) -> Iterable[tuple[NewCase, str]]:
    """The rows that have a narrative and a label, and the label as it is written."""
    table, remarks = open_table(find_source(file), encoding=columns.encoding)
    for key, values in remarks:
        if key != "encoding_damaged":  # here such a row ends it all, and is named
            say(messages.text(key, **values))
    names = table.heading.columns
    exported = {name: names.index(name) for name in _EXPORTED} if set(_EXPORTED) <= set(names) else {}
    narrative = find_narrative(names, table.heading.sample, path=str(file), wanted=columns.text).place
    label = _label_column(names, file, columns.label, narrative)
    say(messages.text("added_columns", path=file.name, text=names[narrative], label=names[label]))
    unlabelled, blank = 0, list[int]()
    for block in table.blocks():
        for row in block.rows():
            if not row.readable or row.fault == "fault_bytes":
                raise CaseFileError("added_unreadable", path=file, row=row.number, reason=messages.text(row.fault, most=LONGEST_TEXT))
            text, given = as_text(row.cells[narrative]), as_text(row.cells[label]).strip()
            if not given:
                unlabelled += any(as_text(cell).strip() for cell in row.cells)
            elif not text.strip():
                blank.append(row.number)
            elif len(text) > LONGEST_TEXT:
                raise CaseFileError("added_unreadable", path=file, row=row.number, reason=messages.text("fault_long", most=LONGEST_TEXT))
            else:
                further = {name: as_text(row.cells[place]) or None for name, place in exported.items()}
                yield _case(text, file.name, row.number, batch, further), given
    if exported:
        say(messages.text("added_export", path=file.name))
    if unlabelled:
        say(messages.text("added_unlabelled", path=file.name, count=unlabelled))
    if blank:
        say(messages.text("added_blank", path=file.name, rows=_some(blank)))


def _case(text: str, source: str, row: int, batch: str, exported: Mapping[str, str | None]) -> NewCase:
    """A row; one of an exported store still waits if it waited there, and tells what it corrects."""
    return NewCase(
        text=text,
        category="",
        status=WAITING if exported.get("status") == WAITING else APPROVED,
        source=(exported["source"] or "") if exported else source,
        row=_number(exported["row"]) if exported else row,
        batch=batch,
        predicted=exported.get("predicted"),
        model=exported.get("model"),
        note=exported.get("note") or "",
    )


def _number(cell: str | None) -> int | None:
    return int(cell) if cell is not None and cell.isascii() and cell.isdigit() else None


def _label_column(names: Sequence[str], file: Path, wanted: str | None, narrative: int) -> int:
    if wanted is not None:
        return named_column(names, wanted)
    keys = [label_key(name) for name in names]
    for name in LABEL_COLUMNS:
        if (key := label_key(name)) in keys and keys.index(key) != narrative:
            return keys.index(key)
    raise InputError("no_label_column", path=file, known=", ".join(LABEL_COLUMNS[:5]))


def _unknown(label: str, rows: Sequence[int], taxonomy: Taxonomy) -> str:
    shown = label if len(label) <= _LONGEST_LABEL else "…"
    near = ", ".join(taxonomy.nearest(label)) or "–"
    return messages.text("label_unknown_one", label=shown, count=len(rows), row=rows[0], near=near)


def _without_contradictions(read: Sequence[NewCase], say: Say) -> list[NewCase]:
    same: dict[tuple[str, str], list[NewCase]] = {}
    for case in read:
        same.setdefault((letters_of(case.text), case.status), []).append(case)
    kept = []
    doubles, contradicting = list[str](), list[str]()
    for cases in same.values():
        where = "=".join(_where(case) for case in cases)
        if len({case.category for case in cases}) > 1:
            contradicting.append(where)
            continue
        kept.append(cases[0])
        if len(cases) > 1:
            doubles.append(where)
    for key, found in (("added_doubles", doubles), ("added_contradicting", contradicting)):
        if found:
            say(messages.text(key, count=len(found), rows=_some(found)))
    return kept


def _where(case: NewCase) -> str:
    return f"{case.source}:{case.row}" if case.row is not None else case.source


def _some(places: Sequence[object]) -> str:
    more = f" … (+{len(places) - _NAMED})" if len(places) > _NAMED else ""
    return ", ".join(map(str, places[:_NAMED])) + more


def tell_stored(contradicting: Sequence[tuple[NewCase, StoredCase]], say: Say) -> None:
    """Say which cases were not stored, because the store has their text with another label.

    Parameters
    ----------
    contradicting : sequence of (NewCase, StoredCase)
        As ``CaseStore.add`` gives them.
    say : callable
        Takes a line.
    """
    if contradicting:
        shown = [f"{_where(new)}≠{old.number}" for new, old in contradicting]
        say(messages.text("added_not_as_stored", count=len(shown), rows=_some(shown)))


def as_case(stored: NewCase) -> Case:
    """A case of the user's as training wants it.

    Parameters
    ----------
    stored : NewCase
        From a file or the store.

    Returns
    -------
    Case
        Its import counts as a writer.
    """
    return Case(text=stored.text, category=stored.category, source=_where(stored), batch=stored.batch or None)


def check_classes(corpus: Corpus, taxonomy: Taxonomy, needed: Iterable[str] = ()) -> None:
    """Refuse what cannot be learnt, before anything is stored or trained.

    Parameters
    ----------
    corpus : Corpus
        All that would be trained on or held out.
    taxonomy : Taxonomy
        With the declared types.
    needed : iterable of str
        Codes that must have cases.

    Raises
    ------
    InputError
        If there is one class alone, a class of too few cases, or one of copies.
    """
    counts = Counter(str(case.category) for case in corpus.cases)
    counts.update(dict.fromkeys(needed, 0))
    if len(+counts) < 2:
        raise InputError("too_few_classes")
    declared = {entry["code"] for entry in taxonomy.declared}
    few = {code: n for code, n in counts.items() if n < (LEAST_DECLARED if code in declared else LEAST_OF_CLASS)}
    if few:
        shown = ", ".join(f"{code} {n}" for code, n in sorted(few.items()))
        raise InputError("class_too_small", classes=shown, least=LEAST_OF_CLASS, declared=LEAST_DECLARED)
    every = zip(corpus.cases, corpus.groups, corpus.out, strict=True)
    learnt = Counter(code for code, _ in {(str(case.category), group) for case, group, out in every if not out})
    if copies := [code for code in counts if learnt[code] < LEAST_LEARNT]:
        shown = ", ".join(f"{code} {counts[code]} → {learnt[code]}" for code in sorted(copies))
        raise InputError("class_of_copies", classes=shown, least=LEAST_LEARNT)
