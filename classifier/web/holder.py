"""The model that a server has loaded: another that is promoted meanwhile takes its place between two requests."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from classifier.classifier import ScamClassifier
from classifier.errors import ModelError
from classifier.loading import model_folder, model_title

#: Seconds between two looks at what is promoted.
_EVERY = 1.0


@dataclass(frozen=True)
class Held:
    """A model and what it is called.

    Parameters
    ----------
    classifier : ScamClassifier
        The model.
    folder : Path
        Where it stands.
    title : str
        What people call it.
    """

    classifier: ScamClassifier
    folder: Path
    title: str


class Holder:
    """Holds the model in use.

    Parameters
    ----------
    folder : str or None
        A model folder; by default what is promoted.

    Raises
    ------
    ModelError
        If it cannot be read now; later such a one leaves the model in use where it is.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._asked = folder
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._mark = self._seen()
        self._held = self._load()
        #: What keeps the model that is promoted from being used; empty if nothing does.
        self.fault = ""

    def get(self) -> Held:
        """The model to answer a request with.

        Returns
        -------
        Held
            The same for the whole of the request; the next may have another.
        """
        if time.monotonic() - self._looked >= _EVERY and self._lock.acquire(blocking=False):
            try:
                self._looked = time.monotonic()
                self._look()
            finally:
                self._lock.release()
        return self._held

    def _look(self) -> None:
        try:
            mark = self._seen()
            if mark != self._mark:
                self._held = self._load()
                self._mark = mark
            self.fault = ""
        except ModelError as error:
            self.fault = error.key

    def _seen(self) -> tuple[str, float, int]:
        folder = model_folder(self._asked)
        try:
            state = (folder / "manifest.json").stat()
        except OSError:
            return str(folder), 0.0, 0
        return str(folder), state.st_mtime, state.st_ino

    def _load(self) -> Held:
        folder = model_folder(self._asked)
        classifier = ScamClassifier.load(folder)
        return Held(classifier, folder, model_title(folder, classifier.model.facts))
