"""Near-twins: narratives that share so many runs of characters that one cannot be held out while the other is trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.normalise import letters_of

#: Two narratives are near-twins when the Jaccard index of their character 5-grams exceeds this (the brief's border for a copy).
LIKENESS = 0.5
_GRAM = 5
#: Of the narratives with a 5-gram only so many are compared, the first ones: a stock phrase tells nothing, and copies of a copy find its
#: first members.
_COMPARED = 30
#: So many narratives are compared with all others at once.
_ROWS = 500
#: An odd number without a pattern, by whose powers the characters of a 5-gram are added up.
_BASE = np.uint64(0x9E3779B97F4A7C15)


def grams(text: str) -> frozenset[str]:
    """The different runs of five letters and digits of a text, in whatever script and punctuation it is written.

    Parameters
    ----------
    text : str
        A narrative.

    Returns
    -------
    frozenset of str
        The whole text where it is shorter.
    """
    letters = letters_of(text)
    return frozenset(letters[i : i + _GRAM] for i in range(max(1, len(letters) - _GRAM + 1)))


def twin_groups(texts: Sequence[str]) -> list[int]:
    """Sort texts into groups of near-twins.

    Parameters
    ----------
    texts : sequence of str
        The narratives.

    Returns
    -------
    list of int
        For each text the index of the first text of its group.
    """
    if not texts:
        return []
    members = _members(texts)
    size = np.diff(members.indptr)
    compared = _first_in_column(members, _COMPARED).T.tocsc()
    parent = list(range(len(texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for start in range(0, len(texts), _ROWS):
        shared = (members[start : start + _ROWS] @ compared).tocoo()
        a, b = shared.row + start, shared.col
        # No pair with too few of these grams in common can reach the index.
        likely = (b < a) & (shared.data >= 0.2 * np.minimum(size[a], size[b]))
        a, b = a[likely], b[likely]
        common = np.asarray(members[a].multiply(members[b]).sum(axis=1)).ravel()
        twins = common / (size[a] + size[b] - common) > LIKENESS
        for i, j in zip(a[twins].tolist(), b[twins].tolist(), strict=True):
            first, second = sorted((root(i), root(j)))
            parent[second] = first
    return [root(i) for i in range(len(texts))]


def _members(texts: Sequence[str]) -> csr_matrix:
    """Which text has which 5-gram, shape (n_texts, n_grams); of 64 bits each, so that a hundred thousand texts have room."""
    hashes = [_hashes(text) for text in texts]
    ends = np.concatenate([[0], np.cumsum([len(each) for each in hashes])])
    _, columns = np.unique(np.concatenate(hashes), return_inverse=True)
    found = csr_matrix((np.ones(len(columns), dtype=np.int32), columns, ends), shape=(len(texts), int(columns.max()) + 1))
    found.sort_indices()
    return found


def _hashes(text: str) -> NDArray[np.uint64]:
    """As ``grams`` gives them, each as a number; two different ones share it once in 10^19 pairs."""
    letters = np.frombuffer(letters_of(text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    n = max(1, len(letters) - _GRAM + 1)
    padded = np.concatenate([letters, np.zeros(max(0, _GRAM - len(letters)), dtype=np.uint64)])
    found = np.zeros(n, dtype=np.uint64)
    for place in range(_GRAM):
        found = found * _BASE + padded[place : place + n]
    return np.unique(found)


def _first_in_column(members: csr_matrix, most: int) -> csr_matrix:
    """Of each column the first entries only."""
    by_column = members.tocsc()
    place = np.arange(len(by_column.indices)) - np.repeat(by_column.indptr[:-1], np.diff(by_column.indptr))
    by_column.data[place >= most] = 0
    by_column.eliminate_zeros()
    return by_column.tocsr()
