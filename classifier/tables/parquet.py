"""Parquet: read batch by batch, and written from the batches of a spool; columns keep their types."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from classifier.errors import InputError
from classifier.tables.files import Source
from classifier.tables.header import SAMPLE_ROWS
from classifier.tables.rows import BLOCK_ROWS, Block, Heading, Row, as_text, writable

if TYPE_CHECKING:
    import pyarrow as pa

_FRAME = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class ArrowBlock:
    """Rows of a batch.

    Parameters
    ----------
    first : int
        Number of the first.
    batch : pyarrow.RecordBatch
        The rows.
    """

    first: int
    batch: pa.RecordBatch

    def rows(self) -> list[Row]:
        """Take it apart.

        Returns
        -------
        list of Row
            With Python's values.
        """
        columns = [column.to_pylist() for column in self.batch.columns]
        return [Row(self.first + place, list(cells)) for place, cells in enumerate(zip(*columns, strict=True))]


@dataclass(frozen=True, slots=True)
class ParquetTable:
    """A parquet file.

    Parameters
    ----------
    source : Source
        Where it is.
    heading : Heading
        Its columns.
    schema : pyarrow.Schema
        With their types.
    group : int or None
        The one row group that is read, or all.
    """

    source: Source
    heading: Heading
    schema: pa.Schema
    group: int | None = None

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The rows in blocks.

        Parameters
        ----------
        rows : int
            At most so many in each.

        Yields
        ------
        ArrowBlock
            Always the same ones for the same file.
        """
        import pyarrow as pa

        first = 1
        try:
            file = _file(self.source)
            if self.group is not None:
                first += sum(file.metadata.row_group(before).num_rows for before in range(self.group))
            for batch in file.iter_batches(batch_size=rows, row_groups=None if self.group is None else [self.group]):
                yield ArrowBlock(first, batch)
                first += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise InputError("file_damaged", path=self.source.name) from error


def open_parquet(source: Source) -> ParquetTable:
    """Look at a parquet file.

    Parameters
    ----------
    source : Source
        The file.

    Returns
    -------
    ParquetTable
        Ready to be read.

    Raises
    ------
    InputError
        If it is damaged.
    """
    import pyarrow as pa

    try:
        file = _file(source)
        schema = file.schema_arrow
        first = next(file.iter_batches(batch_size=SAMPLE_ROWS), None)
    except (pa.ArrowException, OSError) as error:
        raise InputError("file_damaged", path=source.name) from error
    sample = tuple(tuple(map(as_text, row.cells)) for row in ArrowBlock(1, first).rows()) if first is not None and first.num_columns else ()
    columns = tuple(schema.names)
    return ParquetTable(source, Heading(columns, rows=file.metadata.num_rows, sample=sample, width=len(columns)), schema)


def row_groups(source: Source) -> list[int]:
    """How the rows of a parquet file are grouped.

    Parameters
    ----------
    source : Source
        The file.

    Returns
    -------
    list of int
        Rows of each group.

    Raises
    ------
    InputError
        If it is damaged.
    """
    import pyarrow as pa

    try:
        metadata = _file(source).metadata
    except (pa.ArrowException, OSError) as error:
        raise InputError("file_damaged", path=source.name) from error
    return [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]


def _file(source: Source) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetFile(io.BytesIO(b"".join(source.chunks())) if source.compression else source.path, memory_map=False)


def to_frame(batch: pa.RecordBatch) -> bytes:
    """A batch as it stands in a spool.

    Parameters
    ----------
    batch : pyarrow.RecordBatch
        The batch.

    Returns
    -------
    bytes
        Its length and itself.
    """
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return _FRAME.pack(len(content)) + content


def from_frames(stream: IO[bytes]) -> Iterator[pa.RecordBatch]:
    """The batches of a spool.

    Parameters
    ----------
    stream : binary stream
        What ``to_frame`` gave, one after the other.

    Yields
    ------
    pyarrow.RecordBatch
        One a frame.
    """
    import pyarrow as pa

    while head := stream.read(_FRAME.size):
        with pa.ipc.open_stream(stream.read(_FRAME.unpack(head)[0])) as reader:
            yield from reader


def write_parquet(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a parquet file.

    Parameters
    ----------
    path : Path
        Where it shall stand.
    schema : pyarrow.Schema
        Of all batches.
    batches : iterable of pyarrow.RecordBatch
        Gathered into row groups of some tens of thousands of rows.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema) as writer:
        held, rows = list[Any](), 0
        for batch in batches:
            held.append(batch)
            rows += batch.num_rows
            if rows >= _GROUP:
                writer.write_table(pa.Table.from_batches(held, schema))
                held, rows = [], 0
        if held:
            writer.write_table(pa.Table.from_batches(held, schema))


#: Rows in a row group: enough to compress well, few enough to hold.
_GROUP = 32_768


def text_batch(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pa.RecordBatch:
    """Rows of any values as a batch of text columns.

    Parameters
    ----------
    columns : sequence of str
        Their names.
    rows : iterable of sequence
        Values; nothing stays nothing.

    Returns
    -------
    pyarrow.RecordBatch
        One column of strings for each name.
    """
    import pyarrow as pa

    by_column = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [pa.array([None if value is None else writable(as_text(value)) for value in values], pa.string()) for values in by_column]
    return pa.RecordBatch.from_arrays(arrays, names=list(columns))
