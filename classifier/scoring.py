"""From terms to margins: the tf-idf and the linear model of training, from the exported arrays alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from classifier import terms
from classifier.model import Model
from classifier.normalise import code_points
from classifier.words import cutter

#: Terms are made of characters below this code point.
_PLANE = 0x10000
#: Counts below this have their logarithm in a table.
_COUNTED = 64


@dataclass(frozen=True, slots=True)
class Scored:
    """A text with its margins and all that is needed to explain them.

    Parameters
    ----------
    words : list of str
        Words of the normalised text.
    in_words : ndarray of int32, shape (n_words,)
        For each word its row in the model, ``n_terms`` where the model does not know it.
    in_characters : ndarray of int32, shape (n_characters,)
        The same for each character.
    in_pairs : ndarray of int32, shape (n_characters - 1,)
        The same for each pair of neighbouring characters.
    unknown : int
        What stands there for a term that the model does not know: the number of its terms.
    rows : ndarray of int32, shape (n_known,)
        The different known terms.
    counts : ndarray of int32, shape (n_known,)
        How often each occurs.
    values : ndarray of float32, shape (n_known,)
        Their tf-idf, of Euclidean length 1.
    weights : ndarray of float32, shape (n_known, n_classes)
        Their rows of the linear model.
    margins : ndarray of float32, shape (n_classes,)
        What the linear model gives.
    """

    words: list[str]
    in_words: NDArray[np.int32]
    in_characters: NDArray[np.int32]
    in_pairs: NDArray[np.int32]
    unknown: int
    rows: NDArray[np.int32]
    counts: NDArray[np.int32]
    values: NDArray[np.float32]
    weights: NDArray[np.float32]
    margins: NDArray[np.float32]


class Scorer:
    """Margins of normalised texts under one model: the families of ``classifier.terms``, looked up in tables.

    Parameters
    ----------
    model : Model
        The model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._cut = cutter()
        words, characters, pairs = model.vocabulary
        self._word = dict(zip(words, range(len(words)), strict=True)).get
        self._character, self._number, self._pair, self._width = _tables(characters, pairs, len(words), model.n_terms)
        self._logarithm: NDArray[np.float32] = np.log(np.arange(_COUNTED, dtype=np.float32).clip(1)) + np.float32(1)

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
        return self.score_block([text])[0]

    def score_block(self, texts: Sequence[str]) -> list[Scored]:
        """Margins of some texts: step by step for all of them, so that each step keeps its tables in the processor's caches.

        Parameters
        ----------
        texts : sequence of str
            Normalised texts.

        Returns
        -------
        list of Scored
            The same for each as if it stood alone.
        """
        unknown = self.model.n_terms
        words = [self._cut(text) for text in texts]
        in_words = [np.fromiter(map(self._word, each, repeat(unknown)), dtype=np.int32, count=len(each)) for each in words]
        points = np.minimum(code_points("".join(texts)), _PLANE)
        in_characters = self._character.take(points)
        numbers = self._number.take(points)
        in_pairs = unknown - self._pair.take(numbers[:-1] * self._width + numbers[1:]).astype(np.int32)
        ends = list(accumulate(map(len, texts), initial=0))
        characters = [in_characters[start:end] for start, end in pairwise(ends)]
        pairs = [in_pairs[start : max(start, end - 1)] for start, end in pairwise(ends)]  # none reaches into the next text
        distinct = [_distinct(found, unknown) for found in zip(in_words, characters, pairs, strict=True)]
        values = [self._values(rows, counts) for rows, counts in distinct]
        weights = [self.model.coef.take(rows, axis=0) for rows, _ in distinct]
        margins = [np.asarray(value @ weight + self.model.intercept, dtype=np.float32) for value, weight in zip(values, weights, strict=True)]
        parts = zip(words, in_words, characters, pairs, repeat(unknown), *zip(*distinct, strict=True), values, weights, margins, strict=False)
        return [Scored(*part) for part in parts]

    def _values(self, rows: NDArray[np.int32], counts: NDArray[np.int32]) -> NDArray[np.float32]:
        """Tf-idf of the different terms of a text, of Euclidean length 1."""
        values: NDArray[np.float32] = self._sublinear(counts) * self.model.idf.take(rows)
        length = math.sqrt(values @ values)
        return values / np.float32(length) if length > 0 else values

    def _sublinear(self, counts: NDArray[np.int32]) -> NDArray[np.float32]:
        """1 + log(count), as the vectoriser counts."""
        if len(counts) and int(counts.max()) >= _COUNTED:
            return np.log(counts.astype(np.float32)) + np.float32(1)
        return self._logarithm.take(counts)


def _tables(
    characters: tuple[str, ...], pairs: tuple[str, ...], first: int, unknown: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.unsignedinteger], int]:
    """Row of each character by code point; number of each character that is in a pair; row of each pair by its numbers; their number.

    The rows of pairs are counted back from the last term, so that 0 is what the model does not know and two bytes are mostly enough: a
    table that fits the processor's caches is worth more than an addition.
    """
    of_character = np.full(_PLANE + 1, unknown, dtype=np.int32)
    of_character[code_points("".join(characters))] = np.arange(first, first + len(characters))
    points = code_points("".join(pairs)).reshape(-1, 2)
    known = np.unique(points)
    width = len(known) + 1
    number = np.zeros(_PLANE + 1, dtype=np.int32)  # 0 is every character that is in no pair
    number[known] = np.arange(1, width)
    of_pair = np.zeros(width * width, dtype=np.min_scalar_type(len(pairs)))
    of_pair[number[points[:, 0]] * width + number[points[:, 1]]] = np.arange(len(pairs), 0, -1)
    return of_character, number, of_pair, width


def _distinct(found: tuple[NDArray[np.int32], ...], unknown: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The different known terms and how often each occurs: np.unique without its overhead."""
    terms_of_text = np.concatenate(found)
    terms_of_text.sort()
    known = terms_of_text[: terms_of_text.searchsorted(unknown)]
    if not len(known):
        return known, known
    ends = np.empty(len(known), dtype=np.bool_)
    ends[-1] = True
    np.not_equal(known[1:], known[:-1], out=ends[:-1])
    last = ends.nonzero()[0]
    counts = np.empty(len(last), dtype=np.int32)
    counts[0] = last[0] + 1
    np.subtract(last[1:], last[:-1], out=counts[1:], casting="unsafe")
    return known[last], counts
