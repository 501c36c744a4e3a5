"""Rows as text with what is added to them: csv, tsv and json, of which the parts one after the other are the file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.tables.delimited import DelimitedBlock
from classifier.tables.json_lines import JsonBlock, with_members
from classifier.tables.records import Dialect, defused
from classifier.tables.rows import Block, Heading, Row, as_text, unique_names, writable

_NEWLINE_OF_A_SPREADSHEET = "\r\n"


def packed(content: bytes, compression: str) -> bytes:
    """Bytes as they stand in a file: a member or frame of their own, without a time, so that they are the same every time.

    Parameters
    ----------
    content : bytes
        What shall be read again.
    compression : {"", "gz", "zst"}
        How.

    Returns
    -------
    bytes
        Nothing for nothing.
    """
    if not content or not compression:
        return content
    if compression == "gz":
        return gzip.compress(content, 6, mtime=0)
    import zstandard

    return zstandard.ZstdCompressor(level=3).compress(content)


@dataclass(frozen=True)
class DelimitedEncoder:
    """Rows as delimited text.

    Parameters
    ----------
    heading : Heading
        Of the input.
    added : tuple of str
        Names of the columns at the end.
    delimiter : str
        Between cells.
    bom : bool
        Begin with a mark by which Excel knows UTF-8.
    defuse : bool
        Let nothing that passes through be run as a formula.
    compression : {"", "gz", "zst"}
        Of each part.
    """

    heading: Heading
    added: tuple[str, ...]
    delimiter: str
    bom: bool
    defuse: bool
    compression: str

    @property
    def newline(self) -> str:
        """The line end of the input, or that of spreadsheets."""
        return self.heading.newline if self.heading.delimiter == self.delimiter else _NEWLINE_OF_A_SPREADSHEET

    def keeps(self, block: Block) -> bool:
        """Whether its records pass through as they are."""
        return isinstance(block, DelimitedBlock) and block.dialect.delimiter == self.delimiter

    def head(self) -> bytes:
        """Mark, titles and header."""
        heading, dialect = self.heading, Dialect(self.delimiter)
        header = dialect.record(heading.columns)
        above = [dialect.record(map(as_text, row)) for row in heading.above]
        if heading.raw and heading.delimiter == self.delimiter:
            *above, header = heading.raw
            header += self.delimiter * (len(heading.columns) - heading.width)
        lines = [*above, header + self.delimiter + dialect.record(self.added)]
        content = ("\ufeff" if self.bom else "") + self.newline.join(lines) + self.newline
        return packed(content.encode("utf-8", "backslashreplace"), self.compression)

    def part(self, block: Block, rows: Sequence[Row], added: Sequence[Sequence[object]], *, first: bool) -> bytes:
        """Records with the new cells at their ends."""
        dialect, keeps = Dialect(self.delimiter), self.keeps(block)
        written: dict[object, str] = {}  # types and decisions are the same again and again
        lines: list[str] = []
        for row, new in zip(rows, added, strict=True):
            raw = row.raw if keeps else None
            if raw is None or self.defuse:
                cells = [as_text(cell) for cell in row.cells]
                safe = [defused(cell) for cell in cells] if self.defuse else cells
                raw = raw if raw is not None and safe == cells else dialect.record(safe)
            for cell in new:
                if cell not in written:
                    written[cell] = dialect.record([defused(as_text(cell))])
            lines.append(self.delimiter.join([raw, *map(written.__getitem__, new)]))
        text = "".join([line + self.newline for line in lines])
        return packed(text.encode("utf-8", "backslashreplace"), self.compression)

    def tail(self) -> bytes:
        """Nothing."""
        return b""

    def finish(self, spool: Path, workshop: Path) -> Path:
        """The parts are the file."""
        return spool


@dataclass(frozen=True)
class JsonEncoder:
    """Rows as objects, a line each or in one array.

    Parameters
    ----------
    heading : Heading
        Of the input.
    added : tuple of str
        Names of the members at the end.
    lines : bool
        A line an object.
    unreadable : str
        Name of the member that holds what was no object.
    compression : {"", "gz", "zst"}
        Of each part.
    """

    heading: Heading
    added: tuple[str, ...]
    lines: bool
    unreadable: str
    compression: str

    def keeps(self, block: Block) -> bool:
        """Whether its objects pass through as they are."""
        return isinstance(block, JsonBlock)

    def head(self) -> bytes:
        """The beginning of the array."""
        return b"" if self.lines else packed(b"[\n", self.compression)

    def part(self, block: Block, rows: Sequence[Row], added: Sequence[Sequence[object]], *, first: bool) -> bytes:
        """Objects with the new members at their ends."""
        names, keeps = unique_names(self.heading.columns), self.keeps(block)
        pieces = []
        for row, new in zip(rows, added, strict=True):
            if keeps and row.raw is not None:
                written = row.raw
                if self.lines and "\n" in written:
                    written = _dumped(json.loads(written))
            elif keeps:
                written = _dumped({self.unreadable: row.cells[0]})
            else:
                written = _dumped({name: value for name, value in zip(names, row.cells, strict=True) if value is not None})
            pieces.append(with_members(written, _dumped(dict(zip(self.added, new, strict=True)))[1:-1]))
        between = "\n" if self.lines else ",\n"
        text = ("" if self.lines or first else between) + between.join(pieces) + ("\n" if self.lines else "")
        return packed(writable(text).encode(), self.compression)

    def tail(self) -> bytes:
        """The end of the array."""
        return b"" if self.lines else packed(b"\n]\n", self.compression)

    def finish(self, spool: Path, workshop: Path) -> Path:
        """The parts are the file."""
        return spool


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
