"""From the shares of terms to the phrases that a person would underline.

Every occurrence of a term hands its share of the margin to the characters it covers. Words whose characters gathered more than their
due are joined to the heaviest runs (all maximal scoring subsequences, Ruzzo & Tompa 1999), which begin and end at word borders.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifier.normalise import Normalised
from classifier.resources import read_data
from classifier.scoring import Scored
from classifier.verdict import Cue

#: At most so many cues are given.
MOST = 8
#: A cue has so many characters.
SHORTEST, LONGEST = 2, 20
#: A cue that carries less than this part of all support is not worth a reader's eye.
LEAST_SHARE = 0.03
#: What a word must carry, in parts of the mean support of a supporting word, to be worth its place in a phrase.
TOLL = 0.6

_LETTERS = re.compile(r"[\u3400-\u9fffa-z]+")


@cache
def boilerplate() -> frozenset[str]:
    """Words that officers write into every record, which support no type: never a cue, and never the end of one."""
    lines = (line.partition("#")[0] for line in read_data("boilerplate.txt").splitlines())
    return frozenset(word for line in lines for word in line.split())


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
    if not len(scored.rows):
        return ()
    words = scored.words
    borders = np.concatenate(([0], np.cumsum(np.fromiter(map(len, words), dtype=np.int64, count=len(words)))))
    by_character = _by_character(scored, shares, borders)
    weights = np.add.reduceat(by_character, borders[:-1])
    support = weights[weights > 0]
    if not len(support):
        return ()
    toll, least = TOLL * float(support.mean()), LEAST_SHARE * float(support.sum())
    found = []
    for first, last in _runs(words, weights, toll):
        first, last = _trim(words, weights, first, last)
        if first >= last:
            continue
        start, end = normalised.original_span(int(borders[first]), int(borders[last]))
        weight = float(weights[first:last].sum())
        phrase = normalised.original[start:end]
        if weight >= least and SHORTEST <= borders[last] - borders[first] and len(phrase) <= 2 * LONGEST:
            found.append(Cue(phrase, start, end, weight))
    found.sort(key=lambda cue: (-cue.weight, cue.start))
    return tuple(_different(found)[:MOST])


def _by_character(scored: Scored, shares: NDArray[np.floating], borders: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weight that each character of the text gathers, shape (n_characters,)."""
    table = np.zeros(int(scored.rows[-1]) + 2)  # the last place serves the unknown (-1)
    table[scored.rows] = shares / scored.counts
    in_words, in_characters, in_pairs = (table[rows] for rows in scored.occurrences)
    lengths = np.diff(borders)
    by_character = np.repeat(in_words / lengths, lengths) + in_characters
    by_character[:-1] += in_pairs / 2
    by_character[1:] += in_pairs / 2
    return by_character


def _runs(words: Sequence[str], weights: NDArray[np.float64], toll: float) -> list[tuple[int, int]]:
    """All maximal scoring runs of words, as half-open spans; none holds anything but letters."""
    runs: list[tuple[int, int, float, float]] = []  # first, last, sum before, sum after
    found, total = [], 0.0
    for i, word in enumerate(words):
        if not _LETTERS.fullmatch(word):
            found += [(first, last) for first, last, _, _ in runs]
            runs, total = [], 0.0
            continue
        score = float(weights[i]) - toll
        before, total = total, total + score
        if score <= 0:
            continue
        first, left = i, before
        while True:
            j = next((j for j in range(len(runs) - 1, -1, -1) if runs[j][2] < left), None)
            if j is None or runs[j][3] >= total:
                break
            first, left = runs[j][0], runs[j][2]
            del runs[j:]
        runs.append((first, i + 1, left, total))
    return found + [(first, last) for first, last, _, _ in runs]


def _trim(words: Sequence[str], weights: NDArray[np.float64], first: int, last: int) -> tuple[int, int]:
    """Take boilerplate off both ends, and the lighter end off until the phrase is not too long."""
    idle = boilerplate()
    while first < last and (words[first] in idle or words[last - 1] in idle):
        first, last = (first + 1, last) if words[first] in idle else (first, last - 1)
    while first < last and sum(map(len, words[first:last])) > LONGEST:
        first, last = (first + 1, last) if weights[first] < weights[last - 1] else (first, last - 1)
        first, last = _trim(words, weights, first, last)
    return first, last


def _different(cues: list[Cue]) -> list[Cue]:
    """The same phrase said again is one cue: its heaviest place."""
    seen: set[str] = set()
    kept = []
    for cue in cues:
        if cue.text not in seen:
            seen.add(cue.text)
            kept.append(cue)
    return kept
