"""From the shares of terms to the phrases that a person would underline.

``classifier.underlining`` says of every word how likely a reader is to underline it; the stretches of a clause that hold more of such words than
of others are the phrases, and those that carry a part of the margin are cues.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.normalise import Normalised
from classifier.scoring import Scored
from classifier.underlining import Reader, Shares, Words, inclination
from classifier.verdict import Cue

#: At most so many cues are given.
MOST = 8
#: A cue has so many characters.
SHORTEST, LONGEST = 2, 20
#: A word that is likelier underlined than this belongs into a phrase; between likelier ones a less likely one may stand. This and the next were
#: chosen where the phrases agreed best with a reader's on narratives that no model is trained on.
LIKELY = 0.22
#: What a phrase must be likelier than that, in characters.
LEAST = 0.5


class CueFinder:
    """Finds cues under one model.

    Parameters
    ----------
    telling : ndarray of float32, shape (n_terms,)
        How much likelier than others each term is underlined.
    """

    def __init__(self, telling: NDArray[np.float32]) -> None:
        self._reader = Reader(telling)

    def find(
        self, normalised: Sequence[Normalised], scored: Sequence[Scored], support: Sequence[Shares], shares: Sequence[Shares]
    ) -> list[tuple[Cue, ...]]:
        """The phrases that carry the margin.

        Parameters
        ----------
        normalised : sequence of Normalised
            Texts with their offset maps, none of them empty.
        scored : sequence of Scored
            The same texts' terms.
        support : sequence of ndarray, shape (n_known,)
            What each of ``scored[i].rows`` adds to the type that the cues are for, against all other types.
        shares : sequence of ndarray, shape (n_known,)
            Its share of the margin.

        Returns
        -------
        list of tuple of Cue
            For each text at most ``MOST``, heaviest first, none overlapping another.
        """
        if not scored:
            return []
        words = self._reader.read([text.text for text in normalised], scored, support, shares)
        # A phrase gains by likely words and loses by others, for each of their characters; it never reaches across a break.
        gains = np.where(words.breaks, -np.inf, (inclination(words.features) - LIKELY) * words.lengths)
        return [_phrases(text, _Text(words, gains, i)) for i, text in enumerate(normalised)]


class _Text:
    """The words of one text of a block, as lists: they are looked at one by one."""

    def __init__(self, words: Words, gains: NDArray[np.float64], i: int) -> None:
        mine = slice(words.borders[i], words.borders[i + 1])
        self.gains: list[float] = gains[mine].tolist()
        self.idle: list[bool] = words.idle[mine].tolist()
        self.before: list[int] = [0, *np.cumsum(words.lengths[mine]).tolist()]
        self.weights: list[float] = words.weights[mine].tolist()


def _phrases(normalised: Normalised, text: _Text) -> tuple[Cue, ...]:
    found: dict[str, tuple[float, Cue]] = {}
    for first, last in _stretches(text.gains):
        first, last = _trimmed(normalised, text, first, last)
        if first == last:
            continue
        gain, weight = sum(text.gains[first:last]), sum(text.weights[first:last])
        start, end = normalised.original_span(text.before[first], text.before[last])
        if gain < LEAST or weight <= 0 or text.before[last] - text.before[first] < SHORTEST:
            continue
        phrase = normalised.original[start:end]
        # The same phrase said again is one cue: its heaviest place, the first of several.
        if len(phrase) <= LONGEST and (phrase not in found or found[phrase][1].weight < weight):
            found[phrase] = (gain, Cue(phrase, start, end, weight))
    likeliest = sorted(found.values(), key=lambda pair: -pair[0])[:MOST]
    return tuple(sorted((cue for _, cue in likeliest), key=lambda cue: (-cue.weight, cue.start)))


def _trimmed(normalised: Normalised, text: _Text, first: int, last: int) -> tuple[int, int]:
    """Without idle words at the ends, and without the less likely end until the phrase is not too long where it was written."""
    while first < last:
        if text.idle[first]:
            first += 1
        elif text.idle[last - 1]:
            last -= 1
        else:
            start, end = normalised.original_span(text.before[first], text.before[last])
            if end - start <= LONGEST or last - first == 1:
                break
            first, last = (first + 1, last) if text.gains[first] < text.gains[last - 1] else (first, last - 1)
    return first, last


def _stretches(gains: Sequence[float]) -> list[tuple[int, int]]:
    """All maximal stretches with a positive sum, as half-open spans (Ruzzo & Tompa, 1999); none reaches across an infinite loss."""
    found: list[tuple[int, int]] = []
    open_: list[tuple[int, int, float, float]] = []  # first, end, sum of all gains before it, and with it
    total = 0.0
    for i, gain in enumerate(gains):
        if gain == -np.inf:
            found += [stretch[:2] for stretch in open_]
            open_, total = [], 0.0
        elif gain <= 0:
            total += gain
        else:
            first, low = i, total
            total += gain
            # A stretch takes in those before it back to the last that began lower, unless that one reached as high.
            j = next((j for j in range(len(open_) - 1, -1, -1) if open_[j][2] < low), -1)
            while j >= 0 and open_[j][3] < total:
                first, low = open_[j][0], open_[j][2]
                del open_[j:]
                j = next((j for j in range(len(open_) - 1, -1, -1) if open_[j][2] < low), -1)
            open_.append((first, i + 1, low, total))
    return found + [stretch[:2] for stretch in open_]
