"""What a long training tells of how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Is told what is being done, and of what takes long how much of it is done."""

    def __call__(self, step: str, *, done: int = 0, total: int = 0) -> None:
        """Take a step.

        Parameters
        ----------
        step : str
            What is being done; its words stand in the messages as ``progress_`` and this.
        done, total : int
            How much of it; both 0 at its beginning.
        """


def silent(step: str, *, done: int = 0, total: int = 0) -> None:
    """Tell nothing.

    Parameters
    ----------
    step : str
        What is being done.
    done, total : int
        How much of it.
    """
