"""Which words of a text a reader would underline: what stands in and around each word, and the linear model that weighs it.

The weights stand in ``data/underlining.toml``; ``training.underlining`` found them on narratives in which readers had underlined the telling
phrases. All features are relative to their own text or to all texts, so that the weights hold for every model.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifier.normalise import code_points
from classifier.resources import read_data
from classifier.scoring import Scored
from classifier.words import boilerplate, leaning, negations

#: The features of a word, in the order of their columns. ``support`` is what it adds to its type against all others, for each character, in
#: parts of the text's mean; ``telling`` is how much likelier than others its terms are underlined (``Model.telling``), for each character; a
#: ``break`` is what no phrase may reach across: punctuation, and what was masked. ``_before`` and ``_after`` are the neighbours, ``2`` the next
#: but one; ``clause`` is the support of all words between two breaks; ``place`` is where in the text it stands, from 0 to 1.
FEATURES = (
    "support", "support_before", "support_after", "telling_before2", "telling_before", "telling", "telling_after", "telling_after2", "clause",
    "break_before2", "break_before", "break_after", "known", "place", "place_squared",
)  # fmt: skip

Support = NDArray[np.floating]

#: Relative values are cut off here: one word of a thin text may hold nearly all there is.
_MOST = 8.0
#: What a word may be besides a word, each a bit.
_IDLE, _NEGATING, _LEANING = 1, 2, 4
_LETTERS = np.zeros(0x10000 + 1, dtype=np.bool_)
_LETTERS[0x3400:0xA000] = _LETTERS[ord("a") : ord("z") + 1] = True


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a block of texts, one text after the other.

    Parameters
    ----------
    borders : ndarray of int64, shape (n_texts + 1,)
        The words of text i are those from ``borders[i]`` to ``borders[i + 1]``.
    lengths : ndarray of int64, shape (n_words,)
        Characters of each.
    breaks : ndarray of bool, shape (n_words,)
        Which are no letters.
    idle : ndarray of bool, shape (n_words,)
        Which stand in every record, whatever its type.
    negating : ndarray of bool, shape (n_words,)
        Which turn what follows into its contrary.
    leaning : ndarray of bool, shape (n_words,)
        Which lean on the next one.
    support : ndarray of float64, shape (n_words,)
        What the terms that cover its characters add to the lead of a type.
    features : ndarray of float64, shape (n_words, n_features)
        In the order of ``FEATURES``.
    """

    borders: NDArray[np.int64]
    lengths: NDArray[np.int64]
    breaks: NDArray[np.bool_]
    idle: NDArray[np.bool_]
    negating: NDArray[np.bool_]
    leaning: NDArray[np.bool_]
    support: NDArray[np.float64]
    features: NDArray[np.float64]


@cache
def _roles() -> dict[str, int]:
    """The words that have a part to play, whatever they say."""
    roles: dict[str, int] = {}
    for bit, listed in ((_IDLE, boilerplate()), (_NEGATING, negations()), (_LEANING, leaning())):
        for word in listed:
            roles[word] = roles.get(word, 0) | bit
    return roles


@cache
def _linear() -> tuple[NDArray[np.float64], float]:
    given = tomllib.loads(read_data("underlining.toml"))
    return np.array([given["weights"][name] for name in FEATURES]), float(given["intercept"])


def inclination(features: NDArray[np.float64]) -> NDArray[np.float64]:
    """How likely a reader is to underline each word.

    Parameters
    ----------
    features : ndarray, shape (n_words, n_features)
        As in ``Words``.

    Returns
    -------
    ndarray of float64, shape (n_words,)
        In [0, 1].
    """
    weights, intercept = _linear()
    return np.asarray(1 / (1 + np.exp(-(features @ weights + intercept))))


class Reader:
    """Reads the words of texts under one model.

    Parameters
    ----------
    telling : ndarray of float32, shape (n_terms,)
        How much likelier than others each term is underlined.
    words : sequence of str
        The terms that are words, which come first.
    """

    def __init__(self, telling: NDArray[np.float32], words: Sequence[str]) -> None:
        self._telling = telling
        self._role = np.zeros(len(telling) + 1, dtype=np.int8)
        roles = _roles()
        self._role[: len(words)] = [roles.get(word, 0) for word in words]
        self._place = np.zeros(len(telling) + 1, dtype=np.int64)

    def read(self, texts: Sequence[str], scored: Sequence[Scored], support: Sequence[Support]) -> Words:
        """The words of texts with all that is known of them.

        Parameters
        ----------
        texts : sequence of str
            Normalised, none of them empty.
        scored : sequence of Scored
            The same texts' terms.
        support : sequence of ndarray, shape (n_known,)
            What each of a text's known terms adds to the lead of its type.

        Returns
        -------
        Words
            Of all texts.
        """
        words = [word for each in scored for word in each.words]
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        starts = np.cumsum(lengths) - lengths
        counts = np.array([len(each.words) for each in scored])
        borders = np.concatenate(([0], np.cumsum(counts)))
        by_word = self._by_word(scored, support, starts)
        letters = _LETTERS.take(np.minimum(code_points("".join(texts)), 0x10000))
        breaks = ~np.logical_and.reduceat(letters, starts)
        known = np.concatenate([each.in_words < each.unknown for each in scored])
        role = self._role.take(np.concatenate([each.in_words for each in scored]))
        roles, strange = _roles(), np.flatnonzero(~known & ~breaks)
        role[strange] = [roles.get(words[i], 0) for i in strange.tolist()]
        idle, negating, leans = (role & bit != 0 for bit in (_IDLE, _NEGATING, _LEANING))
        features = _features(by_word[:, 0], by_word[:, 1], lengths, breaks, known, counts, borders)
        return Words(borders, lengths, breaks, idle, negating, leans, by_word[:, 0], features)

    def _by_word(
        self,
        scored: Sequence[Scored],
        support: Sequence[Support],
        starts: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Support and telling that each word gathers from the terms that cover its characters, shape (n_words, 2)."""
        tables, in_words, in_characters, in_pairs, base = [], [], [], [], 0
        for each, for_type in zip(scored, support, strict=True):
            n = len(each.rows)
            self._place[each.rows] = np.arange(base, base + n)
            self._place[-1] = base + n  # what the model does not know
            in_words.append(self._place.take(each.in_words))
            in_characters.append(self._place.take(each.in_characters))
            in_pairs += [self._place.take(each.in_pairs), self._place[-1:].copy()]  # the last character begins no pair
            table = np.zeros((n + 1, 2))
            table[:n, 0], table[:n, 1] = for_type / each.counts, self._telling.take(each.rows)
            tables.append(table)
            base += n + 1
        table = np.concatenate(tables)
        by_character = table.take(np.concatenate(in_characters), axis=0)
        halves = table.take(np.concatenate(in_pairs), axis=0) / 2
        by_character += halves
        by_character[1:] += halves[:-1]
        by_word: NDArray[np.float64] = np.add.reduceat(by_character, starts, axis=0)
        by_word += table.take(np.concatenate(in_words), axis=0)
        return by_word


def _features(
    support: NDArray[np.float64],
    telling: NDArray[np.float64],
    lengths: NDArray[np.int64],
    breaks: NDArray[np.bool_],
    known: NDArray[np.bool_],
    counts: NDArray[np.int64],
    borders: NDArray[np.int64],
) -> NDArray[np.float64]:
    first = borders[:-1]
    within = np.arange(len(lengths)) - np.repeat(first, counts)
    after = np.repeat(counts, counts) - 1 - within
    spoken = np.where(breaks, 0, lengths)
    positive = np.where(breaks, 0, support.clip(0))
    support, telling = _relative(support, spoken, first, counts) / lengths, telling / lengths
    clause = np.cumsum(breaks | (within == 0))
    characters = np.maximum(np.bincount(clause, weights=spoken), 1)
    dense = _relative(np.bincount(clause, weights=positive)[clause] / characters[clause] * spoken, spoken, first, counts) / np.maximum(spoken, 1)
    place = within / np.maximum(np.repeat(counts, counts) - 1, 1)

    def beside(values: NDArray[np.float64] | NDArray[np.bool_], step: int, outside: float) -> NDArray[np.float64]:
        """The values of the words so many further on, or of those before."""
        there = (within >= -step) & (after >= step)
        return np.where(there, np.roll(values, -step), outside)

    columns = (
        support, beside(support, -1, 0), beside(support, 1, 0),
        beside(telling, -2, 0), beside(telling, -1, 0), telling, beside(telling, 1, 0), beside(telling, 2, 0),
        dense, beside(breaks, -2, 1), beside(breaks, -1, 1), beside(breaks, 1, 1), known, place, place * place,
    )  # fmt: skip
    return np.stack(columns, dtype=np.float64).T  # column by column in memory, as they are made


def _relative(values: NDArray[np.float64], spoken: NDArray[np.int64], first: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Values in parts of the mean of what is positive, for each character of its text."""
    mean = np.add.reduceat(np.where(spoken > 0, values.clip(0), 0), first) / np.maximum(np.add.reduceat(spoken, first), 1)
    relative: NDArray[np.float64] = values / np.repeat(np.where(mean > 0, mean, np.inf), counts)
    most = _MOST * np.maximum(spoken, 1)
    return relative.clip(-most, most)
