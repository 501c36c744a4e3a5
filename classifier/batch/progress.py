"""What a person sees while a batch runs: one line on a terminal that is written over, nothing on a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from classifier import messages

#: Seconds between two looks.
_EVERY = 0.2


class Progress:
    """The line.

    Parameters
    ----------
    stream : text stream
        Usually standard error.
    total : int
        How many rows there are.
    done : int
        How many of them an earlier run did.
    watch : callable, optional
        Is told how many are done and how many there are, whatever the stream is.
    """

    def __init__(self, stream: TextIO, total: int, done: int = 0, watch: Callable[[int, int], None] | None = None) -> None:
        self._watch = watch
        self._stream, self._total, self._done, self._before = stream, total, done, done
        self._shown = stream.isatty()
        self._began = time.monotonic()
        self._last = 0.0

    def add(self, rows: int, accepted: int, review: int) -> None:
        """Rows are done.

        Parameters
        ----------
        rows : int
            How many more.
        accepted, review : int
            How many of all rows were accepted, or are to be looked at.
        """
        self._done += rows
        if self._watch is not None:
            self._watch(self._done, self._total)
        now = time.monotonic()
        if not self._shown or now - self._last < _EVERY:
            return
        self._last = now
        rate = (self._done - self._before) / max(now - self._began, 1e-6)
        left = (self._total - self._done) / rate if rate else 0.0
        line = messages.text(
            "progress_batch",
            done=f"{self._done:,}",
            total=f"{self._total:,}",
            rate=f"{rate:,.0f}",
            left=f"{int(left) // 60}:{int(left) % 60:02d}",
            accepted=f"{accepted / max(self._done, 1):.0%}",
            review=f"{review / max(self._done, 1):.0%}",
        )
        self._stream.write(f"\r\x1b[K{line}")
        self._stream.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown and self._last:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
