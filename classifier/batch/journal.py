"""The output while it grows: finished parts beside it, and a journal that says how far they go; a killed run is taken up from there.

The journal is a small file that is replaced as a whole, so there is always a sound one. Whatever stands in the spool beyond what it says
is cut off. Both are private to the user and gone at the end.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from classifier.errors import OutputError

#: Raised when a journal of an older program cannot be taken up.
FORMAT = 1
#: Names longer than this (in bytes) have no room for what is put before and after them.
_LONGEST_NAME = 200
#: A journal is written so seldom that it takes no more than this part of the time.
_SHARE = 0.02


@dataclass(slots=True)
class State:
    """How far a run has come.

    Parameters
    ----------
    parts : int
        Parts that stand in the spool.
    size : int
        Its bytes.
    complete : bool
        All parts are there.
    facts : dict
        What the run wants to know again: its totals.
    """

    parts: int = 0
    size: int = 0
    complete: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


class Journal:
    """One output of one run; a context manager that holds it against other runs.

    Parameters
    ----------
    target : Path
        Where the output shall stand.
    fingerprint : dict of str to str
        Hashes of what the bytes depend on, by what they are of: ``inputs``, ``model``, ``options``.
    resume, force : bool
        Take up what was left, or throw it away.
    every : float
        Seconds between two entries, at least.

    Raises
    ------
    OutputError
        If another run works on it, something was left and neither is wanted, or what was left is not of the same run.
    """

    def __init__(self, target: Path, fingerprint: dict[str, str], *, resume: bool, force: bool, every: float = 2.0) -> None:
        self.target = target
        self.fingerprint = fingerprint
        self.resume, self.force, self.every = resume, force, every
        self.spool, self.file, self.lock, self.workshop = (beside(target, ending) for ending in ("part", "journal", "lock", "work"))
        self.state = State()
        self._stream: IO[bytes] | None = None
        self._last = time.monotonic()
        self._pause = every

    def __enter__(self) -> Journal:
        from filelock import FileLock, Timeout

        if not self.target.parent.is_dir():
            raise OutputError("output_failed", path=self.target, reason=os.strerror(errno.ENOENT))
        self._held = FileLock(str(self.lock), timeout=0, mode=0o600)
        try:
            self._held.acquire()
        except Timeout as error:
            if not self.lock.exists():  # nobody holds it: it cannot be made
                raise OutputError("output_failed", path=self.target, reason=os.strerror(errno.EACCES)) from error
            raise OutputError("output_busy", path=self.target) from error
        except OSError as error:
            raise OutputError("output_failed", path=self.target, reason=error.strerror or error) from error
        try:
            self._begin()
        except BaseException:
            self._let_go()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
        if kind is not None and not self.state.parts and not self.state.complete:
            self.discard()  # nothing was finished, so nothing is lost
        self._let_go()

    def _let_go(self) -> None:
        with suppress(OSError):
            self.lock.unlink()
        self._held.release()

    def _begin(self) -> None:
        left = self.file.exists() or self.spool.exists()
        if left and not self.resume and not self.force:
            raise OutputError("output_left", path=self.target)
        if self.target.exists() and not self.force and not (left and self.resume):
            raise OutputError("output_exists", path=self.target)
        if left and self.resume:
            self.state = self._read()
        elif left:
            self.discard()
        try:
            if self.state.complete and not self.spool.exists():
                return  # ended between the renaming and the clearing away
            number = os.open(self.spool, os.O_CREAT | os.O_RDWR, 0o600)
            self._stream = os.fdopen(number, "r+b")
            if self._stream.seek(0, os.SEEK_END) < self.state.size:
                raise OutputError("journal_unsound", path=self.target)
            self._stream.truncate(self.state.size)
            self._stream.seek(self.state.size)
        except OSError as error:
            raise OutputError("output_failed", path=self.target, reason=error.strerror or error) from error

    def _read(self) -> State:
        try:
            written = json.loads(self.file.read_bytes())
            fingerprint, state = written["fingerprint"], State(**written["state"])
        except FileNotFoundError:
            return State()  # killed before the first entry
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise OutputError("journal_unsound", path=self.target) from error
        for what in ("inputs", "model", "options"):
            if fingerprint.get(what) != self.fingerprint.get(what):
                raise OutputError(f"changed_{what}", path=self.target)
        return state

    def append(self, content: bytes) -> None:
        """Add a part.

        Parameters
        ----------
        content : bytes
            The part.

        Raises
        ------
        OutputError
            If there is no room for it.
        """
        assert self._stream is not None
        try:
            self._stream.write(content)
        except OSError as error:
            raise self._stopped(error) from error
        self.state.size += len(content)

    def commit(self, facts: Callable[[], dict[str, Any]], *, now: bool = False, complete: bool = False) -> None:
        """Enter into the journal how far the spool goes, if it is time.

        Parameters
        ----------
        facts : callable
            Gives what the run wants to know again.
        now : bool
            It is time.
        complete : bool
            All parts are there.

        Raises
        ------
        OutputError
            If there is no room for it.
        """
        began = time.monotonic()
        if not now and began - self._last < self._pause:
            return
        self.state.complete, self.state.facts = complete, facts()
        written = {"format": FORMAT, "fingerprint": self.fingerprint, "state": {name: getattr(self.state, name) for name in State.__slots__}}
        assert self._stream is not None
        try:
            self._stream.flush()
            os.fsync(self._stream.fileno())
            fresh = beside(self.target, "entry")
            with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(json.dumps(written).encode())
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(self.file)
        except OSError as error:
            raise self._stopped(error) from error
        self._last = time.monotonic()
        self._pause = max(self.every, (self._last - began) / _SHARE if self.every else 0)

    def finish(self, make: Callable[[Path, Path], Path]) -> None:
        """Let the output take its place.

        Parameters
        ----------
        make : callable
            Makes the file of the spool, given that and a private folder, and says where it is.

        Raises
        ------
        OutputError
            If it cannot.
        """
        if self._stream is not None:
            self._stream.close()
            try:
                shutil.rmtree(self.workshop, ignore_errors=True)
                self.workshop.mkdir(mode=0o700)
                ready = make(self.spool, self.workshop)
                settle(ready, self.target)
            except OSError as error:
                raise self._stopped(error) from error
        self.discard()

    def discard(self) -> None:
        """Clear away what stands beside the output."""
        shutil.rmtree(self.workshop, ignore_errors=True)
        for path in (self.spool, beside(self.target, "entry"), self.file):
            with suppress(FileNotFoundError):
                path.unlink()

    def _stopped(self, error: OSError) -> OutputError:
        return OutputError("output_stopped", path=self.target, reason=error.strerror or error)


def beside(target: Path, ending: str) -> Path:
    """A hidden name beside a file.

    Parameters
    ----------
    target : Path
        The file.
    ending : str
        What tells it from others.

    Returns
    -------
    Path
        In the same folder.
    """
    name = target.name if len(target.name.encode()) <= _LONGEST_NAME else sha256(target.name.encode()).hexdigest()[:32]
    return target.with_name(f".{name}.{ending}")


def settle(ready: Path, target: Path) -> None:
    """Let what was private take its place as a file like any other that the user makes, safely on the disk.

    Parameters
    ----------
    ready : Path
        The file, in the same file system.
    target : Path
        Its place.

    Raises
    ------
    OSError
        If it cannot.
    """
    mask = os.umask(0o077)
    os.umask(mask)
    ready.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~mask)
    with ready.open("rb") as stream:
        os.fsync(stream.fileno())
    ready.replace(target)
    with suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
