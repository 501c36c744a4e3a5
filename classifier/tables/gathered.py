"""Rows as values with what is added to them: workbooks and parquet, of which the parts are only a spool until the file is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier.errors import OutputError
from classifier.tables.excel import LONGEST_CELL, MOST_COLUMNS, write_excel
from classifier.tables.parquet import ArrowBlock, from_frames, text_batch, to_frame, write_parquet
from classifier.tables.rows import Block, Heading, Row, as_text, unique_names
from classifier.tables.spool import from_line, to_line

if TYPE_CHECKING:
    import pyarrow as pa


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
            batch = text_batch(unique_names(self.heading.columns), [row.cells for row in rows])
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

        fields = list(self.schema) if self.schema is not None else [pa.field(name, pa.string()) for name in unique_names(self.heading.columns)]
        new = [pa.field(name, kind) for name, kind in zip(self.added, _types(), strict=True)]
        return pa.schema([*fields, *new], metadata=self.schema.metadata if self.schema is not None else None)


def _types() -> list[Any]:
    import pyarrow as pa

    return [pa.string(), pa.string(), pa.float64(), pa.string(), pa.string(), pa.string(), pa.string()]
