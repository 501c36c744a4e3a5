"""The most frequent among more different phrases than memory should hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Frequent:
    """Counts of the phrases that were seen most often: the summary of Misra and Gries (1982), which can be merged (Agarwal et al. 2012).

    A count is never too high and too low by ``missed`` at most. The same phrases in the same order give the same counts.

    Parameters
    ----------
    capacity : int
        So many phrases are kept; twice as many are held in between.
    """

    __slots__ = ("capacity", "counts", "missed")

    def __init__(self, capacity: int = 1000) -> None:
        self.capacity = capacity
        self.counts: dict[str, int] = {}
        self.missed = 0

    def add(self, phrases: Iterable[str]) -> None:
        """Count phrases.

        Parameters
        ----------
        phrases : iterable of str
            One each time it was seen.
        """
        counts = self.counts
        for phrase in phrases:
            counts[phrase] = counts.get(phrase, 0) + 1
        if len(counts) > 2 * self.capacity:
            self._prune()

    def merge(self, other: Frequent) -> None:
        """Take in what was counted elsewhere.

        Parameters
        ----------
        other : Frequent
            It stays as it is.
        """
        for phrase, count in other.counts.items():
            self.counts[phrase] = self.counts.get(phrase, 0) + count
        self.missed += other.missed
        if len(self.counts) > 2 * self.capacity:
            self._prune()

    def _prune(self) -> None:
        """Keep the most frequent; what the first of the others had is taken from each of them."""
        ordered = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        level = ordered[self.capacity][1]
        self.missed += level
        self.counts = {phrase: count - level for phrase, count in ordered[: self.capacity] if count > level}

    def to_json(self) -> list[Any]:
        """What ``from_json`` takes.

        Returns
        -------
        list
            Capacity, what may be missed, and the counts.
        """
        return [self.capacity, self.missed, self.counts]

    @classmethod
    def from_json(cls, written: list[Any]) -> Frequent:
        """The counts as they were.

        Parameters
        ----------
        written : list
            As ``to_json`` gave it.

        Returns
        -------
        Frequent
            Counting goes on from there.
        """
        capacity, missed, counts = written
        frequent = cls(capacity)
        frequent.missed, frequent.counts = missed, dict(counts)
        return frequent
