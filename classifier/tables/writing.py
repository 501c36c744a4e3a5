"""Tables that are written: by the name of the output, part by part, so that a part is the same bytes whoever makes it and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from classifier import messages
from classifier.errors import OutputError
from classifier.tables.files import COMPRESSIONS, KINDS
from classifier.tables.gathered import ExcelEncoder, ParquetEncoder
from classifier.tables.rows import Block, Heading, Row
from classifier.tables.streamed import DelimitedEncoder, JsonEncoder

if TYPE_CHECKING:
    import pyarrow as pa

#: What can be written, by the endings of names.
_WRITABLE = {ending: kind for ending, kind in KINDS.items() if kind not in ("xls", "txt") and ending not in (".xlsm", ".xlsb", ".ods")}


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
