"""Cases of the store as tables that go back into it with all that they tell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from classifier.case_store import StoredCase

#: The columns of an export, in their order.
COLUMNS = ("number", "text", "category", "status", "source", "row", "added", "predicted", "model", "note")


def plain_case(case: StoredCase) -> dict[str, object]:
    """A case as plain values.

    Parameters
    ----------
    case : StoredCase
        The case.

    Returns
    -------
    dict
        By ``COLUMNS``.
    """
    return {name: getattr(case, name) for name in COLUMNS}


def as_json_lines(cases: Iterable[StoredCase]) -> str:
    """An object a line.

    Parameters
    ----------
    cases : iterable of StoredCase
        The cases.

    Returns
    -------
    str
        JSON lines.
    """
    return "".join(json.dumps(plain_case(case), ensure_ascii=False) + "\n" for case in cases)


def as_csv(cases: Iterable[StoredCase]) -> str:
    """A table with a mark by which Excel knows UTF-8.

    Parameters
    ----------
    cases : iterable of StoredCase
        The cases.

    Returns
    -------
    str
        csv. Cells are as they are, since the table goes back into the store.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    writer.writerows(["" if value is None else value for value in plain_case(case).values()] for case in cases)
    return "\ufeff" + buffer.getvalue()
