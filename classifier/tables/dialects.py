"""Which delimiter a text is written with: comma, tab or semicolon, or none where every line is one cell."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from classifier.tables.header import is_narrative_name
from classifier.tables.records import Dialect, Records

#: In the order in which they are preferred; a full-width comma is text.
DELIMITERS = (",", "\t", ";", "|")
#: So many characters and records are looked at.
_CHARACTERS, _RECORDS = 1 << 18, 100
#: A delimiter gives at least this share of the records the same number of cells.
_REGULAR = 0.6
#: A cell of a header is no longer than this; it stands in the first rows, the narrative's name among the first cells.
_NAME, _HEADER_ROWS, _HEADER_CELLS = 20, 20, 300


def find_dialect(head: str, newline: str, preferred: str) -> Dialect:
    """Judge by the beginning of a text.

    Parameters
    ----------
    head : str
        Its beginning.
    newline : str
        What sets its lines apart.
    preferred : str
        The delimiter that the file's name promises.

    Returns
    -------
    Dialect
        With the delimiter that gives the most regular table.
    """
    best, chosen = (False, 0.0), ""
    for delimiter in dict.fromkeys((preferred, *DELIMITERS)):
        tried = _tried(head, newline, delimiter)
        if not tried.widths:
            return Dialect(preferred)
        if delimiter == preferred and set(tried.widths) == {1}:
            chosen = delimiter  # one column: with its quotes, if there are any
        wide = [width for width in tried.widths if width > 1]
        if not wide or tried.alone:
            continue
        regular = Counter(wide).most_common(1)[0][1] / len(tried.widths)
        if (tried.beside or regular >= _REGULAR) and (tried.beside, regular) > best:
            best, chosen = (tried.beside, regular), delimiter
    return Dialect(chosen)


class _Tried(NamedTuple):
    widths: list[int]  # how many cells the records have
    alone: bool  # the name of a narrative's column stands alone in its record
    beside: bool  # it stands beside other cells


def _tried(head: str, newline: str, delimiter: str) -> _Tried:
    dialect = Dialect(delimiter)
    records = [record for record, _ in Records([head[:_CHARACTERS]], dialect, newline)]
    if len(records) > 1 and len(head) >= _CHARACTERS:
        records.pop()  # the last one is cut
    rows = [dialect.cells(record) for record in records[:_RECORDS]]
    rows = [cells for cells in rows if any(cells)]
    named = [len(cells) for cells in rows[:_HEADER_ROWS] if any(map(is_narrative_name, cells[:_HEADER_CELLS]))]
    if len(rows) == 1 and not named and max(map(len, rows[0])) > _NAME:
        return _Tried([1], alone=True, beside=False)  # a single line of prose has commas too
    return _Tried(list(map(len, rows)), alone=named == [1], beside=any(width > 1 for width in named))
