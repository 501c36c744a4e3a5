"""The month that a cell of a date column names, in the spellings of case systems and spreadsheets."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from classifier.normalise import fold

_YEAR_FIRST = re.compile(r"\D{0,4}((?:19|20)\d\d) ?[-/.年_] ?(\d{1,2})(?!\d)")
_TOGETHER = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(?:[0-3]\d(?:\d{4}|\d{6})?)?(?:[ t:.]|$)")
_REPUBLIC = re.compile(r"(?:中华)?(?:民国)? ?(1[01]\d|[89]\d) ?[-/.年] ?(\d{1,2}) ?[-/.月]")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d)")
_SERIAL = re.compile(r"([2-6]\d{4})(?:\.\d+)?")
_SERIALS_BEGIN = date(1899, 12, 30)


@lru_cache(maxsize=4096)
def month_of(cell: str) -> str | None:
    """The month of a date.

    Parameters
    ----------
    cell : str
        As it stands in the table: ``2023-05-08 14:30``, ``2023/5/8``, ``2023年5月``, ``20230508``, ``民國112年5月8日``, ``112/5/8``, ``25/12/2023``,
        or Excel's number of the day.

    Returns
    -------
    str or None
        ``YYYY-MM``; None where no month can be told.
    """
    text = fold(cell.strip())
    if match := _YEAR_FIRST.match(text) or _TOGETHER.match(text):
        return _month(int(match[1]), int(match[2]))
    if match := _YEAR_LAST.match(text):
        first, second = int(match[1]), int(match[2])
        # Both ways are in use; only a number above twelve tells the day.
        return _month(int(match[3]), second if first > 12 else first) if first > 12 or second > 12 or first == second else None
    if match := _REPUBLIC.match(text):
        return _month(int(match[1]) + 1911, int(match[2]))
    if match := _SERIAL.fullmatch(text):
        day = _SERIALS_BEGIN + timedelta(days=int(match[1]))
        return _month(day.year, day.month)
    return None


def _month(year: int, month: int) -> str | None:
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else None
