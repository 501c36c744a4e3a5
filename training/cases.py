"""The one record of a labelled case, and the one reader and writer of files of cases."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from classifier.errors import CaseFileError, InputError
from classifier.tables.delimited import DelimitedTable
from classifier.tables.files import COMPRESSIONS, KINDS, find_source
from classifier.tables.header import NARRATIVE_NAMES
from classifier.tables.json_lines import JsonTable
from classifier.tables.opening import open_table
from classifier.tables.rows import as_text
from classifier.taxonomy import Taxonomy, label_key, load_taxonomy

Kind = Literal["victim", "enforcement", "method"]

#: Columns that hold the label.
LABEL_COLUMNS = ("category", "label", "案件类别", "诈骗类型", "类别", "类型", "标签", "类型代码", "type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A narrative with its label and where both come from.

    Parameters
    ----------
    text : str
        The narrative, cleaned.
    category : str or None
        Code of its type, ``"not_a_case"``, or None if nobody has labelled it.
    label_reason : str
        What gave the label: ``heading``, ``rule``, ``model``, ``written`` (with the narrative) or ``given`` (by a user's file).
    label_evidence : str
        The words that decided, where a heading or a rule did.
    kind : {"victim", "enforcement", "method"} or None
        Told from the victim's side, from that of police or court, or a method without a case. None where nobody said.
    source : str
        File or page it comes from.
    start, end : int or None
        Its span in the page.
    amount : float or None
        What victims lost or scammers handled, never what was recovered, frozen or seized; in ``currency``.
    currency : str or None
        ISO 4217 code.
    date : str or None
        When it happened, as far as stated: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; ``--MM-DD`` where the year is not.
    register, subplot, batch : str or None
        How it is told (``police``, ``first``, ``press``, ``other``), what variant of its type it is, who wrote it.
    """

    text: str
    category: str | None
    label_reason: str = "given"
    label_evidence: str = ""
    kind: Kind | None = None
    source: str = ""
    start: int | None = None
    end: int | None = None
    amount: float | None = None
    currency: str | None = None
    date: str | None = None
    register: str | None = None
    subplot: str | None = None
    batch: str | None = None


#: A label is a few words.
_LONGEST_LABEL = 24
_NUMBERS: dict[str, type[int] | type[float]] = {"start": int, "end": int, "amount": float}
_FIELDS = tuple(field.name for field in fields(Case))


def write_cases(cases: Iterable[Case]) -> Iterator[str]:
    """Cases as lines of JSON.

    Parameters
    ----------
    cases : iterable of Case
        What to write.

    Yields
    ------
    str
        One line a case, with its end, without the fields that hold nothing.
    """
    for case in cases:
        filled = {name: value for name, value in asdict(case).items() if value not in (None, "")}
        line = json.dumps(filled, ensure_ascii=False)
        # Half a surrogate pair cannot be written as it is.
        yield (line if _is_writable(line) else json.dumps(filled)) + "\n"


def _is_writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_cases(path: str | os.PathLike[str], taxonomy: Taxonomy | None = None) -> list[Case]:
    """Read a file of labelled cases.

    Parameters
    ----------
    path : path
        Any table that ``classifier.tables`` reads: jsonl, json (an array of objects), csv, tsv, xlsx, parquet, packed or not.
    taxonomy : Taxonomy, optional
        What the labels mean; the shipped one by default. Codes, names, official names and aliases are understood.

    Returns
    -------
    list of Case
        In the order of the file.

    Raises
    ------
    InputError
        If the file is missing or cannot be decoded.
    CaseFileError
        If a row has no text, or a label that nobody knows.
    """
    file, known = Path(path), taxonomy or load_taxonomy()
    return [_case(row, where, file, known) for where, row in _rows(file)]


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows with their numbers: lines of jsonl, entries of json, rows of csv and sheets with the header as the first."""
    unpacked = file.with_suffix("") if file.suffix.lower() in COMPRESSIONS else file
    if file.is_file() and unpacked.suffix.lower() not in KINDS:
        raise InputError("file_kind_unknown", path=file, known="jsonl, json, csv, tsv, xlsx, parquet")
    try:
        table, _ = open_table(find_source(file))
    except InputError as error:
        if error.key == "json_broken":
            raise CaseFileError("case_not_json", path=file, row=1) from error
        raise
    if isinstance(table, DelimitedTable | JsonTable) and not table.encoding.exact:
        raise InputError("file_undecodable", path=file)
    written_as_text = not isinstance(table, JsonTable)
    for block in table.blocks():
        for row in block.rows():
            if not row.readable:
                raise CaseFileError(_UNREADABLE[row.fault], path=file, row=row.number)
            cells = [as_text(cell) for cell in row.cells] if written_as_text else row.cells
            if any(cells):
                yield row.number, dict(zip(table.heading.columns, cells, strict=True))


_UNREADABLE = {"fault_quotes": "case_not_csv", "fault_json": "case_not_json", "fault_object": "case_not_object"}


def _case(row: dict[str, Any], number: int, file: Path, taxonomy: Taxonomy) -> Case:
    text = _field(row, NARRATIVE_NAMES)
    if not isinstance(text, str) or not text.strip():
        raise CaseFileError("case_without_text", path=file, row=number, known=", ".join(NARRATIVE_NAMES[:5]))
    label = str(_field(row, LABEL_COLUMNS) or "").strip()
    category = taxonomy.find(label) if label else None
    if label and category is None:
        # What is long is no label but perhaps a narrative, and that is not repeated.
        raise CaseFileError("label_unknown", path=file, row=number, label=label if len(label) <= _LONGEST_LABEL else "…")
    kept = {name: row[name] for name in _FIELDS if row.get(name) not in (None, "") and name not in ("text", "category")}
    try:
        kept |= {name: number_type(kept[name]) for name, number_type in _NUMBERS.items() if name in kept}
        return Case(text=text, category=category, **{"source": file.name, **kept})
    except (TypeError, ValueError) as error:
        raise CaseFileError("case_not_object", path=file, row=number) from error


def _field(row: dict[str, Any], names: tuple[str, ...]) -> Any:
    keys = {label_key(str(key)): key for key in row if key is not None}
    return next((row[keys[label_key(name)]] for name in names if label_key(name) in keys), None)
