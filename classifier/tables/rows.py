"""What all tables have in common: rows, blocks of rows that travel to another process, and the table that gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

#: A block holds at most so many rows …
BLOCK_ROWS = 400
#: … and is closed when it has so many characters: memory stays the same however long the cells are.
BLOCK_CHARACTERS = 1_000_000


class Row(NamedTuple):
    """One row of a table.

    Parameters
    ----------
    number : int
        Where it stands: its row in a sheet or delimited file, header and titles counted; its line in jsonl; its place in a json array.
    cells : sequence
        Its values by column, as many as there are columns: strings in delimited text.
    raw : str or None
        As it stood in the file, without line end, where that can be kept.
    fault : str
        Name of the message that says what is wrong with it, or nothing.
    readable : bool
        Whether the cells are those that the writer meant.
    missing : int
        How many of its last cells are not in the file.
    """

    number: int
    cells: Sequence[Any]
    raw: str | None = None
    fault: str = ""
    readable: bool = True
    missing: int = 0


class Block(Protocol):
    """Rows side by side, small enough to hold, cheap to send to another process, which takes them apart."""

    def rows(self) -> Sequence[Row]:
        """Take it apart.

        Returns
        -------
        sequence of Row
            In their order.
        """
        ...


class Table(Protocol):
    """A table that is read from the front, as often as needed, always in the same blocks."""

    @property
    def heading(self) -> Heading:
        """What stands above the rows."""
        ...

    def blocks(self, rows: int = BLOCK_ROWS) -> Iterator[Block]:
        """The rows, ``rows`` or fewer at a time."""
        ...


@dataclass(frozen=True, slots=True)
class Heading:
    """What is known of a table before its rows are read.

    Parameters
    ----------
    columns : tuple of str
        Names, as many as the widest row has cells.
    above : tuple of tuple
        Rows above the header: titles.
    named : bool
        Whether the names stand in the file, or were made up.
    rows : int
        How many rows follow.
    sample : tuple of tuple of str
        Cells of the first rows, as text.
    delimiter : str
        Of delimited text; nothing elsewhere.
    newline : str
        Its line end.
    width : int
        How many columns the header itself names.
    raw : tuple of str
        Titles and header as they stand in delimited text.
    """

    columns: tuple[str, ...]
    above: tuple[tuple[Any, ...], ...] = ()
    named: bool = True
    rows: int = 0
    sample: tuple[tuple[str, ...], ...] = ()
    delimiter: str = ""
    newline: str = "\n"
    width: int = 0
    raw: tuple[str, ...] = ()


def as_text(value: object) -> str:
    """A cell's value as text.

    Parameters
    ----------
    value : object
        Text, number, date or nothing.

    Returns
    -------
    str
        Whole numbers without a point, nothing as an empty string.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list | dict):
        import json

        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def writable(text: str) -> str:
    """Text that can be written as UTF-8.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        With half surrogate pairs as escapes.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def unique_names(names: Sequence[str]) -> list[str]:
    """Names that tell columns apart, for kinds of files that need that.

    Parameters
    ----------
    names : sequence of str
        Names that may be empty, or the same.

    Returns
    -------
    list of str
        As many, all different.
    """
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
