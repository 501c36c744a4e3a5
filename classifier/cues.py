"""From the shares of terms to the phrases that a person would underline.

``classifier.underlining`` says of every word how likely a reader is to underline it; the stretches of a clause that hold more of such words than
of others are the phrases, and those that speak for the type are cues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.normalise import Normalised
from classifier.scoring import Scored
from classifier.underlining import Reader, Support, Words, inclination
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
#: A cue speaks for the type at least so much as the heaviest, in parts of it.
LEAST_SHARE = 0.01
#: Gains are counted in these, in characters.
UNIT = 1e-6


class CueFinder:
    """Finds cues under one model.

    Parameters
    ----------
    telling : ndarray of float32, shape (n_terms,)
        How much likelier than others each term is underlined.
    words : sequence of str
        The terms that are words, which come first.
    """

    def __init__(self, telling: NDArray[np.float32], words: Sequence[str]) -> None:
        self._reader = Reader(telling, words)

    def find(self, normalised: Sequence[Normalised], scored: Sequence[Scored], support: Sequence[Support]) -> list[tuple[Cue, ...]]:
        """The phrases that speak for a type.

        Parameters
        ----------
        normalised : sequence of Normalised
            Texts with their offset maps, none of them empty.
        scored : sequence of Scored
            The same texts' terms.
        support : sequence of ndarray, shape (n_known,)
            What each of ``scored[i].rows`` adds to the lead of the type that the cues are for.

        Returns
        -------
        list of tuple of Cue
            For each text at most ``MOST``, heaviest first, none overlapping another.
        """
        if not scored:
            return []
        words = self._reader.read([text.text for text in normalised], scored, support)
        # A phrase gains by likely words and loses by others, for each of their characters. Whole numbers have the same sums wherever a text
        # stands in a block, so that it has the same cues alone and among others.
        gains = np.rint((inclination(words.features) - LIKELY) * words.lengths / UNIT).astype(np.int64)
        return phrases(normalised, words, gains)


def phrases(normalised: Sequence[Normalised], words: Words, gains: NDArray[np.int64]) -> list[tuple[Cue, ...]]:
    """The stretches of a block of texts that gain most.

    Parameters
    ----------
    normalised : sequence of Normalised
        The texts.
    words : Words
        All their words.
    gains : ndarray of int64, shape (n_words,)
        What each adds to a phrase, in ``UNIT`` characters.

    Returns
    -------
    list of tuple of Cue
        As ``CueFinder.find``.
    """
    block = _Block(words, np.where(words.breaks, 0, gains))
    found: list[list[tuple[int, int]]] = [[] for _ in normalised]
    for text, first, last in _promising(words, block):
        found[text].append((first, last))
    for i, stretches in enumerate(found):
        if not stretches:
            stretches += _heaviest_word(words, block, i)
    return [_phrases(text, block, int(words.borders[i]), found[i]) for i, text in enumerate(normalised)]


class _Block:
    """Sums of gains and of characters from the beginning of a block to each of its words; support of each word, and where no cue may begin or end.

    Parameters
    ----------
    words : Words
        All words of the block.
    gains : ndarray of int64, shape (n_words,)
        What each adds to a phrase.
    """

    def __init__(self, words: Words, gains: NDArray[np.int64]) -> None:
        self.gains, self.characters = (np.concatenate(([0], np.cumsum(each))) for each in (gains, words.lengths))
        self.gained: list[int] = self.gains.tolist()
        self.at: list[int] = self.characters.tolist()
        self.support: list[float] = words.support.tolist()
        self.idle, self.negating = words.idle, words.negating
        self.dangling = words.idle | words.leaning | words.negating


def _promising(words: Words, block: _Block) -> Iterator[tuple[int, int, int]]:
    """Stretches that may be cues, with the edges of phrases, as (text, first, last) over the whole block."""
    n = len(words.idle)
    place = np.arange(n)
    stretches = np.array(_stretches(*_runs(words, block)), dtype=np.int64).reshape(-1, 2)
    busy_from = np.minimum.accumulate(np.where(words.idle, n, place)[::-1])[::-1]
    busy_until = np.maximum.accumulate(np.where(words.idle, -1, place))
    first, last = busy_from[stretches[:, 0]], busy_until[stretches[:, 1] - 1] + 1
    last = np.maximum(last, first)
    told = first < last
    likely_from, likely_until = first[told], last[told]
    first, last = _edges(words, block, likely_from, likely_until)
    # What an edge takes along need not be likely; what it leaves must.
    enough = block.gains[np.minimum(last, likely_until)] - block.gains[likely_from] >= LEAST / UNIT
    enough &= (first < last) & (block.characters[last] - block.characters[first] >= SHORTEST)
    first, last = first[enough], last[enough]
    return zip((np.searchsorted(words.borders, first, side="right") - 1).tolist(), first.tolist(), last.tolist(), strict=True)


def _edges(words: Words, block: _Block, first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stretches that begin with the negation before them and end with a word that leans on none, be it the next; perhaps nothing is left."""
    n = len(words.breaks)
    parted = words.breaks.copy()  # a phrase reaches into none of these from the word before
    parted[words.borders[:-1]] = True
    follows = np.append(~parted & ~block.dangling, False)
    negated = words.negating[first - 1] & ~parted.take(first.clip(max=n - 1)) & (first > 0)
    first = first - negated
    last = last + (words.leaning[last - 1] & follows[last])
    firm_until = np.maximum.accumulate(np.where(block.dangling, -1, np.arange(n)))
    return first, np.minimum(last, firm_until[last - 1] + 1)


def _heaviest_word(words: Words, block: _Block, text: int) -> list[tuple[int, int]]:
    """The word that speaks most for the type, for a text without a phrase that a reader would surely underline; none if no word does."""
    mine = slice(words.borders[text], words.borders[text + 1])
    fits = ~words.breaks[mine] & ~block.dangling[mine] & (words.lengths[mine] >= SHORTEST)
    support = np.where(fits, words.support[mine], 0)
    if not support.max(initial=0) > 0:
        return []
    place = np.array([int(words.borders[text]) + int(support.argmax())])
    first, last = _edges(words, block, place, place + 1)
    if words.support[first[0] : last[0]].sum() <= 0:  # its negation speaks against the type
        first, last = place, place + 1
    return [(int(first[0]), int(last[0]))]


def _phrases(normalised: Normalised, block: _Block, start_of_text: int, stretches: list[tuple[int, int]]) -> tuple[Cue, ...]:
    """The likeliest stretches of a text as cues; the same phrase said again is one cue: its heaviest place, the first of several."""
    found: dict[str, tuple[int, Cue]] = {}
    at, gained, offset = block.at, block.gained, block.at[start_of_text]
    weights = [sum(block.support[first:last]) for first, last in stretches]
    spans = normalised.original_spans([(at[first] - offset, at[last] - offset) for first, last in stretches])
    for (first, last), (start, end), weight in zip(stretches, spans, weights, strict=True):
        if weight <= 0:
            continue
        if end - start > LONGEST:
            first, last, start, end = _shortened(normalised, block, offset, first, last)
            weight = sum(block.support[first:last])
        gain = gained[last] - gained[first]
        phrase = normalised.original[start:end]
        fits = not block.dangling[last - 1] and SHORTEST <= len(phrase) <= LONGEST and weight > 0
        if fits and (phrase not in found or found[phrase][1].weight < weight):
            found[phrase] = (gain, Cue(phrase, start, end, weight))
    likeliest = sorted(found.values(), key=lambda pair: -pair[0])[:MOST]
    least = LEAST_SHARE * max((cue.weight for _, cue in likeliest), default=0.0)
    return tuple(sorted((cue for _, cue in likeliest if cue.weight >= least), key=lambda cue: (-cue.weight, cue.start)))


def _shortened(normalised: Normalised, block: _Block, offset: int, first: int, last: int) -> tuple[int, int, int, int]:
    """Without the less likely end, and what may not stand there, until a stretch is not too long where it was written."""
    begin = first
    while True:
        start, end = normalised.original_span(block.at[first] - offset, block.at[last] - offset)
        if end - start <= LONGEST or last - first == 1:
            return first, last, start, end
        ahead, behind = block.gained[first + 1] - block.gained[first], block.gained[last] - block.gained[last - 1]
        if ahead < behind:
            first += 1
            while last - first > 1 and (block.idle[first] or (first > begin and block.negating[first - 1])):
                first += 1
        else:
            last -= 1
            while last - first > 1 and block.dangling[last - 1]:
                last -= 1


def _runs(words: Words, block: _Block) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    """Runs of words that gain, side by side: first word, end, the sums of gains before and after, and the clause they stand in."""
    begins = words.breaks.copy()
    begins[words.borders[:-1]] = True
    clause = np.cumsum(begins)
    gaining = np.diff(block.gains) > 0
    joined = np.zeros(len(gaining) + 1, dtype=np.bool_)
    joined[1:-1] = gaining[1:] & gaining[:-1] & (clause[1:] == clause[:-1])
    first, last = np.flatnonzero(gaining & ~joined[:-1]), np.flatnonzero(gaining & ~joined[1:]) + 1
    return first.tolist(), last.tolist(), block.gains[first].tolist(), block.gains[last].tolist(), clause[first].tolist()


def _stretches(first: list[int], last: list[int], low: list[int], high: list[int], clause: list[int]) -> list[tuple[int, int]]:
    """All maximal stretches of a clause with a positive sum (Ruzzo & Tompa, 1999).

    Parameters
    ----------
    first, last : list of int
        Runs of what gains, as half-open spans.
    low, high : list of int
        Sums of all gains before and after each run.
    clause : list of int
        Where each run stands; no stretch reaches from one clause into another.

    Returns
    -------
    list of tuple of int
        Half-open spans.
    """
    found: list[tuple[int, int]] = []
    open_: list[tuple[int, int, int, int]] = []
    here = -1
    for start, end, before, after, where in zip(first, last, low, high, clause, strict=True):
        if where != here:
            for begin, until, _, _ in open_:
                found.append((begin, until))
            open_, here = [], where
        # A stretch takes in those before it back to the last that began lower, unless that one reached as high.
        while True:
            j = len(open_) - 1
            while j >= 0 and open_[j][2] >= before:
                j -= 1
            if j < 0 or open_[j][3] >= after:
                open_.append((start, end, before, after))
                break
            start, before = open_[j][0], open_[j][2]
            del open_[j:]
    return found + [stretch[:2] for stretch in open_]
