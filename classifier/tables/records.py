"""Records of delimited text as they stand in the file, their cells, and cells that are written.

A record is kept as the characters that came in, so that what passes through is what was there. The csv module keeps only cells, and one
quote that is never closed swallows the rest of the file; here it costs one row.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

#: A quote that is not closed within so many characters is a broken one, not the beginning of a long cell.
LONGEST_RECORD = 64 * 1024 * 1024
#: What a spreadsheet runs as a formula when a cell begins with it.
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"[-+]?[\d,.]+%?\Z")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How records are written.

    Parameters
    ----------
    delimiter : str
        Between cells; empty where a whole line is one cell.
    """

    delimiter: str

    def cells(self, record: str) -> list[str]:
        """Cells of a record.

        Parameters
        ----------
        record : str
            Without line end.

        Returns
        -------
        list of str
            Without the quotes around them.
        """
        if not self.delimiter:
            return [record]
        if '"' not in record:
            return record.split(self.delimiter)
        fields: list[tuple[str, str, str]] = _patterns(self.delimiter).cell.findall(record)
        return [quoted.replace('""', '"') + rest if quoted or not plain else plain for quoted, rest, plain in fields]

    def most_cells(self, record: str) -> int:
        """How many cells a record has at most, told quickly.

        Parameters
        ----------
        record : str
            Without line end.

        Returns
        -------
        int
            Their number if there are no quotes.
        """
        return record.count(self.delimiter) + 1 if self.delimiter else 1

    def record(self, cells: Iterable[str]) -> str:
        """A record of cells.

        Parameters
        ----------
        cells : iterable of str
            Any text.

        Returns
        -------
        str
            Quoted where needed, without line end.
        """
        special = _patterns(self.delimiter).special.search
        return self.delimiter.join(['"' + cell.replace('"', '""') + '"' if special(cell) else cell for cell in cells])


@dataclass(frozen=True, slots=True)
class _Patterns:
    open: re.Pattern[str]  # a record that ends inside quotes
    still_open: re.Pattern[str]  # the same, and all quotes before were followed by a delimiter
    clean: re.Pattern[str]  # a record whose quotes are all followed by a delimiter or the end
    cell: re.Pattern[str]
    special: re.Pattern[str]  # a cell that must be quoted


@cache
def _patterns(delimiter: str) -> _Patterns:
    d = re.escape(delimiter or ",")
    quoted, plain, unclosed = r'"(?:[^"]++|"")*+"', rf'(?!")[^{d}]*+', r'"(?:[^"]++|"")*+\Z'
    return _Patterns(
        open=re.compile(rf"(?:(?:{quoted}[^{d}]*+|{plain}){d})*+{unclosed}"),
        still_open=re.compile(rf"(?:(?:{quoted}|{plain}){d})*+{unclosed}"),
        clean=re.compile(rf"(?:(?:{quoted}|{plain}){d})*+(?:{quoted}|{plain})\Z"),
        cell=re.compile(rf'(?:\A|(?<={d}))(?:"((?:[^"]++|"")*+)"([^{d}]*+)|([^{d}]*+))(?={d}|\Z)'),
        special=re.compile(rf'[{d}"\r\n]|\A[ \t]|[ \t]\Z'),
    )


def defused(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula.

    Parameters
    ----------
    cell : str
        Any text.

    Returns
    -------
    str
        With a leading apostrophe where it would have been; numbers stay numbers.
    """
    return "'" + cell if _FORMULA.match(cell) and not _NUMBER.match(cell) else cell


@dataclass(slots=True)
class Records:
    r"""Records of a text, one after the other, with those that are broken.

    Parameters
    ----------
    pieces : iterable of str
        The text, in pieces of any length.
    dialect : Dialect
        How it is written.
    newline : str
        ``"\n"`` (a carriage return before it belongs to the line end), or ``"\r"``.
    """

    pieces: Iterable[str]
    dialect: Dialect
    newline: str = "\n"

    def __iter__(self) -> Iterator[tuple[str, bool]]:
        """Records without line end, and whether each can be read; blank ones at the end of the file are none."""
        blank = 0
        for record, readable in self._whole():
            if not record:
                blank += 1
                continue
            yield from [("", True)] * blank
            blank = 0
            yield record, readable

    def _whole(self) -> Iterator[tuple[str, bool]]:
        patterns = _patterns(self.dialect.delimiter)
        quotes_count = bool(self.dialect.delimiter)
        lines = self._lines()
        again: deque[str] = deque()
        while (line := again.popleft() if again else next(lines, None)) is not None:
            if not quotes_count or '"' not in line or not patterns.open.match(line):
                yield line.removesuffix("\r"), True
                continue
            # The quotes are open: the record goes on until they are closed, and closed properly.
            parts, length, closed = [line], len(line), False
            while length <= LONGEST_RECORD and (more := again.popleft() if again else next(lines, None)) is not None:
                parts.append(more)
                length += len(more) + 1
                if '"' in more:
                    tail = '"' + more.removesuffix("\r")
                    closed = patterns.clean.match(tail) is not None
                    if closed or not patterns.still_open.match(tail):
                        break
            if closed:
                yield self.newline.join(parts).removesuffix("\r"), True
            else:
                again.extendleft(reversed(parts[1:]))
                yield line.removesuffix("\r"), False

    def _lines(self) -> Iterator[str]:
        end = self.newline
        rest: list[str] = []
        for piece in self.pieces:
            first, *lines = piece.split(end)
            rest.append(first)
            if lines:
                yield "".join(rest)
                rest = [lines.pop()]
                yield from lines
        if last := "".join(rest):
            yield last
