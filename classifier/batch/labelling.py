"""What a worker does with a block of rows: find the narratives, classify them, and write the rows as bytes of the output."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from classifier import messages
from classifier.classifier import loaded
from classifier.columns import COLUMNS, error_row, verdict_row
from classifier.tables.gathered import ExcelEncoder, cut_to_fit
from classifier.tables.json_lines import JsonBlock
from classifier.tables.parquet import ArrowBlock
from classifier.tables.rows import Block, Row, as_text
from classifier.tables.writing import Encoder

#: A longer narrative is no narrative; classifying this much takes a second.
LONGEST_TEXT = 1_000_000
_CUES = COLUMNS.index("column_cues")


@dataclass(frozen=True)
class Task:
    """What is the same for all blocks of an input.

    Parameters
    ----------
    model : str
        A model folder.
    lang : {"zh", "en"}
        Of the new cells.
    cues : bool
        Find cues.
    accept : float or None
        The least confidence of a verdict that is accepted, instead of the model's own.
    redact : bool
        Replace personal data in the narratives that are written.
    narrative : int
        Place of the column with the narrative.
    date : int or None
        Place of the column with the date.
    columns : tuple of str
        Names of all.
    source : str
        What people call the input.
    encoder : Encoder
        Writes the rows.
    """

    model: str
    lang: str
    cues: bool
    accept: float | None
    redact: bool
    narrative: int
    date: int | None
    columns: tuple[str, ...]
    source: str
    encoder: Encoder


class Part(NamedTuple):
    """A block that is done.

    Parameters
    ----------
    content : bytes
        Its rows as they stand in the output.
    verdicts : list of tuple
        The new cells of each row.
    dates : list of str or None
        Its date, where there is such a column.
    numbers : list of int
        Where each row stands in its file.
    redacted : Counter of str
        How many personal data of each kind were replaced.
    source : str
        What people call their file.
    """

    content: bytes
    verdicts: list[tuple[object, ...]]
    dates: list[str | None]
    numbers: list[int]
    redacted: Counter[str]
    source: str


def prepare(model: str) -> None:
    """Load what the first block would have to wait for.

    Parameters
    ----------
    model : str
        A model folder.
    """
    loaded(model).classify_block(["对方让我刷单返利"])
    gc.freeze()  # the model stays as long as the worker; looking through it for garbage is in vain


def label_block(task: Task, block: Block, first: bool) -> Part:
    """Label a block of rows.

    Parameters
    ----------
    task : Task
        What to do.
    block : Block
        The rows.
    first : bool
        Whether none stand before them in the output.

    Returns
    -------
    Part
        The same wherever and whenever it is made.
    """
    rows = block.rows()
    texts = [as_text(row.cells[task.narrative]) if row.readable else "" for row in rows]
    if isinstance(task.encoder, ExcelEncoder):
        rows = [cut_to_fit(row) for row in rows]
    faults = [_fault(row, text, task.narrative) for row, text in zip(rows, texts, strict=True)]
    wanted = [place for place, (row, fault) in enumerate(zip(rows, faults, strict=True)) if row.readable and fault not in _UNCLASSIFIED]
    narratives = [texts[place] for place in wanted]
    classifier = loaded(task.model)
    found = classifier.classify_block(narratives, cues=task.cues, accept=task.accept)
    verdicts = dict(zip(wanted, found, strict=True))
    said = [messages.text_in(task.lang, fault, most=LONGEST_TEXT) if fault else "" for fault in faults]
    added = [
        verdict_row(verdicts[place], lang=task.lang, error=error, taxonomy=classifier.taxonomy) if place in verdicts else error_row(error)
        for place, error in enumerate(said)
    ]
    dates = [as_text(row.cells[task.date]) if task.date is not None and row.readable else None for row in rows]
    redacted = Counter[str]()
    if task.redact:
        block, rows = _redacted(task, block, rows, redacted)
        added = [_as_shown(cells, as_text(row.cells[task.narrative])) for cells, row in zip(added, rows, strict=True)]
    content = task.encoder.part(block, rows, added, first=first)
    return Part(content, added, dates, [row.number for row in rows], redacted, task.source)


_UNCLASSIFIED = frozenset({"fault_long", "fault_short"})


def _fault(row: Row, text: str, narrative: int) -> str:
    if not row.readable:
        return row.fault
    if len(text) > LONGEST_TEXT:
        return "fault_long"
    if row.missing and len(row.cells) - row.missing <= narrative and any(row.cells):
        return "fault_short"
    return row.fault


def _as_shown(cells: tuple[object, ...], narrative: str) -> tuple[object, ...]:
    """The new cells with those cues only that can still be read: whatever was replaced may not be quoted."""
    shown = "；".join(cue for cue in str(cells[_CUES]).split("；") if cue in narrative)
    return (*cells[:_CUES], shown, *cells[_CUES + 1 :])


def _redacted(task: Task, block: Block, rows: Sequence[Row], counts: Counter[str]) -> tuple[Block, list[Row]]:
    """The same rows without personal data in the narrative; in a row that could not be read it may stand anywhere."""
    from classifier.redaction import redact

    def clean(cell: object) -> str:
        text, found = redact(as_text(cell))
        counts.update(found)
        return text

    cleaned = []
    for row in rows:
        hidden = [place == task.narrative or not row.readable for place in range(len(row.cells))]
        cells = [clean(cell) if hide and cell is not None else cell for cell, hide in zip(row.cells, hidden, strict=True)]
        raw = None
        if isinstance(block, JsonBlock) and row.raw is not None:
            whole = json.loads(row.raw)
            name = task.columns[task.narrative]
            raw = json.dumps(whole | {name: cells[task.narrative]}, ensure_ascii=False) if name in whole else row.raw
        cleaned.append(row._replace(cells=cells, raw=raw))
    if isinstance(block, ArrowBlock):
        import pyarrow as pa

        field = block.batch.schema.field(task.narrative)
        texts = pa.array([row.cells[task.narrative] for row in cleaned]).cast(field.type)
        block = replace(block, batch=block.batch.set_column(task.narrative, field, texts))
    return block, cleaned
