"""Tables that are written: by the name of the output, part by part, so that a part is the same bytes whoever makes it and when."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from classifier import messages
from classifier.errors import OutputError
from classifier.tables.delimited import DelimitedBlock
from classifier.tables.excel import LONGEST_CELL, MOST_COLUMNS, write_excel
from classifier.tables.files import COMPRESSIONS, KINDS
from classifier.tables.json_lines import JsonBlock, with_members
from classifier.tables.parquet import ArrowBlock, from_frames, text_batch, to_frame, writable, write_parquet
from classifier.tables.records import Dialect, defused
from classifier.tables.rows import Block, Heading, Row, as_text
from classifier.tables.spool import from_line, to_line

if TYPE_CHECKING:
    import pyarrow as pa

#: What can be written, by the endings of names.
_WRITABLE = {ending: kind for ending, kind in KINDS.items() if kind not in ("xls", "txt") and ending not in (".xlsm", ".xlsb", ".ods")}
_NEWLINE_OF_A_SPREADSHEET = "\r\n"


class Encoder(Protocol):
    """Rows with what is added to them, as bytes of one kind of file."""

    def keeps(self, block: Block) -> bool:
        """Whether rows of such a block pass through as they stand in their file."""
        ...

    def head(self) -> bytes:
        """What stands before the rows."""
        ...

    def part(self, block: Block, rows: Sequence[Row], added: Sequence[Sequence[object]], *, first: bool) -> bytes:
        """Some rows; ``first`` says that none stand before them."""
        ...

    def tail(self) -> bytes:
        """What stands after the rows."""
        ...

    def finish(self, spool: Path, workshop: Path) -> Path:
        """Make the file from all parts, in a folder of its own if it is not the spool itself, and say where it is."""
        ...


def kind_of(path: str | Path) -> tuple[str, str]:
    """What the name of an output promises.

    Parameters
    ----------
    path : path
        The output.

    Returns
    -------
    kind, compression : str
        As in ``classifier.tables.files``.

    Raises
    ------
    OutputError
        If nothing of that name can be written.
    """
    name = Path(path)
    compression = COMPRESSIONS.get(name.suffix.lower(), "")
    kind = _WRITABLE.get((name.with_suffix("") if compression else name).suffix.lower(), "")
    if not kind or (compression and kind in ("xlsx", "parquet")):
        raise OutputError("output_kind_unknown", path=path, known="csv, tsv, jsonl, json, xlsx, parquet, csv.gz, csv.zst …")
    return kind, compression


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


def _unique(names: Sequence[str]) -> list[str]:
    """Names that tell columns apart where a kind of file needs that."""
    seen: set[str] = set()
    unique = []
    for place, name in enumerate(names):
        found = first = name or f"column_{place + 1}"
        number = 2
        while found in seen:
            found, number = f"{first}_{number}", number + 1
        seen.add(found)
        unique.append(found)
    return unique


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
        names, keeps = _unique(self.heading.columns), self.keeps(block)
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


@dataclass(frozen=True)
class ExcelEncoder:
    """Rows as a workbook.

    Parameters
    ----------
    heading : Heading
        Of the input.
    added : tuple of str
        Names of the columns at the end; the last but one holds the cues.
    """

    heading: Heading
    added: tuple[str, ...]

    def keeps(self, block: Block) -> bool:
        """Never: cells are values."""
        return False

    def head(self) -> bytes:
        """Nothing; the header is written at the end.

        Raises
        ------
        OutputError
            If Excel has not so many columns.
        """
        if len(self.heading.columns) + len(self.added) > MOST_COLUMNS:
            raise OutputError("output_too_wide", columns=len(self.heading.columns), most=MOST_COLUMNS - len(self.added))
        return b""

    def part(self, block: Block, rows: Sequence[Row], added: Sequence[Sequence[object]], *, first: bool) -> bytes:
        """Lines of the spool."""
        return "".join(to_line([*map(_plain, row.cells), *new]) for row, new in zip(rows, added, strict=True)).encode()

    def tail(self) -> bytes:
        """Nothing."""
        return b""

    def finish(self, spool: Path, workshop: Path) -> Path:
        """Write the workbook."""
        columns = [*self.heading.columns, *self.added]
        seen = zip(*(row for row in self.heading.sample if len(row) == len(self.heading.columns)), strict=True)
        old = [min(40, max(8, *(2 * len(cell) for cell in cells[:20]))) if cells else 10 for cells in seen] or [12] * len(self.heading.columns)
        widths = [*old, 24, 22, 9, 24, 9, 50, 30]

        def rows() -> Iterator[list[Any]]:
            with spool.open("rb") as stream:
                for line in stream:
                    yield from_line(line)

        write_excel(workshop / "output", columns, self.heading.above, rows(), widths, wrapped=len(columns) - 2)
        return workshop / "output"


def _plain(value: Any) -> Any:
    return value if not isinstance(value, list | dict | bytes) else as_text(value)


def cut_to_fit(row: Row) -> Row:
    """A row whose texts are within Excel's limit.

    Parameters
    ----------
    row : Row
        Any row.

    Returns
    -------
    Row
        The same, or one that says that it was cut.
    """
    if not any(isinstance(cell, str) and len(cell.encode("utf-16-le", "replace")) > 2 * LONGEST_CELL for cell in row.cells):
        return row
    cells = [
        cell.encode("utf-16-le", "replace")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore") if isinstance(cell, str) else cell for cell in row.cells
    ]
    return row._replace(cells=cells, raw=None, fault=row.fault or "fault_cut")


@dataclass(frozen=True)
class ParquetEncoder:
    """Rows as parquet: columns of a parquet file keep their types, those of others are text.

    Parameters
    ----------
    heading : Heading
        Of the input.
    added : tuple of str
        Names of the columns at the end; the third holds a number.
    schema : pyarrow.Schema or None
        Of the input, if it is parquet.
    """

    heading: Heading
    added: tuple[str, ...]
    schema: pa.Schema | None

    def keeps(self, block: Block) -> bool:
        """Whether its columns pass through as they are."""
        return isinstance(block, ArrowBlock) and self.schema is not None

    def head(self) -> bytes:
        """Nothing."""
        return b""

    def part(self, block: Block, rows: Sequence[Row], added: Sequence[Sequence[object]], *, first: bool) -> bytes:
        """A frame of the spool."""
        import pyarrow as pa

        if isinstance(block, ArrowBlock) and self.schema is not None:
            batch = block.batch
        else:
            batch = text_batch(_unique(self.heading.columns), [row.cells for row in rows])
        new = [
            pa.array([None if value == "" else value for value in values], kind)
            for values, kind in zip(zip(*added, strict=True), _types(), strict=True)
        ]
        return to_frame(pa.RecordBatch.from_arrays([*batch.columns, *new], schema=self._whole_schema()))

    def tail(self) -> bytes:
        """Nothing."""
        return b""

    def finish(self, spool: Path, workshop: Path) -> Path:
        """Write the parquet file."""
        with spool.open("rb") as stream:
            write_parquet(workshop / "output", self._whole_schema(), from_frames(stream))
        return workshop / "output"

    def _whole_schema(self) -> pa.Schema:
        import pyarrow as pa

        fields = list(self.schema) if self.schema is not None else [pa.field(name, pa.string()) for name in _unique(self.heading.columns)]
        new = [pa.field(name, kind) for name, kind in zip(self.added, _types(), strict=True)]
        return pa.schema([*fields, *new], metadata=self.schema.metadata if self.schema is not None else None)


def _types() -> list[Any]:
    import pyarrow as pa

    return [pa.string(), pa.string(), pa.float64(), pa.string(), pa.string(), pa.string(), pa.string()]


def find_encoder(
    kind: str, compression: str, heading: Heading, added: Sequence[str], *, schema: pa.Schema | None = None, bom: bool = True, defuse: bool = False
) -> Encoder:
    """What writes rows as one kind of file.

    Parameters
    ----------
    kind, compression : str
        As ``kind_of`` gives them.
    heading : Heading
        Of the input.
    added : sequence of str
        Names of the columns at the end.
    schema : pyarrow.Schema, optional
        Of the input, if it is parquet.
    bom : bool
        Begin csv and tsv with a mark by which Excel knows UTF-8.
    defuse : bool
        Let nothing that passes through csv and tsv be run as a formula.

    Returns
    -------
    Encoder
        Can be sent to other processes.
    """
    names = tuple(added)
    slim = replace(heading, sample=heading.sample[:_SAMPLE])
    if kind in ("jsonl", "json"):
        return JsonEncoder(slim, names, kind == "jsonl", messages.text("column_raw"), compression)
    if kind == "xlsx":
        return ExcelEncoder(slim, names)
    if kind == "parquet":
        return ParquetEncoder(slim, names, schema)
    own = heading.delimiter in _WRITTEN[kind]
    return DelimitedEncoder(slim, names, heading.delimiter if own else _WRITTEN[kind][0], bom, defuse, compression)


#: An encoder travels with every block; so few rows of the sample are enough to find widths.
_SAMPLE = 20
#: Delimiters that a kind may have, its own first.
_WRITTEN = {"csv": (",", ";", "|"), "tsv": ("\t",)}
