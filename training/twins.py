"""Near-twins: narratives that share so many runs of characters that one cannot be held out while the other is trained on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from classifier.normalise import letters_of

#: Two narratives are near-twins when the Jaccard index of their character 5-grams exceeds this (the brief's border for a copy).
LIKENESS = 0.5
_GRAM = 5
#: Of the narratives with a 5-gram only so many are compared, the first ones: a stock phrase tells nothing, and copies of a copy find its
#: first members.
_COMPARED = 30


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
    sets = [grams(text) for text in texts]
    documents: defaultdict[str, list[int]] = defaultdict(list)
    for i, members in enumerate(sets):
        for gram in members:
            if len(documents[gram]) < _COMPARED:
                documents[gram].append(i)
    parent = list(range(len(texts)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, members in enumerate(sets):
        shared = Counter(j for gram in members for j in documents[gram] if j < i)
        for j, count in shared.items():
            # No pair with too few of these grams in common can reach the index.
            if count >= 0.2 * min(len(members), len(sets[j])) and _jaccard(members, sets[j]) > LIKENESS:
                a, b = sorted((root(i), root(j)))
                parent[b] = a
    return [root(i) for i in range(len(texts))]


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    common = len(a & b)
    return common / (len(a) + len(b) - common)
