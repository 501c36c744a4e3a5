"""From terms to margins: the tf-idf and the linear model of training, from the exported arrays alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from classifier import terms
from classifier.model import Model
from classifier.words import cutter


@dataclass(frozen=True, slots=True)
class Scored:
    """A text with its margins and all that is needed to explain them.

    Parameters
    ----------
    words : list of str
        Words of the normalised text.
    occurrences : tuple of ndarray of int32
        For each family the row of every occurrence in the model, in the order of the text, -1 where the model does not know it.
    rows : ndarray of int64, shape (n_known,)
        The different known terms.
    counts : ndarray of int64, shape (n_known,)
        How often each occurs.
    values : ndarray of float32, shape (n_known,)
        Their tf-idf, of Euclidean length 1.
    margins : ndarray of float32, shape (n_classes,)
        What the linear model gives.
    """

    words: list[str]
    occurrences: tuple[NDArray[np.int32], ...]
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    values: NDArray[np.float32]
    margins: NDArray[np.float32]


class Scorer:
    """Margins of normalised texts under one model.

    Parameters
    ----------
    model : Model
        The model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._cut = cutter()
        self._lookups, first = [], 0
        for family in model.vocabulary:
            self._lookups.append(dict(zip(family, range(first, first + len(family)), strict=True)).get)
            first += len(family)

    @cached_property
    def names(self) -> list[str]:
        """The terms with their family's mark, in the order of the model's rows."""
        marked = zip(terms.FAMILIES, self.model.vocabulary, strict=True)
        return [mark + term for mark, family in marked for term in family]

    def score(self, text: str) -> Scored:
        """Margins of one text.

        Parameters
        ----------
        text : str
            A normalised text.

        Returns
        -------
        Scored
            With margins equal to those of the scikit-learn pipeline.
        """
        words = self._cut(text)
        occurrences = tuple(
            np.fromiter(map(lookup, family, repeat(-1)), dtype=np.int32)
            for lookup, family in zip(self._lookups, terms.families(text, words), strict=True)
        )
        found = np.concatenate(occurrences)
        rows, counts = _distinct(found[found >= 0])
        values = (np.log(counts.astype(np.float32)) + np.float32(1)) * self.model.idf[rows]
        length = np.sqrt(values @ values)
        if length > 0:
            values /= length
        margins = values @ self.model.coef[rows] + self.model.intercept
        return Scored(words, occurrences, rows, counts, values, margins)


def _distinct(found: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # np.unique with counts, without its overhead: half of the time of a short text.
    found.sort()
    if not len(found):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first = np.concatenate(([True], found[1:] != found[:-1]))
    starts = np.flatnonzero(first)
    return found[starts].astype(np.int64), np.diff(np.append(starts, len(found)))
