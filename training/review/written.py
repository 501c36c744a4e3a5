"""What a review gives, as a file with an empty column for the label that goes back into ``scamtype train --add``."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

from classifier import messages
from classifier.cli.streams import write_private
from classifier.errors import InputError, OutputError
from classifier.tables.excel import LONGEST_CELL
from classifier.tables.records import defused

#: Widths of the columns that hold much, in characters.
_WIDE = {"text": 60, "cues": 30, "given_cues": 30, "phrases": 24, "label": 16, "given": 18, "suggested": 18, "second": 18}

Cell = str | int | float


def write_review(path: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Write a table that only its owner can read.

    Parameters
    ----------
    path : str
        A csv or xlsx file, or ``-`` for csv on standard output.
    columns : sequence of str
        Their keys; the messages have the names.
    rows : sequence of sequence
        As many cells in each as there are columns.

    Raises
    ------
    OutputError
        If it cannot be written, or is of another kind.
    InputError
        If a narrative is longer than a cell of a workbook may be.
    """
    check_kind(path)
    names = [messages.text(f"review_{key}") for key in columns]
    if path.lower().endswith(".xlsx"):
        write_private(path, _workbook(columns, names, rows))
        return
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(names)
    writer.writerows([defused(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    write_private(path, ("\ufeff" if path != "-" else "") + buffer.getvalue())


def check_kind(path: str) -> None:
    """Refuse what cannot be written, before any work is done.

    Parameters
    ----------
    path : str
        Where the review shall stand.

    Raises
    ------
    OutputError
        If its name ends otherwise.
    """
    if path != "-" and not path.lower().endswith((".csv", ".xlsx")):
        raise OutputError("output_kind_unknown", path=path, known="csv, xlsx")


def _workbook(columns: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        sheet = workbook.add_worksheet()
        bold, wrapped = workbook.add_format({"bold": True}), workbook.add_format({"text_wrap": True, "valign": "top"})
        for place, (key, name) in enumerate(zip(columns, names, strict=True)):
            sheet.set_column(place, place, _WIDE.get(key, 10), wrapped)
            sheet.write_string(0, place, name, bold)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    if len(cell) > LONGEST_CELL:
                        raise InputError("review_cell_too_long", row=number, most=LONGEST_CELL)
                    sheet.write_string(number, place, cell)
                else:
                    sheet.write_number(number, place, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    return buffer.getvalue()
