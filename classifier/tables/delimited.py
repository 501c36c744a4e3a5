"""Tables in delimited text: csv, tsv and their kin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from classifier.tables.dialects import find_dialect
from classifier.tables.encodings import Encoding, visible
from classifier.tables.files import Source
from classifier.tables.header import SAMPLE_ROWS, find_header, made_up_names
from classifier.tables.records import Dialect, Records
from classifier.tables.rows import BLOCK_CHARACTERS, BLOCK_ROWS, Block, Heading, Row


@dataclass(frozen=True, slots=True)
class DelimitedBlock:
    """Records side by side.

    Parameters
    ----------
    first : int
        Number of the first.
    records : list of str
        Without line ends.
    broken : frozenset of int
        Places of those that cannot be read.
    dialect : Dialect
        How they are written.
    width, named : int
        How many cells a row has, and how many of these the header names.
    encoding : Encoding
        Says which are damaged.
    """

    first: int
    records: list[str]
    broken: frozenset[int]
    dialect: Dialect
    width: int
    named: int
    encoding: Encoding

    def rows(self) -> list[Row]:
        """Take it apart.

        Returns
        -------
        list of Row
            Each ``width`` cells wide; those that are too wide have the rest in their last cell.
        """
        return [self._row(place, record) for place, record in enumerate(self.records)]

    def _row(self, place: int, record: str) -> Row:
        fault, readable = "", place not in self.broken
        if self.encoding.is_damaged(record):
            record, fault = visible(record), "fault_bytes"
        if readable:
            cells, raw = self.dialect.cells(record), record if self.dialect.delimiter else None
        else:
            # Its quotes mean nothing; written again they would swallow the next rows, so its cells are written anew.
            cells, raw, fault = record.split(self.dialect.delimiter), None, "fault_quotes"
        missing = self.width - len(cells)
        if missing > 0:
            cells += [""] * missing
            raw = None if raw is None else raw + missing * self.dialect.delimiter
        elif missing < 0:
            cells[self.width - 1 :] = [self.dialect.delimiter.join(cells[self.width - 1 :])]
            raw = None
        if len(cells) + max(-missing, 0) > self.named and (missing < 0 or any(cells[self.named :])):
            fault = fault or "fault_wide"
        return Row(self.first + place, cells, raw, fault, readable, max(missing, 0))


#: A row may be so much wider than the header, and all rows are filled up to it; what is wider still is no row of this table.
_WIDER = 64


@dataclass(frozen=True, slots=True)
class DelimitedTable:
    """A table in delimited text.

    Parameters
    ----------
    source : Source
        Where it is.
    encoding : Encoding
        How its characters are written.
    dialect : Dialect
        How its records are written.
    heading : Heading
        What stands above the rows.
    skipped : int
        How many records that are.
    """

    source: Source
    encoding: Encoding
    dialect: Dialect
    heading: Heading
    skipped: int

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The rows in blocks.

        Parameters
        ----------
        rows : int
            At most so many in each.

        Yields
        ------
        DelimitedBlock
            Always the same ones for the same file.
        """
        number, length = self.skipped + 1, 0
        records: list[str] = []
        broken: list[int] = []

        def block() -> DelimitedBlock:
            return DelimitedBlock(number, records, frozenset(broken), self.dialect, len(self.heading.columns), self.heading.width, self.encoding)

        everything = Records(self.encoding.decode(self.source.chunks()), self.dialect, _end(self.heading.newline))
        for record, readable in islice(everything, self.skipped, None):
            if not readable:
                broken.append(len(records))
            records.append(record)
            length += len(record)
            if len(records) == rows or length >= BLOCK_CHARACTERS:
                yield block()
                number, length, records, broken = number + len(records), 0, [], []
        if records:
            yield block()


def open_delimited(source: Source, encoding: Encoding, delimiter: str | None = None) -> DelimitedTable:
    """Look through a delimited file: how it is written, where its rows begin, how many and how wide they are.

    Parameters
    ----------
    source : Source
        The file.
    encoding : Encoding
        How its characters are written.
    delimiter : str, optional
        If somebody knows it.

    Returns
    -------
    DelimitedTable
        Ready to be read.
    """
    head = next(encoding.decode(source.chunks()), "")
    newline = "\r\n" if "\r\n" in head else "\n" if "\n" in head or "\r" not in head else "\r"
    end = _end(newline)
    dialect = Dialect(delimiter) if delimiter is not None else find_dialect(head, end, "\t" if source.kind == "tsv" else ",")
    first, as_read = list[list[str]](), list[str]()
    rows = width = 0
    for record, readable in Records(encoding.decode(source.chunks()), dialect, end):
        if rows < SAMPLE_ROWS:
            first.append(dialect.cells(visible(record)))
            as_read.append(visible(record))
        rows += 1
        if readable and (quick := dialect.most_cells(record)) > width:
            width = max(width, quick if '"' not in record else len(dialect.cells(record)))
    found = find_header(first)
    above = 0 if found is None else found + 1
    header = first[found] if found is not None else []
    named = max((len(cells) for cells in first), default=0) if found is None else len(header)
    columns = made_up_names(header, max(min(width, named + _WIDER), 1), named=found is not None)
    heading = Heading(
        columns=columns,
        above=tuple(map(tuple, first[: above - 1])) if above else (),
        named=found is not None,
        rows=rows - above,
        sample=tuple(map(tuple, first[above:])),
        delimiter=dialect.delimiter,
        newline=newline,
        width=named,
        raw=tuple(as_read[:above]),
    )
    return DelimitedTable(source, encoding, dialect, heading, above)


def _end(newline: str) -> str:
    """What sets lines apart; a carriage return before a line feed belongs to the line and is taken off."""
    return newline.removeprefix("\r") or newline
