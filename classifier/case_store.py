"""The user's own labelled cases, kept for every training to come: one SQLite file that only its owner can read.

Cases come from files (``scamtype train --add``) and as corrections of verdicts, which wait until somebody approves them. A text is there once,
whatever its script and punctuation, and once more while a correction of it waits; the types that the user has declared are kept beside the cases.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections import Counter
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
VERSION = 2
#: By this SQLite tells that a file is a store, and no other program's database.
_APPLICATION = int.from_bytes(b"scam", "big")
APPROVED, WAITING = "approved", "waiting"
#: Seconds that one process waits for another which writes.
_PATIENCE = 10.0

_CASES = """
create table cases (
    number integer primary key autoincrement, letters text not null, text text not null, category text not null, status text not null,
    source text not null, row integer, added text not null, batch text not null, predicted text, model text, note text not null,
    unique (letters, status)
)
"""
_TYPES = "create table types (code text primary key, entry text not null)"
#: What makes a store of the version before into one of the next, by that version. The first held one case of a text, approved or waiting.
_STEPS = {
    0: (_CASES, _TYPES),
    1: (
        "alter table cases rename to former",
        _CASES,
        "insert into cases ({columns}) select {columns} from former",
        # Numbers that were given and taken back are not given again.
        "delete from sqlite_sequence where name = 'cases'",
        "update sqlite_sequence set name = 'cases' where name = 'former'",
        "drop table former",
    ),
}


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
    relabelled : int
        How many were there with another label, which gave way.
    contradicting : list of (NewCase, StoredCase)
        Those that were there with another label, which stays.
    """

    new: int = 0
    known: int = 0
    relabelled: int = 0
    contradicting: list[tuple[NewCase, StoredCase]] = field(default_factory=list)


class CaseStore:
    """A store of cases; a context manager. Every method is one transaction, and may be called from any thread.

    Parameters
    ----------
    path : path, optional
        The user's own by default.
    create : bool
        Make one where there is none.

    Raises
    ------
    InputError
        If it is missing and not to be made, no store, damaged, or of a newer version.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, create: bool = True) -> None:
        self.path = Path(path) if path is not None else default_path()
        self._lock, self._depth = threading.RLock(), 0
        if not create and not self.path.exists():
            raise InputError("store_missing", path=self.path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self._connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise InputError("store_failed", path=self.path, reason=getattr(error, "strerror", None) or type(error).__name__) from error
        try:
            self._open()
            if self.path.stat().st_mode & 0o077:
                self.path.chmod(0o600)
        except OSError as error:
            self._connection.close()
            raise InputError("store_failed", path=self.path, reason=error.strerror) from error
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        with self.transaction():
            version, application, tables = (
                self._connection.execute(asked).fetchone()[0]
                for asked in ("pragma user_version", "pragma application_id", "select group_concat(name) from sqlite_master where type = 'table'")
            )
            # The first version had no application id, and is known by its tables.
            if application != _APPLICATION and tables and not (version == 1 and {"cases", "types"} <= set(tables.split(","))):
                raise InputError("store_foreign", path=self.path)
            if version > VERSION:
                raise InputError("store_too_new", path=self.path, version=version, known=VERSION)
            for step in range(version, VERSION) if tables else (0,):
                for statement in _STEPS[step]:
                    self._connection.execute(statement.format(columns=f"letters, {_COLUMNS}"))
            self._connection.execute(f"pragma user_version = {VERSION}")
            self._connection.execute(f"pragma application_id = {_APPLICATION}")

    def __enter__(self) -> CaseStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done within, or nothing, whatever happens meanwhile.

        Raises
        ------
        InputError
            If the store cannot be written or read, in one line.
        """
        with self._lock:
            if self._depth:  # a part of a larger one
                yield
                return
            try:
                self._connection.execute("begin immediate")
                self._depth += 1
                try:
                    yield
                except BaseException:
                    self._connection.execute("rollback")
                    raise
                finally:
                    self._depth -= 1
                self._connection.execute("commit")
            except sqlite3.OperationalError as error:
                key = "store_busy" if "locked" in str(error) else "store_failed"
                raise InputError(key, path=self.path, reason=type(error).__name__) from error
            except sqlite3.DatabaseError as error:
                raise InputError("store_damaged", path=self.path) from error

    def add(self, cases: Iterable[NewCase], *, relabel: bool = False) -> Added:
        """Add cases, all of them or, if anything fails, none.

        An approved case takes the place of one with its letters that waits. One that waits stays beside an approved one with another label, whose
        correction it is, and takes the place of an earlier correction.

        Parameters
        ----------
        cases : iterable of NewCase
            Of several with the same letters and label the first is kept.
        relabel : bool
            Let an approved case take the place of one that is there with another label.

        Returns
        -------
        Added
            What became of them.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        counts, contradicting = Counter[str](), []
        with self.transaction():
            for case in cases:
                key = sha256(letters_of(case.text).encode("utf-8", "surrogatepass")).hexdigest()
                there = {stored.status: stored for stored in self._select("where letters = ?", (key,))}
                approved, waiting = there.get(APPROVED), there.get(WAITING)
                if any(stored.category == case.category for stored in (approved, waiting if case.status == WAITING else None) if stored):
                    counts["known"] += 1
                    continue
                if case.status == APPROVED and approved and not relabel:
                    contradicting.append((case, approved))
                    continue
                for stored in (approved if case.status == APPROVED else None, waiting):
                    if stored:
                        self._connection.execute("delete from cases where number = ?", (stored.number,))
                self._insert(key, now, case)
                counts["relabelled" if case.status == APPROVED and approved else "new"] += 1
        return Added(counts["new"], counts["known"], counts["relabelled"], contradicting)

    def _insert(self, key: str, now: str, case: NewCase) -> None:
        values = [_text(case.text), *(getattr(case, name) for name in _GIVEN[1:])]
        marks = ", ".join("?" * (len(values) + 2))
        self._connection.execute(f"insert into cases (letters, added, {', '.join(_GIVEN)}) values ({marks})", (key, now, *values))

    def _select(self, where: str, values: tuple[Any, ...]) -> list[StoredCase]:
        return [_stored(row) for row in self._connection.execute(f"select {_COLUMNS} from cases {where} order by number", values)]

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
        where = "where " + " and ".join(f"{name} = ?" for name in asked) if asked else ""
        with self.transaction():
            return self._select(where, tuple(asked.values()))

    def approve(self, numbers: Iterable[int]) -> int:
        """Let cases that wait be trained on; each takes the place of an approved one with its letters.

        Parameters
        ----------
        numbers : iterable of int
            Which.

        Returns
        -------
        int
            How many of these waited.
        """
        former = f"letters = (select letters from cases where status = '{WAITING}' and number = ?)"
        with self.transaction():
            wanted = list(dict.fromkeys(numbers))
            self._change(f"delete from cases where status = '{APPROVED}' and {former}", wanted)
            return self._change(f"update cases set status = '{APPROVED}' where status = '{WAITING}' and number = ?", wanted)

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
        with self.transaction():
            return sum(self._connection.execute(statement, (number,)).rowcount for number in dict.fromkeys(numbers))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many cases there are.

        Returns
        -------
        dict of (str, str) to int
            By category and status.
        """
        with self.transaction():
            rows = self._connection.execute("select category, status, count(*) from cases group by category, status order by 1, 2")
            return {(category, status): number for category, status, number in rows}

    def corrections(self) -> list[tuple[str, str, int]]:
        """What was corrected into what.

        Returns
        -------
        list of (str, str, int)
            What the model had said, what it is, how often; the most frequent first.
        """
        with self.transaction():
            return self._connection.execute(
                "select predicted, category, count(*) from cases where predicted is not null group by predicted, category order by 3 desc, 1, 2"
            ).fetchall()

    def declare(self, entries: Sequence[dict[str, Any]]) -> None:
        """Keep types that the user has declared; one with the same code takes the other's place.

        Parameters
        ----------
        entries : sequence of dict
            As they stand in a taxonomy file, each with its ``code``.
        """
        with self.transaction():
            for entry in entries:
                self._connection.execute("insert or replace into types values (?, ?)", (entry["code"], json.dumps(entry, ensure_ascii=False)))

    def withdraw(self, code: str) -> None:
        """Forget a type that the user has declared.

        Parameters
        ----------
        code : str
            Its code.

        Raises
        ------
        InputError
            If nobody declared it, or cases have it.
        """
        with self.transaction():
            if cases := self.cases(category=code):
                raise InputError("type_has_cases", code=code, cases=len(cases))
            if not self._connection.execute("delete from types where code = ?", (code,)).rowcount:
                raise InputError("type_not_declared", code=code, known=", ".join(entry["code"] for entry in self.declared()) or "–")

    def declared(self) -> list[dict[str, Any]]:
        """The types that the user has declared.

        Returns
        -------
        list of dict
            In the order of their codes.
        """
        with self.transaction():
            return [json.loads(entry) for (entry,) in self._connection.execute("select entry from types order by code")]


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
