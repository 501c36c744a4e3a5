"""Workbooks: the sheet that holds the narratives is read (by calamine), and rows are written as a workbook that a person opens."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from classifier.errors import InputError
from classifier.tables.files import Source
from classifier.tables.header import SAMPLE_ROWS, find_header, find_narrative, is_narrative_name, made_up_names
from classifier.tables.rows import BLOCK_CHARACTERS, BLOCK_ROWS, Block, Heading, Row, as_text

#: Excel's own limits.
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1_048_576, 16_384, 32_767
#: Excel keeps 15 digits of a number.
_DIGITS = 10**15

Value = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class ValueBlock:
    """Rows of values side by side.

    Parameters
    ----------
    first : int
        Number of the first.
    values : list of list
        As many in each as there are columns.
    """

    first: int
    values: list[list[Any]]

    def rows(self) -> list[Row]:
        """Take it apart.

        Returns
        -------
        list of Row
            With values instead of strings.
        """
        return [Row(self.first + place, values) for place, values in enumerate(self.values)]


@dataclass(frozen=True)
class ExcelTable:
    """A sheet of a workbook.

    Parameters
    ----------
    heading : Heading
        What stands above the rows.
    values : list of list
        The rows.
    skipped : int
        How many rows stand above them.
    sheet : str
        Name of the sheet.
    others : tuple of str
        Sheets that seem to hold narratives too.
    formulas : bool
        Whether there are formulas, of which the last result is read.
    """

    heading: Heading
    values: list[list[Any]]
    skipped: int
    sheet: str
    others: tuple[str, ...]
    formulas: bool

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The rows in blocks.

        Parameters
        ----------
        rows : int
            At most so many in each.

        Yields
        ------
        ValueBlock
            Always the same ones for the same file.
        """
        block, length, first = list[list[Any]](), 0, self.skipped + 1
        for values in self.values:
            block.append(values + [""] * (len(self.heading.columns) - len(values)))
            length += sum(len(value) for value in values if isinstance(value, str))
            if len(block) == rows or length >= BLOCK_CHARACTERS:
                yield ValueBlock(first, block)
                first, block, length = first + len(block), [], 0
        if block:
            yield ValueBlock(first, block)


def open_excel(source: Source, sheet: str | None = None) -> ExcelTable:
    """Read a workbook; a sheet is as large as Excel allows at most, so it is held whole.

    Parameters
    ----------
    source : Source
        The file.
    sheet : str, optional
        Name of the sheet, or its number counted from 1; by default the first that holds narratives.

    Returns
    -------
    ExcelTable
        Ready to be read.

    Raises
    ------
    InputError
        If it is no workbook, needs a password, or has no such sheet.
    """
    import python_calamine

    content = b"".join(source.chunks())
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = [entry.name for entry in book.sheets_metadata if entry.typ == python_calamine.SheetTypeEnum.WorkSheet]
        if sheet is not None:
            chosen = _named(sheet, names, source)
            read = [(chosen, _values(book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)))]
        else:
            read = [(name, _values(book.get_sheet_by_name(name).to_python(skip_empty_area=False))) for name in names]
    except python_calamine.PasswordError as error:
        raise InputError("file_locked", path=source.name) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise InputError("file_damaged", path=source.name) from error
    ranked = sorted(((_promise(values, source.name), -place, name, values) for place, (name, values) in enumerate(read)), reverse=True)
    if not ranked:
        raise InputError("file_empty", path=source.name)
    promise, _, name, values = ranked[0]
    others = tuple(other for rank, _, other, _ in ranked[1:] if rank == promise and rank > 0)
    heading, skipped = _heading(values)
    return ExcelTable(heading, values[skipped:], skipped, name, others, _has_formulas(content))


def _named(sheet: str, names: Sequence[str], source: Source) -> str:
    if sheet in names:
        return sheet
    if sheet.isascii() and sheet.isdigit() and 1 <= int(sheet) <= len(names):
        return names[int(sheet) - 1]
    raise InputError("no_sheet", path=source.name, sheet=sheet, known=", ".join(names))


def _values(rows: list[list[Any]]) -> list[list[Any]]:
    """Whole numbers as such, and no blank rows at the end."""
    while rows and not any(value not in ("", None) for value in rows[-1]):
        rows.pop()
    return [[int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _DIGITS else value for value in row] for row in rows]


def _texts(rows: Iterable[Sequence[Any]]) -> list[tuple[str, ...]]:
    return [tuple(map(as_text, row)) for row in rows]


def _promise(values: list[list[Any]], path: str) -> int:
    """2 where a column is named as a narrative's, 1 where one looks like it, 0 elsewhere."""
    first = _texts(values[:SAMPLE_ROWS])
    header = find_header(first)
    if header is not None and any(map(is_narrative_name, first[header])):
        return 2
    below = first[0 if header is None else header + 1 :]
    try:
        found = find_narrative(first[header] if header is not None else (), below, path=path)
    except InputError:
        return 0
    return 1 if below and found.how != "given" else 0


def _heading(values: list[list[Any]]) -> tuple[Heading, int]:
    first = _texts(values[:SAMPLE_ROWS])
    header = find_header(first)
    skipped = 0 if header is None else header + 1
    width = max(map(len, values), default=0)
    columns = made_up_names(first[header] if header is not None else (), width, named=header is not None)
    above = tuple(map(tuple, values[: skipped - 1])) if skipped else ()
    heading = Heading(columns, above, header is not None, len(values) - skipped, tuple(first[skipped:]), width=width)
    return heading, skipped


def _has_formulas(content: bytes) -> bool:
    if not content.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as stream:
                    tail = b""
                    while chunk := stream.read(1 << 20):
                        if b"<f>" in tail + chunk or b"<f " in tail + chunk or b"<f/>" in tail + chunk:
                            return True
                        tail = chunk[-4:]
    return False


def write_excel(
    path: Path, columns: Sequence[str], above: Sequence[Sequence[Value]], rows: Iterable[Sequence[Value]], widths: Sequence[int], wrapped: int
) -> None:
    """Write a workbook: frozen header with filters, further sheets where one is full.

    Parameters
    ----------
    path : Path
        Where it shall stand.
    columns : sequence of str
        Names.
    above : sequence of sequence
        Titles above them, on the first sheet.
    rows : iterable of sequence
        Values; strings no longer than ``LONGEST_CELL``.
    widths : sequence of int
        Of the columns, in characters.
    wrapped : int
        Place of the column whose text is wrapped.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxWriterException

    options = {"constant_memory": True, "strings_to_urls": False, "tmpdir": str(path.parent)}
    try:
        with xlsxwriter.Workbook(path, options) as book:
            wrap = book.add_format({"text_wrap": True, "valign": "top"})
            formats = {kind: book.add_format({"num_format": code}) for kind, code in _NUMBER_FORMATS.items()}
            bold = book.add_format({"bold": True, "valign": "top", "bottom": 1})
            source, titles = iter(rows), list(above)
            row = next(source, None)
            while True:
                sheet = book.add_worksheet()
                for place, width in enumerate(widths):
                    sheet.set_column(place, place, width, wrap if place == wrapped else None)
                for at, title in enumerate(titles):
                    _write_row(sheet, at, title, formats)
                header = at = len(titles)
                for place, name in enumerate(columns):
                    sheet.write_string(header, place, name[:LONGEST_CELL], bold)
                sheet.freeze_panes(header + 1, 0)
                while row is not None and at + 1 < MOST_ROWS:
                    at += 1
                    _write_row(sheet, at, row, formats)
                    row = next(source, None)
                sheet.autofilter(header, 0, at, max(len(columns) - 1, 0))
                if row is None:
                    break
                titles = []
    except XlsxWriterException as error:
        raise OSError(str(error)) from error


#: How values are shown that Excel keeps as numbers.
_NUMBER_FORMATS: dict[type, str] = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd", time: "hh:mm:ss", timedelta: "[h]:mm:ss"}


def _write_row(sheet: Any, at: int, values: Sequence[Value], formats: dict[type, Any]) -> None:
    for place, value in enumerate(values):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            sheet.write_string(at, place, value)
        elif isinstance(value, bool):
            sheet.write_boolean(at, place, value)
        elif isinstance(value, int | float):
            # More digits than Excel keeps, and what is no number to it, stay as text.
            if math.isfinite(value) and (isinstance(value, float) or abs(value) < _DIGITS):
                sheet.write_number(at, place, value)
            else:
                sheet.write_string(at, place, str(value))
        else:
            sheet.write_datetime(at, place, value, formats[type(value)])
