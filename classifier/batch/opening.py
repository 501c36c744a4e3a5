"""Inputs opened for a batch: their narratives found, their columns side by side, and how their rows will be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from classifier import messages
from classifier.batch.labelling import Task
from classifier.batch.plan import Options, how_found
from classifier.columns import column_names
from classifier.errors import InputError
from classifier.tables.files import Source
from classifier.tables.header import find_date, find_narrative
from classifier.tables.json_lines import JsonTable
from classifier.tables.opening import AnyTable, open_table
from classifier.tables.parquet import ParquetTable
from classifier.tables.writing import find_encoder

Say = Callable[[str], None]


@dataclass(frozen=True)
class Input:
    """A table and what is to be done with its rows.

    Parameters
    ----------
    table : Table
        Gives the rows in blocks.
    task : Task
        What a worker does with each.
    """

    table: AnyTable
    task: Task


def open_inputs(sources: Sequence[Source], kind: tuple[str, str], model: str, options: Options, say: Say, *, bom: bool) -> list[Input]:
    """Open the inputs of one output.

    Parameters
    ----------
    sources : sequence of Source
        The files.
    kind : (str, str)
        Kind and compression of the output.
    model : str
        A model folder.
    options : Options
        What else was chosen.
    say : callable
        Takes what a person should know, a line at a time.
    bom : bool
        Begin csv and tsv with a mark by which Excel knows UTF-8.

    Returns
    -------
    list of Input
        One a source.

    Raises
    ------
    InputError
        If one cannot be read, holds nothing, or does not fit beside the first.
    """
    tables = []
    for source in sources:
        table, remarks = open_table(source, encoding=options.encoding, sheet=options.sheet)
        for key, values in remarks:
            say(messages.text(key, **values))
        if not table.heading.columns or (not table.heading.rows and not table.heading.named):
            raise InputError("file_empty", path=source.name)
        tables.append(table)
    columns = _columns(sources, tables)
    heading = replace(tables[0].heading, columns=columns)
    schemas = [table.schema if isinstance(table, ParquetTable) else None for table in tables]
    schema = schemas[0] if all(other is not None and other.equals(schemas[0]) for other in schemas) else None
    added = column_names(lang=options.lang, taken=columns)
    encoder = find_encoder(*kind, heading, added, schema=schema, bom=bom, defuse=options.defuse)
    opened = []
    for source, table in zip(sources, tables, strict=True):
        own = table.heading.columns
        narrative = find_narrative(own, table.heading.sample, path=source.name, wanted=options.column)
        if narrative.how != "given":
            say(how_found(source.name, own, narrative.place, narrative.how))
        if not table.heading.named:
            say(messages.text("no_header", path=source.name))
        date = find_date(own)
        if isinstance(table, JsonTable):
            places = [columns.index(own[narrative.place]), None if date is None else columns.index(own[date])]
        else:
            places = [narrative.place, date]
        chosen = (options.lang, options.cues, options.accept, options.redact)
        task = Task(model, *chosen, places[0] or 0, places[1], columns, Path(source.name).name, encoder)
        opened.append(Input(replace(table, heading=replace(table.heading, columns=columns)), task))
    return opened


def _columns(sources: Sequence[Source], tables: Sequence[AnyTable]) -> tuple[str, ...]:
    """Columns of several inputs in one output: objects bring their names along, all others must have the same header."""
    if all(isinstance(table, JsonTable) for table in tables):
        return tuple(dict.fromkeys(name for table in tables for name in table.heading.columns))
    first = tables[0].heading
    for source, table in zip(sources[1:], tables[1:], strict=True):
        heading = table.heading
        if heading.columns[: heading.width] != first.columns[: first.width]:
            raise InputError("headers_differ", path=source.name, first=sources[0].name)
    return max((table.heading.columns for table in tables), key=len)
