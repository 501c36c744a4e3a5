"""Which row is the header, and which columns hold the narrative and the date: by their names, or else by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from statistics import median
from typing import NamedTuple

from classifier import messages
from classifier.errors import InputError
from classifier.taxonomy import label_key

#: Names of the column with the narrative, best first; compared as ``label_key`` reads them, so traditional characters, brackets and
#: blanks do not matter.
NARRATIVE_NAMES = (
    "text", "案情描述", "简要案情", "警情内容", "报警内容", "案件描述", "案情", "内容", "narrative", "content", "案情简介", "案情摘要", "案件内容",
    "警情描述", "简要警情", "报案内容", "接警内容", "被骗经过", "诈骗经过",
    "案发经过", "案件经过", "事情经过", "简要经过", "笔录内容", "询问笔录", "受骗经过",
    "被骗过程", "事件描述", "描述", "正文", "description", "case description", "story", "摘要", "summary",
)  # fmt: skip
#: Names of the column with the date, best first.
DATE_NAMES = (
    "报案时间", "发案时间", "案发时间", "报警时间", "接警时间", "立案时间", "受理时间", "报案日期", "发案日期", "案发日期", "报警日期", "接警日期",
    "立案日期", "受理日期", "被骗时间", "日期", "时间", "date", "time", "datetime", "report date", "created at",
)  # fmt: skip

#: So many rows are looked at for the header and for what stands in the columns.
SAMPLE_ROWS = 200
#: A header stands among the first rows.
_HEADER_ROWS = 20
_LONGEST_NAME = 20
#: A column of narratives has so many Chinese characters in a cell, and so many times as many as a name above it.
_LEAST_CHINESE, _TIMES = 10, 3
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_VALUE = re.compile(r"[\d\s.,:/\\+\-年月日时分秒％%]*\d[\d\s.,:/\\+\-年月日时分秒％%]*\Z")
_PROSE = re.compile(r"[，。！？；,!?;]")


class Found(NamedTuple):
    """A column, and how it was found.

    Parameters
    ----------
    place : int
        Its place.
    how : {"given", "name", "content"}
        By whom or what.
    """

    place: int
    how: str


@cache
def _ranks(names: tuple[str, ...]) -> dict[str, int]:
    return {label_key(name): rank for rank, name in reversed(list(enumerate(names)))}


def is_narrative_name(cell: str) -> bool:
    """Whether a cell reads like the name of a narrative's column.

    Parameters
    ----------
    cell : str
        Perhaps a cell of a header.

    Returns
    -------
    bool
        By ``NARRATIVE_NAMES``.
    """
    return len(cell) <= _LONGEST_NAME and label_key(cell) in _ranks(NARRATIVE_NAMES)


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Find the header among the first rows of a table.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows.

    Returns
    -------
    int or None
        Its place; None if the table has no header.
    """
    for place, row in enumerate(rows[:_HEADER_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        if any(map(is_narrative_name, filled)) and (len(filled) > 1 or max(map(len, rows)) == 1 or len(rows) == 1):
            return place
    width = _usual_width(rows)
    for place, row in enumerate(rows[:_HEADER_ROWS]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) < max(1, 0.6 * width):
            continue
        if not all(_is_name(cell) for cell in filled):
            return None
        below = rows[place + 1 :]
        if not below:
            return place if width > 1 else None
        column = _narrative_by_content(below)
        if column is not None:
            own = _chinese(row[column]) if column < len(row) else 0
            return place if own * _TIMES <= _typical(below, column) else None
        # No narratives anywhere: a header is what stands above values that are not like it.
        return place if width > 1 and any(_VALUE.match(cell) for row in below for cell in row) else None
    return None


def _usual_width(rows: Sequence[Sequence[str]]) -> float:
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows]
    return median(widths) if widths else 0


def _is_name(cell: str) -> bool:
    stripped = cell.strip()
    return len(stripped) <= _LONGEST_NAME and not _VALUE.match(stripped) and not _PROSE.search(stripped)


def _chinese(cell: str) -> int:
    return len(_CHINESE.findall(cell))


def _typical(rows: Sequence[Sequence[str]], column: int) -> float:
    counts = [_chinese(row[column]) for row in rows if column < len(row) and row[column].strip()]
    return median(counts) if counts else 0


def _narrative_by_content(rows: Sequence[Sequence[str]]) -> int | None:
    """The column whose cells have the most Chinese characters, if they have as many as a sentence has."""
    width = max(map(len, rows), default=0)
    best = max(range(width), key=lambda column: _typical(rows, column), default=None)
    return None if best is None or _typical(rows, best) < _LEAST_CHINESE else best


def find_narrative(columns: Sequence[str], sample: Sequence[Sequence[str]], *, path: str, wanted: str | None = None) -> Found:
    """Find the column with the narrative.

    Parameters
    ----------
    columns : sequence of str
        The names of all.
    sample : sequence of sequence of str
        The first rows.
    path : str
        The file, for messages.
    wanted : str, optional
        Its name, or its number counted from 1, if somebody knows it.

    Returns
    -------
    Found
        Among several of one name that with the longest texts.

    Raises
    ------
    InputError
        If there is no such column, or several, or none that looks like narratives.
    """
    if wanted is not None:
        return Found(named_column(columns, wanted), "given")
    ranks = _ranks(NARRATIVE_NAMES)
    named = [(ranks[key], -_typical(sample, column), column) for column, name in enumerate(columns) if (key := label_key(name)) in ranks]
    if named:
        return Found(min(named)[2], "name")
    hinting = [
        (rank, -_typical(sample, column), column)
        for column, name in enumerate(columns)
        if len(name) <= _LONGEST_NAME
        for key, rank in ranks.items()
        if len(key) > 1 and key in label_key(name) and not key.isascii()
    ]
    if hinting and (not sample or _typical(sample, min(hinting)[2]) >= _LEAST_CHINESE):
        return Found(min(hinting)[2], "name")
    column = _narrative_by_content(sample)
    if column is None and len(columns) == 1:
        column = 0
    if column is None:
        raise InputError("no_narrative_column", path=path, known=", ".join(NARRATIVE_NAMES[:5]))
    return Found(column, "content")


def named_column(columns: Sequence[str], wanted: str) -> int:
    """The column that somebody names.

    Parameters
    ----------
    columns : sequence of str
        The names of all.
    wanted : str
        A name, however it is spaced and bracketed, or a number counted from 1.

    Returns
    -------
    int
        Its place.

    Raises
    ------
    InputError
        If there is no such column, or several.
    """
    exact = [place for place, name in enumerate(columns) if name == wanted]
    folded = exact or [place for place, name in enumerate(columns) if label_key(name) == label_key(wanted)]
    if len(folded) == 1:
        return folded[0]
    if not folded and wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(columns):
        return int(wanted) - 1
    if folded:
        raise InputError("column_twice", column=wanted, numbers=", ".join(str(place + 1) for place in folded))
    raise InputError("no_column", column=wanted)


def find_date(columns: Sequence[str]) -> int | None:
    """Find the column with the date of the case.

    Parameters
    ----------
    columns : sequence of str
        The names of all.

    Returns
    -------
    int or None
        By ``DATE_NAMES``.
    """
    ranks = _ranks(DATE_NAMES)
    named = [(ranks[label_key(name)], column) for column, name in enumerate(columns) if label_key(name) in ranks]
    return min(named)[1] if named else None


def made_up_names(header: Sequence[str], width: int, *, named: bool) -> tuple[str, ...]:
    """Names of all columns.

    Parameters
    ----------
    header : sequence of str
        Those that the file gives.
    width : int
        How many columns there are.
    named : bool
        Whether the file gives names at all.

    Returns
    -------
    tuple of str
        At least ``width``; columns beyond the header have no name, those of a table without header their number.
    """
    if not named:
        return tuple(messages.text("column_number", number=number) for number in range(1, width + 1))
    return (*header, *[""] * (width - len(header)))
