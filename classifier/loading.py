"""Where models are found: named by the caller, by the environment, promoted by the user, or shipped with the package."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classifier.errors import ModelDamaged, ModelNotFound

ENVIRONMENT = "SCAMTYPE_MODEL"


def user_data_folder() -> Path:
    """The user's own folder for promoted models and stored cases.

    Returns
    -------
    Path
        As the platform has it (XDG on Linux); it need not exist.
    """
    from platformdirs import user_data_path

    return user_data_path("scamtype", appauthor=False)


def shipped_model() -> Path:
    """The model that travels with the package.

    Returns
    -------
    Path
        Inside the installed package, or ``models/default`` of the source tree.
    """
    package = Path(__file__).parent
    installed = package / "models" / "default"
    return installed if installed.is_dir() else package.parent / "models" / "default"


def model_folder(folder: str | os.PathLike[str] | None = None) -> Path:
    """The folder that ``load`` reads.

    Parameters
    ----------
    folder : path, optional
        Named by the caller: taken as it is.

    Returns
    -------
    Path
        Else the one in ``SCAMTYPE_MODEL``, else the one that the user promoted, else the shipped one.

    Raises
    ------
    ModelError
        If what the user promoted is not there.
    """
    if folder is not None:
        return Path(folder)
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    promoted = promoted_names()
    if not promoted:
        return shipped_model()
    if not (user_models() / promoted[-1] / "manifest.json").is_file():
        raise ModelNotFound("promoted_missing", path=user_models() / promoted[-1])
    return user_models() / promoted[-1]


def user_models() -> Path:
    """Where the user's own versions of the model stand.

    Returns
    -------
    Path
        It need not exist.
    """
    return user_data_folder() / "models"


def promoted_names() -> list[str]:
    """The versions that the user promoted.

    Returns
    -------
    list of str
        The one in use last; none where the shipped model is.

    Raises
    ------
    ModelDamaged
        If the file that says so cannot be read.
    """
    return [name for name, _ in promotions()]


def promotions() -> list[tuple[str, str]]:
    """The versions that the user promoted, and when; see ``classifier.versions``.

    Returns
    -------
    list of (str, str)
        Name and time (ISO 8601, UTC), the one in use last; none where the shipped model is.

    Raises
    ------
    ModelDamaged
        If the file that says so cannot be read.
    """
    path = user_models() / "promoted.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        found = [(entry, "") if isinstance(entry, str) else (entry["name"], entry["at"]) for entry in entries]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelDamaged("promoted_unreadable", path=path) from error
    if not isinstance(entries, list) or not all(isinstance(name, str) and name == Path(name).name for name, _ in found):
        raise ModelDamaged("promoted_unreadable", path=path)
    return found


def model_title(folder: Path, facts: Mapping[str, Any]) -> str:
    """What people call a model.

    Parameters
    ----------
    folder : Path
        Where it stands.
    facts : mapping
        What its manifest says.

    Returns
    -------
    str
        The folder's name, and by what the corpus is known that made it.
    """
    return f"{folder.resolve().name} {facts['corpus']['sha256'][:8]}"
