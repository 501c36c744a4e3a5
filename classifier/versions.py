"""The user's own versions of the model, side by side, and which of them every command loads.

Each version is a model folder with a record of where it comes from. A small file says which were promoted, in their order: it is replaced as a
whole, so that whoever reads it finds the old or the new. A version is never changed, so whatever runs with one goes on with it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from classifier import model as models
from classifier.errors import InputError, ModelDamaged, OutputError
from classifier.loading import promotions, user_models

RECORD = "version.json"
#: The shipped model's name where versions are told of.
SHIPPED = "default"
#: Seconds that one process waits for another which promotes.
_PATIENCE = 10.0
#: Seconds after which what is half done was left behind.
_LEFT_BEHIND = 3600.0


@dataclass(frozen=True, kw_only=True)
class Version:
    """One of the user's versions.

    Parameters
    ----------
    name : str
        Date and the first letters of its corpus's hash.
    made : str
        ISO 8601, UTC.
    parent : str
        What was loaded when it was made.
    corpus : str
        SHA-256 of the cases that it was made of.
    cases : int
        How many these are.
    figures : dict
        What the comparison with its parent says, in numbers.
    fell : list of str
        Types that it reads worse than its parent by more than chance, or not at all any more.
    forced : str
        When and over which types it was promoted all the same.
    """

    name: str
    made: str
    parent: str
    corpus: str
    cases: int
    figures: dict[str, Any]
    fell: list[str]
    forced: str = ""

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return user_models() / self.name


def now() -> str:
    """The time as it stands in records.

    Returns
    -------
    str
        ISO 8601, UTC, to the second.
    """
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def keep(folder: Path, *, parent: str, figures: dict[str, Any], fell: Sequence[str] = ()) -> Version:
    """Keep a model as a version: a copy of its folder, complete before it has its name.

    Parameters
    ----------
    folder : Path
        A model folder.
    parent : str
        Title of the model that it would replace.
    figures : dict
        What the comparison with it says.
    fell : sequence of str
        Types that it reads worse.

    Returns
    -------
    Version
        Under a name that is not taken.

    Raises
    ------
    ModelError
        If the folder is no model.
    OutputError
        If it cannot be copied.
    """
    facts = models.read(folder).facts
    corpus = str(facts["corpus"]["sha256"])
    root = user_models()
    try:
        root.mkdir(parents=True, exist_ok=True)
        _clear(root)
        with tempfile.TemporaryDirectory(prefix=".new.", dir=root) as workshop:
            fresh = Path(workshop) / "model"
            shutil.copytree(folder, fresh)
            fresh.chmod(0o700)
            first = name = f"{now()[:10].replace('-', '')}-{corpus[:8]}"
            number = 2
            while (root / name).exists():
                name, number = f"{first}-{number}", number + 1
            version = Version(
                name=name,
                made=now(),
                parent=parent,
                corpus=corpus,
                cases=int(facts["corpus"]["cases"]),
                figures=figures,
                fell=list(fell),
            )
            _write(fresh / RECORD, asdict(version))
            fresh.rename(root / name)
    except OSError as error:
        raise OutputError("output_failed", path=root, reason=error.strerror or error) from error
    return version


def _clear(root: Path) -> None:
    """Take away what a process left half done that was killed long ago."""
    for path in [*root.glob(".new.*"), *root.glob(".gone.*")]:
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                shutil.rmtree(path)


def versions() -> list[Version]:
    """All versions.

    Returns
    -------
    list of Version
        The oldest first; without those whose record cannot be read.
    """
    found = []
    for path in user_models().glob(f"[!.]*/{RECORD}"):
        with suppress(ModelDamaged):
            found.append(_read(path.parent.name))
    return sorted(found, key=lambda version: (version.made, version.name))


def find(name: str) -> Version:
    """A version by its name.

    Parameters
    ----------
    name : str
        Or its beginning, if no other begins so.

    Returns
    -------
    Version
        With what is written of it.

    Raises
    ------
    InputError
        If there is none, or more than one.
    """
    every = versions()
    known = [version for version in every if version.name == name] or [version for version in every if name and version.name.startswith(name)]
    if len(known) != 1:
        raise InputError("version_unknown", name=name, known=", ".join(version.name for version in every) or "–")
    return known[0]


def promote(version: Version, *, fell: Sequence[str] = (), force: bool = False) -> Version:
    """Let every command that starts from now on load a version.

    Parameters
    ----------
    version : Version
        Which; it is read first, so that a damaged one cannot be promoted.
    fell : sequence of str
        Types that it reads worse than the model in use.
    force : bool
        Promote it although there are such types; that is written down.

    Returns
    -------
    Version
        As it is now written down.

    Raises
    ------
    ModelError
        If it cannot be read.
    InputError
        If it reads types worse and ``force`` is not given.
    """
    models.read(version.folder)
    if fell and not force:
        raise InputError("promotion_refused", name=version.name, types=", ".join(fell))
    with _alone():
        if fell:
            version = replace(version, forced=f"{now()} {', '.join(fell)}")
            _write(version.folder / RECORD, asdict(version))
        history = promotions()
        if [name for name, _ in history[-1:]] != [version.name]:
            _point([*history, (version.name, now())])
    return version


def rollback() -> str:
    """Go back to what was promoted before; it need not be readable that anybody goes back from it.

    Returns
    -------
    str
        Name of the version, or ``SHIPPED``, also where nobody can read any more what was promoted.

    Raises
    ------
    InputError
        If the shipped model is in use.
    """
    with _alone():
        try:
            history = promotions()
        except ModelDamaged:
            _point([])
            return SHIPPED
        if not history:
            raise InputError("nothing_promoted")
        _point(history[:-1])
        return history[-2][0] if len(history) > 1 else SHIPPED


def remove(version: Version) -> None:
    """Delete a version; ``rollback`` then passes it by.

    Parameters
    ----------
    version : Version
        Which.

    Raises
    ------
    InputError
        If it is the one in use.
    OutputError
        If it cannot be deleted.
    """
    with _alone():
        history = promotions()
        if [name for name, _ in history[-1:]] == [version.name]:
            raise InputError("version_in_use", name=version.name)
        if any(name == version.name for name, _ in history):
            without = [entry for entry in history if entry[0] != version.name]
            _point([entry for i, entry in enumerate(without) if entry[0] != without[i - 1][0] or not i])
        gone = user_models() / f".gone.{version.name}"
        try:
            version.folder.rename(gone)
            shutil.rmtree(gone)
        except OSError as error:
            raise OutputError("output_failed", path=version.folder, reason=error.strerror or error) from error


@contextmanager
def _alone() -> Iterator[None]:
    """Of two processes that read what is promoted and write it anew, one waits for the other."""
    root = user_models()
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / ".lock", timeout=_PATIENCE, mode=0o600):
            yield
    except Timeout as error:
        raise OutputError("output_failed", path=root, reason="locked") from error
    except OSError as error:
        raise OutputError("output_failed", path=root, reason=error.strerror or error) from error


def _read(name: str) -> Version:
    path = user_models() / name / RECORD
    try:
        return Version(**{**json.loads(path.read_text(encoding="utf-8")), "name": name})
    except (OSError, ValueError, TypeError) as error:
        raise ModelDamaged("model_file_damaged", path=path) from error


def _point(history: Sequence[tuple[str, str]]) -> None:
    _write(user_models() / "promoted.json", [{"name": name, "at": at} for name, at in history])


def _write(path: Path, value: object) -> None:
    """Replace a small file as a whole, safely on the disk."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(value, stream, ensure_ascii=False, indent=2)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise OutputError("output_failed", path=path, reason=error.strerror or error) from error
