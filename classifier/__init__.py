"""Reads a Chinese narrative of a fraud and tells the type of scam and the phrases that support it.

The public names of the library stand here and load when they are used; importing this package imports nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifier.classifier import ScamClassifier
    from classifier.errors import (
        CaseFileError,
        EngineError,
        InputError,
        ModelDamaged,
        ModelError,
        ModelNotFound,
        ModelTooNew,
        OutputError,
        ScamtypeError,
        WorkerDied,
    )
    from classifier.taxonomy import NOT_A_CASE, Category, Taxonomy, load_taxonomy
    from classifier.verdict import Cue, Verdict

__version__ = "0.1.0"

__all__ = [
    "NOT_A_CASE",
    "CaseFileError",
    "Category",
    "Cue",
    "EngineError",
    "InputError",
    "ModelDamaged",
    "ModelError",
    "ModelNotFound",
    "ModelTooNew",
    "OutputError",
    "ScamClassifier",
    "ScamtypeError",
    "Taxonomy",
    "Verdict",
    "WorkerDied",
    "__version__",
    "load_taxonomy",
]

_HOMES = {
    "ScamClassifier": "classifier.classifier",
    **dict.fromkeys(("NOT_A_CASE", "Category", "Taxonomy", "load_taxonomy"), "classifier.taxonomy"),
    **dict.fromkeys(("Cue", "Verdict"), "classifier.verdict"),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'classifier' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "classifier.errors")), name)


def __dir__() -> list[str]:
    return sorted(__all__)
