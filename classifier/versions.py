"""The user's own versions of the model, side by side, and which of them every command loads.

Each version is a model folder with a record of where it comes from. A small file says which were promoted, in their order: it is replaced as a
whole, so that whoever reads it finds the old or the new. A version is never changed, so whatever runs with one goes on with it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifier import model as models
from classifier.errors import InputError, ModelDamaged, OutputError
from classifier.loading import promoted_names, user_models

RECORD = "version.json"
#: What the comparison says, in a folder that is no version yet.
COMPARED = "compared.json"
#: The shipped model's name where versions are told of.
SHIPPED = "default"


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
        Types that it reads worse than its parent by more than chance; such a version is promoted only by force.
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


def keep(folder: Path, *, parent: str, figures: dict[str, Any] | None = None, fell: list[str] | None = None) -> Version:
    """Keep a model as a version: a copy of its folder, complete before it has its name.

    Parameters
    ----------
    folder : Path
        A model folder.
    parent : str
        Title of the model that it would replace.
    figures : dict, optional
        What the comparison says; by default what is written of it in the folder.
    fell : list of str, optional
        Types that it reads worse; the same.

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
    written = compared(folder)
    try:
        root.mkdir(parents=True, exist_ok=True)
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
                figures=written["figures"] if figures is None else figures,
                fell=written["fell"] if fell is None else fell,
            )
            _write(fresh / RECORD, asdict(version))
            fresh.rename(root / name)
    except OSError as error:
        raise OutputError("output_failed", path=root, reason=error.strerror or error) from error
    return version


def compared(folder: Path) -> dict[str, Any]:
    """What a model folder says of how it compares with the model that was in use.

    Parameters
    ----------
    folder : Path
        A version, or what ``scamtype train -o`` wrote.

    Returns
    -------
    dict
        ``figures`` and ``fell``; both empty where nothing is written.

    Raises
    ------
    ModelDamaged
        If it cannot be read.
    """
    for path in (folder / RECORD, folder / COMPARED):
        try:
            written = json.loads(path.read_text(encoding="utf-8"))
            return {"figures": dict(written["figures"]), "fell": list(written["fell"])}
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelDamaged("model_file_damaged", path=path) from error
    return {"figures": {}, "fell": []}


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


def promote(version: Version, *, force: bool = False) -> Version:
    """Let every command that starts from now on load a version.

    Parameters
    ----------
    version : Version
        Which; it is read first, so that a damaged one cannot be promoted.
    force : bool
        Although it reads types worse than what it replaces; that is written down.

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
    if version.fell and not force:
        raise InputError("promotion_refused", name=version.name, types=", ".join(version.fell))
    if version.fell:
        version = replace(version, forced=f"{now()} {', '.join(version.fell)}")
        _write(version.folder / RECORD, asdict(version))
    history = promoted_names()
    if history[-1:] != [version.name]:
        _point([*history, version.name])
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
    try:
        history = promoted_names()
    except ModelDamaged:
        _point([])
        return SHIPPED
    if not history:
        raise InputError("nothing_promoted")
    _point(history[:-1])
    return history[-2] if len(history) > 1 else SHIPPED


def remove(version: Version) -> None:
    """Delete a version.

    Parameters
    ----------
    version : Version
        Which.

    Raises
    ------
    InputError
        If it is the one in use, or one to which ``rollback`` may come.
    """
    if version.name in promoted_names():
        raise InputError("version_in_use", name=version.name)
    gone = user_models() / f".gone.{version.name}"
    try:
        version.folder.rename(gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise OutputError("output_failed", path=version.folder, reason=error.strerror or error) from error


def _read(name: str) -> Version:
    path = user_models() / name / RECORD
    try:
        return Version(**{**json.loads(path.read_text(encoding="utf-8")), "name": name})
    except (OSError, ValueError, TypeError) as error:
        raise ModelDamaged("model_file_damaged", path=path) from error


def _point(history: list[str]) -> None:
    _write(user_models() / "promoted.json", history)


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
