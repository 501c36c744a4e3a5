"""From bulletins to a labelled corpus to a fitted model. Imports classifier, never the other way round."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.bulletins import segment
    from training.cases import Case, read_cases
    from training.corpus import build_corpus, shipped_cases
    from training.evaluation import evaluate
    from training.fitting import fit

__all__ = ["Case", "build_corpus", "evaluate", "fit", "read_cases", "segment", "shipped_cases"]

_HOMES = {
    "Case": "training.cases",
    "build_corpus": "training.corpus",
    "evaluate": "training.evaluation",
    "fit": "training.fitting",
    "read_cases": "training.cases",
    "segment": "training.bulletins",
    "shipped_cases": "training.corpus",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'training' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
