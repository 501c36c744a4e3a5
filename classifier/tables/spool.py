"""Rows of values as lines of text, for kinds of files that can only be written from beginning to end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any


def to_line(values: Sequence[Any]) -> str:
    """A row as a line.

    Parameters
    ----------
    values : sequence
        Text, numbers, dates, times or nothing.

    Returns
    -------
    str
        With its end.
    """
    return json.dumps(values, default=_tagged) + "\n"


def _tagged(value: object) -> dict[str, object]:
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, datetime | date | time):
        return {type(value).__name__: value.isoformat()}
    return {"str": str(value)}


_READ: dict[str, Callable[[Any], Any]] = {
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "str": str,
}


def from_line(line: bytes) -> list[Any]:
    """A row of a line.

    Parameters
    ----------
    line : bytes
        As ``to_line`` gave it.

    Returns
    -------
    list
        The values.
    """
    values: list[Any] = json.loads(line)
    return [_value(value) if isinstance(value, dict) else value for value in values]


def _value(tagged: dict[str, Any]) -> Any:
    ((kind, written),) = tagged.items()
    value = _READ[kind](written)
    return value.replace(tzinfo=None) if isinstance(value, datetime | time) else value
