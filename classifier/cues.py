"""From the shares of terms to the phrases that a person would underline.

Every occurrence of a term hands its share of the margin to the characters it covers. Words whose characters gathered more than their
due, side by side, are a phrase; so phrases begin and end at word borders.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.normalise import Normalised
from classifier.scoring import Scored
from classifier.verdict import Cue
from classifier.words import boilerplate

#: At most so many cues are given.
MOST = 8
#: A cue has at most so many characters.
LONGEST = 20
#: A cue that carries less than this part of all support is not worth a reader's eye.
LEAST_SHARE = 0.03
#: What a word must carry, in parts of the mean support of a supporting word, to be worth its place in a phrase.
TOLL = 0.6


def find(normalised: Normalised, scored: Scored, shares: NDArray[np.floating]) -> tuple[Cue, ...]:
    """The phrases that carry the margin.

    Parameters
    ----------
    normalised : Normalised
        The text with its offset map.
    scored : Scored
        The same text's terms.
    shares : ndarray, shape (n_known,)
        Share of each of ``scored.rows`` in the margin.

    Returns
    -------
    tuple of Cue
        At most ``MOST``, heaviest first, none overlapping another.
    """
    words = scored.words
    if not len(scored.rows):
        return ()
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    borders = np.zeros(len(words) + 1, dtype=np.int64)
    np.cumsum(lengths, out=borders[1:])
    weights = np.add.reduceat(_by_character(scored, shares, lengths), borders[:-1])
    positive = weights[weights > 0]
    support = float(positive.sum())
    if support <= 0:
        return ()
    heavy = np.flatnonzero(weights > TOLL * support / len(positive)).tolist()
    before = [0.0, *np.cumsum(weights).tolist()]
    least = LEAST_SHARE * support
    found = []
    for first, last in _runs(words, heavy):
        if before[last] - before[first] < least:
            continue
        first, last = _trimmed(words, weights, first, last)
        weight = before[last] - before[first]
        if weight >= least and any(len(word) > 1 for word in words[first:last]):
            found.append((weight, first, last))
    found.sort(key=lambda run: (-run[0], run[1]))
    return _phrases(normalised, borders.tolist(), found)


def _phrases(normalised: Normalised, borders: list[int], found: list[tuple[float, int, int]]) -> tuple[Cue, ...]:
    """The heaviest runs as cues; the same phrase said again is one cue: its heaviest place."""
    cues: dict[str, Cue] = {}
    for weight, first, last in found:
        start, end = normalised.original_span(borders[first], borders[last])
        phrase = normalised.original[start:end]
        if len(phrase) <= LONGEST:
            cues.setdefault(phrase, Cue(phrase, start, end, weight))
        if len(cues) == MOST:
            break
    return tuple(cues.values())


def _by_character(scored: Scored, shares: NDArray[np.floating], lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weight that each character of the text gathers, shape (n_characters,)."""
    # A table of all terms is filled sooner than the few are searched.
    each = np.zeros(scored.unknown + 1, dtype=np.float32)
    each[scored.rows] = shares / scored.counts
    by_character = np.repeat(each.take(scored.in_words) / lengths, lengths) + each.take(scored.in_characters)
    in_pairs = each.take(scored.in_pairs) / 2
    by_character[:-1] += in_pairs
    by_character[1:] += in_pairs
    return by_character


def _trimmed(words: Sequence[str], weights: NDArray[np.float64], first: int, last: int) -> tuple[int, int]:
    """Without boilerplate at the ends, and without the lighter end until the phrase is not too long."""
    idle = boilerplate()
    while first < last:
        if words[first] in idle:
            first += 1
        elif words[last - 1] in idle:
            last -= 1
        elif sum(map(len, words[first:last])) > LONGEST:
            first, last = (first + 1, last) if weights[first] < weights[last - 1] else (first, last - 1)
        else:
            break
    return first, last


def _runs(words: Sequence[str], heavy: list[int]) -> list[tuple[int, int]]:
    """Runs of heavy words, as half-open spans: side by side, or with one word of letters between."""
    runs: list[tuple[int, int]] = []
    first, last = -1, -1
    for i in heavy:
        if i == last or (i == last + 1 and words[last].isalpha() and first >= 0):
            last = i + 1
            continue
        runs.append((first, last))
        first, last = i, i + 1
    runs.append((first, last))
    return runs[1:]
