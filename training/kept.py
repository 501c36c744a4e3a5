"""A trained model kept as a version, with the comparison that it came out of."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from classifier import messages
from classifier.model import Model
from classifier.versions import Version, keep
from training.gate import Comparison
from training.gate_text import page

#: The comparison with its texts, in a version's folder.
PAGE = "comparison.html"


def keep_version(model: Model, documents: dict[str, str], comparison: Comparison, parent: str) -> Version:
    """Keep a model as one of the user's versions.

    Parameters
    ----------
    model : Model
        As training gave it.
    documents : dict of str to str
        Files for people, by name.
    comparison : Comparison
        With the model in use.
    parent : str
        That model's title.

    Returns
    -------
    Version
        Not promoted yet.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with tempfile.TemporaryDirectory() as workshop:
        folder = Path(workshop) / "model"
        model.save(folder, {name: text for name, text in documents.items() if name != "run.json"})
        shown = page(comparison, model.taxonomy, messages.text("gate_title", parent=parent))
        for name, text in {**documents, PAGE: shown}.items():
            if not (folder / name).exists():
                with os.fdopen(os.open(folder / name, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as stream:
                    stream.write(text)
        return keep(folder, parent=parent, figures=comparison.figures(), fell=comparison.fell)
