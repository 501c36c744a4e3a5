"""How good cues are: whether the verdict rests on them (ERASER, DeYoung et al., 2020), and whether a reader would underline them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from classifier.classifier import ScamClassifier
from classifier.verdict import Verdict
from training.underlined import Underlined, covered, runs

#: So many of the heaviest cues are taken away or left alone.
NUMBERS = (1, 3, 5)
#: Random phrases are drawn so often for each text, with a fixed seed.
DRAWS = 3
#: Stands where a phrase was taken away, so that its neighbours do not come to stand side by side, and between phrases left alone.
_GAP = "，"

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Faithfulness:
    """How far the probability of the verdict falls without the cues, and with nothing else; texts that are no case are left out.

    Parameters
    ----------
    texts : int
        How many.
    comprehensiveness, sufficiency : dict of int to float
        By the number of heaviest cues that are taken away, or left alone: the mean fall of the probability.
    random_comprehensiveness, random_sufficiency : dict of int to float
        The same for random phrases of the same lengths, which may fall on cues: in a short text they often do.
    elsewhere_comprehensiveness : dict of int to float
        The same for random phrases of the same lengths that touch no cue.
    type_kept : float
        Of the accepted texts, in how many the cues alone give the same type.
    """

    texts: int
    comprehensiveness: dict[int, float]
    sufficiency: dict[int, float]
    random_comprehensiveness: dict[int, float]
    random_sufficiency: dict[int, float]
    elsewhere_comprehensiveness: dict[int, float]
    type_kept: float


@dataclass(frozen=True)
class Plausibility:
    """How well cues agree with what readers underlined, without having seen a cue.

    Parameters
    ----------
    texts : int
        How many.
    f1 : float
        F1 over the characters, mean over texts and readers.
    off : float
        Share of the cues that touch no phrase of a reader's, mean over the readers.
    cues_per_text : float
        Mean number of cues.
    readers_f1, readers_off : float or None
        The same between the readers themselves: more than that cannot be reached. None with one reader.
    readers_fall, readers_random_fall : float
        How far the probability of the labelled type falls without all that a reader underlined, and without as many random phrases of the same
        lengths, where the verdict is that type: what the falls of cues can be held against.
    """

    texts: int
    f1: float
    off: float
    cues_per_text: float
    readers_f1: float | None
    readers_off: float | None
    readers_fall: float
    readers_random_fall: float


def faithfulness(texts: Sequence[str], classifier: ScamClassifier) -> Faithfulness:
    """Measure faithfulness.

    Parameters
    ----------
    texts : sequence of str
        Narratives.
    classifier : ScamClassifier
        The model.

    Returns
    -------
    Faithfulness
        The same every time.
    """
    generator = np.random.default_rng(0)
    told = [(text, v) for text, v in zip(texts, classifier.classify_many(texts), strict=True) if v.decision != "not_a_case"]
    cues: list[Spans] = [[(cue.start, cue.end) for cue in v.cues] for _, v in told]
    heaviest = [spans[: max(NUMBERS)] for spans in cues]
    drawn = [[_random_spans(len(text), some, generator) for (text, _), some in zip(told, heaviest, strict=True)] for _ in range(DRAWS)]
    elsewhere = [
        [_random_spans(len(text), some, generator, spans) for (text, _), some, spans in zip(told, heaviest, cues, strict=True)] for _ in range(DRAWS)
    ]

    def falls(draws: Sequence[Sequence[Spans]], change: Callable[[str, Spans], str]) -> dict[int, float]:
        return {
            n: float(
                np.mean([_fall(told, [change(text, spans[:n]) for (text, _), spans in zip(told, draw, strict=True)], classifier) for draw in draws])
            )
            for n in NUMBERS
        }

    accepted = [(text, v, spans) for (text, v), spans in zip(told, cues, strict=True) if v.decision == "accept"]
    again = classifier.classify_many((_only(text, spans) for text, _, spans in accepted), cues=False)
    kept = [now.category == v.category for now, (_, v, _) in zip(again, accepted, strict=True)]
    return Faithfulness(
        texts=len(told),
        comprehensiveness=falls([heaviest], _without),
        sufficiency=falls([heaviest], _only),
        random_comprehensiveness=falls(drawn, _without),
        random_sufficiency=falls(drawn[:1], _only),  # so large that once is enough
        elsewhere_comprehensiveness=falls(elsewhere, _without),
        type_kept=float(np.mean(kept)) if kept else 0.0,
    )


def plausibility(narratives: Sequence[Underlined], classifier: ScamClassifier) -> Plausibility:
    """Measure plausibility.

    Parameters
    ----------
    narratives : sequence of Underlined
        Narratives that no model is trained on, all with the same number of readers.
    classifier : ScamClassifier
        The model.

    Returns
    -------
    Plausibility
        The same every time.
    """
    verdicts = list(classifier.classify_many(narrative.text for narrative in narratives))
    readers = range(len(narratives[0].readers))
    scores = [_agreement(narrative, _phrases(v), r) for narrative, v in zip(narratives, verdicts, strict=True) for r in readers]
    pairs = [(a, b) for a, b in combinations(readers, 2)] + [(b, a) for a, b in combinations(readers, 2)]
    between = [_agreement(narrative, narrative.readers[a], b) for narrative in narratives for a, b in pairs]
    falls = [_readers_falls(narratives, verdicts, reader, classifier) for reader in readers]
    off, readers_off = ([miss for _, misses in agreements for miss in misses] for agreements in (scores, between))
    return Plausibility(
        texts=len(narratives),
        f1=float(np.mean([f1 for f1, _ in scores])),
        off=float(np.mean(off)) if off else 0.0,
        cues_per_text=float(np.mean([len(v.cues) for v in verdicts])),
        readers_f1=float(np.mean([f1 for f1, _ in between])) if between else None,
        readers_off=(float(np.mean(readers_off)) if readers_off else 0.0) if between else None,
        readers_fall=float(np.mean([fall for fall, _ in falls])),
        readers_random_fall=float(np.mean([fall for _, fall in falls])),
    )


def _readers_falls(narratives: Sequence[Underlined], verdicts: Sequence[Verdict], reader: int, classifier: ScamClassifier) -> tuple[float, float]:
    """Mean fall of the probability without what a reader underlined, and without random phrases of the same lengths."""
    generator = np.random.default_rng(0)
    told = [(narrative.text, v) for narrative, v in zip(narratives, verdicts, strict=True) if v.category == narrative.category]
    chosen: list[Spans] = [
        runs(narrative.marks(reader)) for narrative, v in zip(narratives, verdicts, strict=True) if v.category == narrative.category
    ]
    drawn = [[_random_spans(len(text), spans, generator) for (text, _), spans in zip(told, chosen, strict=True)] for _ in range(DRAWS)]
    first, *others = (
        _fall(told, [_without(text, spans) for (text, _), spans in zip(told, each, strict=True)], classifier) for each in (chosen, *drawn)
    )
    return first, float(np.mean(others))


def _fall(told: Sequence[tuple[str, Verdict]], changed: Sequence[str], classifier: ScamClassifier) -> float:
    """How far the probability of the first type falls from texts as they are to texts as they were changed, on average."""
    falls = [
        verdict.ranking[0][1] - dict(now.ranking)[verdict.ranking[0][0]]
        for now, (_, verdict) in zip(classifier.classify_many(changed, cues=False), told, strict=True)
    ]
    return float(np.mean(falls)) if falls else 0.0


def _phrases(verdict: Verdict) -> list[str]:
    return [cue.text for cue in verdict.cues]


def _agreement(narrative: Underlined, phrases: Sequence[str], reader: int) -> tuple[float, list[bool]]:
    """F1 of some phrases against a reader's, and which of them touch none of these."""
    gold, marks = narrative.marks(reader), covered(narrative.text, phrases)
    both, either = int((gold & marks).sum()), int(gold.sum() + marks.sum())
    return (2 * both / either if either else 1.0), [not (covered(narrative.text, [phrase]) & gold).any() for phrase in phrases]


def _without(text: str, spans: Spans) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + _GAP + text[end:]
    return text


def _only(text: str, spans: Spans) -> str:
    return _GAP.join(text[start:end] for start, end in sorted(spans))


def _random_spans(length: int, spans: Spans, generator: np.random.Generator, taboo: Spans = ()) -> Spans:
    """As many spans of the same lengths anywhere in a text but in some, none overlapping another; fewer where there is no room."""
    taken: NDArray[np.bool_] = np.zeros(length, dtype=np.bool_)
    for start, end in taboo:
        taken[start:end] = True
    drawn: list[tuple[int, int]] = []
    for start, end in spans:
        size = end - start
        free = np.flatnonzero(np.convolve(taken, np.ones(size, dtype=int), "valid") == 0) if size <= length else ()
        if len(free):
            place = int(generator.choice(free))
            taken[place : place + size] = True
            drawn.append((place, place + size))
    return drawn
