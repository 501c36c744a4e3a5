"""Tables in JSON: a line an object, or an array of objects. Every object is kept as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from classifier.errors import InputError
from classifier.tables.encodings import Encoding, visible
from classifier.tables.files import Source
from classifier.tables.header import SAMPLE_ROWS
from classifier.tables.rows import BLOCK_CHARACTERS, BLOCK_ROWS, Block, Heading, Row, as_text


@dataclass(frozen=True, slots=True)
class JsonBlock:
    """Objects side by side.

    Parameters
    ----------
    numbers : list of int
        Line of each, or its place in the array.
    objects : list of str
        As they were written.
    columns : tuple of str
        Names whose values are wanted.
    encoding : Encoding
        Says which are damaged.
    """

    numbers: list[int]
    objects: list[str]
    columns: tuple[str, ...]
    encoding: Encoding

    def rows(self) -> list[Row]:
        """Take it apart.

        Returns
        -------
        list of Row
            What is no object has its text in the first cell.
        """
        return [self._row(number, written) for number, written in zip(self.numbers, self.objects, strict=True)]

    def _row(self, number: int, written: str) -> Row:
        fault = ""
        if self.encoding.is_damaged(written):
            written, fault = visible(written), "fault_bytes"
        value = parsed(written)
        if not isinstance(value, dict):
            cells = [written, *[None] * (len(self.columns) - 1)]
            return Row(number, cells, None, "fault_json" if value is NOT_JSON else "fault_object", readable=False)
        return Row(number, [value.get(name) for name in self.columns], written, fault)


#: What ``parsed`` gives for what is no JSON.
NOT_JSON = object()


def parsed(written: str) -> Any:
    """The value of a piece of JSON.

    Parameters
    ----------
    written : str
        The piece.

    Returns
    -------
    object
        ``NOT_JSON`` if it is none.
    """
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return NOT_JSON


def with_members(written: str, members: str) -> str:
    """An object with members added at its end, and nothing else changed.

    Parameters
    ----------
    written : str
        An object as it was written.
    members : str
        Members as they are written between braces.

    Returns
    -------
    str
        An object.
    """
    body = written.rstrip()[:-1].rstrip()
    return f"{body}{'' if body == '{' else ', '}{members}}}"


@dataclass(frozen=True, slots=True)
class JsonTable:
    """A table in JSON.

    Parameters
    ----------
    source : Source
        Where it is.
    encoding : Encoding
        How its characters are written.
    heading : Heading
        The names that its objects use, in the order in which they first appear.
    lines : bool
        A line an object, or one array.
    """

    source: Source
    encoding: Encoding
    heading: Heading
    lines: bool

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The objects in blocks.

        Parameters
        ----------
        rows : int
            At most so many in each.

        Yields
        ------
        JsonBlock
            Always the same ones for the same file.
        """
        numbers, objects, length = list[int](), list[str](), 0
        for number, written in _objects(self.source, self.encoding, lines=self.lines):
            numbers.append(number)
            objects.append(written)
            length += len(written)
            if len(objects) == rows or length >= BLOCK_CHARACTERS:
                yield JsonBlock(numbers, objects, self.heading.columns, self.encoding)
                numbers, objects, length = [], [], 0
        if objects:
            yield JsonBlock(numbers, objects, self.heading.columns, self.encoding)


def open_json(source: Source, encoding: Encoding) -> JsonTable:
    """Look through a file of JSON: what its objects are called and how many there are.

    Parameters
    ----------
    source : Source
        The file.
    encoding : Encoding
        How its characters are written.

    Returns
    -------
    JsonTable
        Ready to be read.

    Raises
    ------
    InputError
        If it should be one array and is none.
    """
    lines = source.kind != "json" or _is_lines(source, encoding)
    names: dict[str, None] = {}
    sample: list[dict[str, Any]] = []
    rows = 0
    for _, written in _objects(source, encoding, lines=lines):
        rows += 1
        value = parsed(written)
        if isinstance(value, dict):
            names.update(dict.fromkeys(value))
            if len(sample) < SAMPLE_ROWS:
                sample.append(value)
    columns = tuple(names)
    cells = tuple(tuple(as_text(value.get(name)) for name in columns) for value in sample)
    return JsonTable(source, encoding, Heading(columns, rows=rows, sample=cells, width=len(columns)), lines)


def _is_lines(source: Source, encoding: Encoding) -> bool:
    """Whether a file that is called json has a line an object: its first line is one, and not all there is."""
    lines = [line for _, line in zip(range(2), (line for _, line in _lines(source, encoding)), strict=False)]
    return len(lines) == 2 and isinstance(parsed(lines[0]), dict)


def _objects(source: Source, encoding: Encoding, *, lines: bool) -> Iterator[tuple[int, str]]:
    return _lines(source, encoding) if lines else _elements(source, encoding)


def _lines(source: Source, encoding: Encoding) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, with their numbers."""
    number, rest = 0, list[str]()
    for piece in encoding.decode(source.chunks()):
        first, *others = piece.split("\n")
        rest.append(first)
        if others:
            lines = ["".join(rest), *others[:-1]]
            rest = [others[-1]]
            for line in lines:
                number += 1
                if line and not line.isspace():
                    yield number, line.strip()
    if (last := "".join(rest)) and not last.isspace():
        yield number + 1, last.strip()


def _elements(source: Source, encoding: Encoding) -> Iterator[tuple[int, str]]:
    """Elements of the array as they are written; a single object is an array of one."""
    text = "".join(encoding.decode(source.chunks())).strip()
    if not text.startswith("["):
        if text:
            if parsed(text) is NOT_JSON:
                raise InputError("json_broken", path=source.name, row=1)
            yield 1, text
        return
    decode = json.JSONDecoder().raw_decode
    at, number = _past_blanks(text, 1), 1
    if text[at : at + 1] == "]" and at == len(text) - 1:
        return
    while True:
        try:
            _, end = decode(text, at)
        except (ValueError, RecursionError) as error:
            raise InputError("json_broken", path=source.name, row=number) from error
        yield number, text[at:end]
        at = _past_blanks(text, end)
        if text[at : at + 1] == "]" and at == len(text) - 1:
            return
        if text[at : at + 1] != ",":
            raise InputError("json_broken", path=source.name, row=number)
        at, number = _past_blanks(text, at + 1), number + 1


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at
