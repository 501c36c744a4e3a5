"""The exceptions of the library: one tree, one base to catch.

::

    ScamtypeError
     ├─ InputError        what was given cannot be read: a file, an encoding, a column, a label
     │   └─ CaseFileError a file of labelled cases is wrong in a row
     ├─ OutputError       what was asked for cannot be written there
     ├─ EngineError       a cluster that was asked for cannot be used
     ├─ WorkerDied        a process that worked for us ended again and again
     └─ ModelError        a model folder cannot be used
         ├─ ModelNotFound
         ├─ ModelDamaged  a file is missing, has another size or hash, or does not fit the others
         └─ ModelTooNew   the format, normaliser or taxonomy is one that this version does not know

Every message says what, where and what to do, in one line, in the language asked for; none repeats a narrative.
"""

from __future__ import annotations

from classifier import messages


class ScamtypeError(Exception):
    """Base of all exceptions that the library raises on purpose.

    Parameters
    ----------
    key : str
        Name of the message in ``data/messages.toml``.
    **values : object
        What the message names.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return messages.text(self.key, **self.values)


class InputError(ScamtypeError):
    """What was given cannot be read."""


class CaseFileError(InputError):
    """A file of labelled cases is wrong in a row."""


class OutputError(ScamtypeError):
    """What was asked for cannot be written there."""


class EngineError(ScamtypeError):
    """A cluster that was asked for cannot be used."""


class WorkerDied(ScamtypeError):
    """A process that worked for us ended again and again, for want of memory perhaps."""


class ModelError(ScamtypeError):
    """A model folder cannot be used."""


class ModelNotFound(ModelError):
    """There is no model in the folder."""


class ModelDamaged(ModelError):
    """A file of the model is missing, changed, or does not fit the others."""


class ModelTooNew(ModelError):
    """The model was made for another version of this program."""
