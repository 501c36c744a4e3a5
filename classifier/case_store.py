"""The user's own labelled cases, kept for every training to come: one SQLite file that only its owner can read.

Cases come from files (``scamtype train --add``) and as corrections of verdicts, which wait until somebody approves them. A text is there once,
whatever its script and punctuation; the types that the user has declared are kept beside the cases.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from classifier.errors import InputError
from classifier.loading import user_data_folder
from classifier.normalise import letters_of

#: Raised when a table changes its meaning; a store of a newer version is refused.
VERSION = 1
APPROVED, WAITING = "approved", "waiting"
#: Seconds that one process waits for another which writes.
_PATIENCE = 10.0

_SCHEMA = """
create table cases (
    number integer primary key autoincrement, letters text not null unique, text text not null, category text not null, status text not null,
    source text not null, row integer, added text not null, batch text not null, predicted text, model text, note text not null
);
create table types (code text primary key, entry text not null);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case that is not in the store yet.

    Parameters
    ----------
    text : str
        The narrative.
    category : str
        A code, or ``"not_a_case"``.
    status : {"approved", "waiting"}
        Only approved ones are trained on.
    source : str
        Name of the file, or what else it comes from; never a path.
    row : int or None
        Its row there.
    batch : str
        Names one import.
    predicted, model : str or None
        Of a correction: what was said, and by which model.
    note : str
        For people.
    """

    text: str
    category: str
    status: str = APPROVED
    source: str = ""
    row: int | None = None
    batch: str = ""
    predicted: str | None = None
    model: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase(NewCase):
    """A case in the store.

    Parameters
    ----------
    number : int
        Names it; never given twice.
    added : str
        When it came, ISO 8601 in UTC.
    """

    number: int
    added: str


@dataclass(frozen=True)
class Added:
    """What became of cases that were added.

    Parameters
    ----------
    new : int
        How many were not there.
    known : int
        How many were there with the same label.
    contradicting : list of (NewCase, StoredCase)
        Those that were there with another label, which stays.
    """

    new: int = 0
    known: int = 0
    contradicting: list[tuple[NewCase, StoredCase]] = field(default_factory=list)


class CaseStore:
    """A store of cases; a context manager. Every method is one transaction, and may be called from any thread.

    Parameters
    ----------
    path : path, optional
        The user's own by default; made where there is none.

    Raises
    ------
    InputError
        If it is no store, damaged, or of a newer version.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self.path = Path(path) if path is not None else default_path()
        self._lock = threading.RLock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise InputError("store_failed", path=self.path, reason=getattr(error, "strerror", None) or type(error).__name__) from error
        try:
            self._open()
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        with self._transaction() as connection:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version > VERSION:
                raise InputError("store_too_new", path=self.path, version=version, known=VERSION)
            if version == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    connection.execute(statement)
                connection.execute(f"pragma user_version = {VERSION}")

    def __enter__(self) -> CaseStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, whatever happens meanwhile; errors as one line."""
        with self._lock:
            try:
                self._connection.execute("begin immediate")
                try:
                    yield self._connection
                except BaseException:
                    self._connection.execute("rollback")
                    raise
                self._connection.execute("commit")
            except sqlite3.OperationalError as error:
                key = "store_busy" if "locked" in str(error) else "store_failed"
                raise InputError(key, path=self.path, reason=type(error).__name__) from error
            except sqlite3.DatabaseError as error:
                raise InputError("store_damaged", path=self.path) from error

    def add(self, cases: Iterable[NewCase]) -> Added:
        """Add cases, all of them or, if anything fails, none.

        Parameters
        ----------
        cases : iterable of NewCase
            Of several with the same letters the first is kept.

        Returns
        -------
        Added
            What became of them. A case that waits gives way to an approved one.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        new, known, contradicting = 0, 0, []
        with self._transaction() as connection:
            for case in cases:
                key = sha256(letters_of(case.text).encode("utf-8", "surrogatepass")).hexdigest()
                there = connection.execute(f"select {_COLUMNS} from cases where letters = ?", (key,)).fetchone()
                stored = _stored(there) if there else None
                if stored is not None and (stored.status, case.status) == (WAITING, APPROVED):
                    connection.execute("delete from cases where number = ?", (stored.number,))
                    stored = None
                if stored is None:
                    values = [_text(case.text), *(getattr(case, name) for name in _GIVEN[1:])]
                    marks = ", ".join("?" * (len(values) + 2))
                    connection.execute(f"insert into cases (letters, added, {', '.join(_GIVEN)}) values ({marks})", (key, now, *values))
                    new += 1
                elif stored.category == case.category:
                    known += 1
                else:
                    contradicting.append((case, stored))
        return Added(new, known, contradicting)

    def cases(self, *, status: str | None = None, category: str | None = None, source: str | None = None) -> list[StoredCase]:
        """The cases, in the order in which they came.

        Parameters
        ----------
        status, category, source : str, optional
            Only those.

        Returns
        -------
        list of StoredCase
            As they are now.
        """
        asked = {name: value for name, value in (("status", status), ("category", category), ("source", source)) if value is not None}
        where = " where " + " and ".join(f"{name} = ?" for name in asked) if asked else ""
        with self._transaction() as connection:
            return [_stored(row) for row in connection.execute(f"select {_COLUMNS} from cases{where} order by number", tuple(asked.values()))]

    def approve(self, numbers: Iterable[int]) -> int:
        """Let cases that wait be trained on.

        Parameters
        ----------
        numbers : iterable of int
            Which.

        Returns
        -------
        int
            How many of these waited.
        """
        return self._change(f"update cases set status = '{APPROVED}' where status = '{WAITING}' and number = ?", numbers)

    def remove(self, numbers: Iterable[int]) -> int:
        """Forget cases.

        Parameters
        ----------
        numbers : iterable of int
            Which.

        Returns
        -------
        int
            How many of these were there.
        """
        removed = self._change("delete from cases where number = ?", numbers)
        with self._lock, suppress(sqlite3.Error):
            self._connection.execute("vacuum")  # what is forgotten does not stay in the file
        return removed

    def _change(self, statement: str, numbers: Iterable[int]) -> int:
        with self._transaction() as connection:
            return sum(connection.execute(statement, (number,)).rowcount for number in dict.fromkeys(numbers))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many cases there are.

        Returns
        -------
        dict of (str, str) to int
            By category and status.
        """
        with self._transaction() as connection:
            rows = connection.execute("select category, status, count(*) from cases group by category, status order by 1, 2")
            return {(category, status): number for category, status, number in rows}

    def corrections(self) -> list[tuple[str, str, int]]:
        """What was corrected into what.

        Returns
        -------
        list of (str, str, int)
            What the model had said, what it is, how often; the most frequent first.
        """
        with self._transaction() as connection:
            return connection.execute(
                "select predicted, category, count(*) from cases where predicted is not null group by predicted, category order by 3 desc, 1, 2"
            ).fetchall()

    def declare(self, entries: Sequence[dict[str, Any]]) -> None:
        """Keep types that the user has declared; one with the same code takes the other's place.

        Parameters
        ----------
        entries : sequence of dict
            As they stand in a taxonomy file, each with its ``code``.
        """
        with self._transaction() as connection:
            for entry in entries:
                connection.execute("insert or replace into types values (?, ?)", (entry["code"], json.dumps(entry, ensure_ascii=False)))

    def declared(self) -> list[dict[str, Any]]:
        """The types that the user has declared.

        Returns
        -------
        list of dict
            In the order of their codes.
        """
        with self._transaction() as connection:
            return [json.loads(entry) for (entry,) in connection.execute("select entry from types order by code")]


def default_path() -> Path:
    """Where the user's store is.

    Returns
    -------
    Path
        In the user's data folder.
    """
    return user_data_folder() / "cases.sqlite"


_GIVEN = tuple(each.name for each in fields(NewCase))
_STORED = tuple(each.name for each in fields(StoredCase))
_COLUMNS = ", ".join(_STORED)


def _stored(row: tuple[Any, ...]) -> StoredCase:
    return StoredCase(**dict(zip(_STORED, row, strict=True)))


def _text(text: str) -> str:
    """Half a surrogate pair cannot be stored; it says nothing either."""
    return text.encode("utf-8", "replace").decode("utf-8")
