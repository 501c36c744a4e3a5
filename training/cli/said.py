"""What the commands of training say beside their results."""

from __future__ import annotations

import sys

from classifier import messages


def say(line: str) -> None:
    """Tell a person something.

    Parameters
    ----------
    line : str
        Goes to standard error.
    """
    print(line, file=sys.stderr)


def tell(step: str, *, done: int = 0, total: int = 0) -> None:
    """Tell how far a training is; see ``training.progress``.

    Parameters
    ----------
    step : str
        What is being done.
    done, total : int
        How much of it.
    """
    say(messages.text(f"progress_{step}", done=f"{done:,}", total=f"{total:,}"))
