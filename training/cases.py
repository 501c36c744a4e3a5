"""The one record of a labelled case, and the one reader and writer of files of cases."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from classifier.errors import CaseFileError, InputError
from classifier.reading import read_text
from classifier.taxonomy import Taxonomy, label_key, load_taxonomy

Kind = Literal["victim", "enforcement", "method"]

#: Columns that hold the narrative, best first; compared as ``label_key`` reads them.
TEXT_COLUMNS = ("text", "案情描述", "简要案情", "警情内容", "报警内容", "案件描述", "案情", "内容", "narrative", "content")
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


#: A field of a table may be as long as memory allows; a label is a few words.
_LONGEST_FIELD, _LONGEST_LABEL = 2**31 - 1, 24
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
        jsonl, json (an array of objects), csv or tsv; in UTF-8, or GB18030 as Excel writes it.
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
    return [_case(row, where, file, known) for where, row in _rows(file, read_text(file))]


def _rows(file: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows with their numbers: lines of jsonl, entries of json, rows of csv with the header as the first."""
    suffix = file.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt"):
        yield from _table_rows(file, text, "," if suffix == ".csv" else "\t")
    elif suffix == ".json":
        entries = _parsed(file, 1, text) if text.strip() else []
        yield from ((number, _object(file, number, row)) for number, row in enumerate(entries if isinstance(entries, list) else [entries], start=1))
    elif suffix in (".jsonl", ".ndjson"):
        lines = ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())
        yield from ((number, _object(file, number, _parsed(file, number, line))) for number, line in lines)
    else:
        raise InputError("file_kind_unknown", path=file, known="jsonl, json, csv, tsv")


def _table_rows(file: Path, text: str, delimiter: str) -> Iterator[tuple[int, dict[str, Any]]]:
    before = csv.field_size_limit(_LONGEST_FIELD)
    number = 1
    try:
        for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter), start=2):
            yield number, row
    except csv.Error as error:
        raise CaseFileError("case_not_csv", path=file, row=number + 1) from error
    finally:
        csv.field_size_limit(before)


def _parsed(file: Path, number: int, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CaseFileError("case_not_json", path=file, row=number) from error


def _object(file: Path, number: int, row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise CaseFileError("case_not_object", path=file, row=number)
    return row


def _case(row: dict[str, Any], number: int, file: Path, taxonomy: Taxonomy) -> Case:
    text = _field(row, TEXT_COLUMNS)
    if not isinstance(text, str) or not text.strip():
        raise CaseFileError("case_without_text", path=file, row=number, known=", ".join(TEXT_COLUMNS[:5]))
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
