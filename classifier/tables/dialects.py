"""Which delimiter a text is written with: comma, tab or semicolon, or none where every line is one cell."""

from __future__ import annotations

from collections import Counter

from classifier.tables.header import is_narrative_name
from classifier.tables.records import Dialect, Records

#: In the order in which they are preferred; a full-width comma is text.
DELIMITERS = (",", "\t", ";", "|")
#: So many characters and records are looked at.
_CHARACTERS, _RECORDS = 1 << 18, 100
#: A delimiter gives at least this share of the records the same number of cells.
_REGULAR = 0.6
#: A cell of a header is no longer than this.
_NAME = 20


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
        widths, names_narrative = _tried(head, newline, delimiter)
        if not widths:
            return Dialect(preferred)
        width, often = Counter(widths).most_common(1)[0]
        if delimiter == preferred and width == 1 and often == len(widths):
            chosen = delimiter  # one column: with its quotes, if there are any
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        regular = Counter(wide).most_common(1)[0][1] / len(widths)
        if (names_narrative or regular >= _REGULAR) and (names_narrative, regular) > best:
            best, chosen = (names_narrative, regular), delimiter
    return Dialect(chosen)


def _tried(head: str, newline: str, delimiter: str) -> tuple[list[int], bool]:
    """How many cells the records have, and whether one of several cells of the first is named as a narrative's column is."""
    dialect = Dialect(delimiter)
    records = [record for record, _ in Records([head[:_CHARACTERS]], dialect, newline)]
    if len(records) > 1 and len(head) >= _CHARACTERS:
        records.pop()  # the last one is cut
    rows = [dialect.cells(record) for record in records[:_RECORDS]]
    rows = [cells for cells in rows if any(cells)]
    if len(rows) == 1 and max(map(len, rows[0])) > _NAME:
        return [1], False  # a single line of prose has commas too
    named = any(len(cells) > 1 and any(map(is_narrative_name, cells)) for cells in rows[:20])
    alone = any(len(cells) == 1 and is_narrative_name(cells[0]) for cells in rows[:20])
    return [1 if alone and not named else len(cells) for cells in rows], named
