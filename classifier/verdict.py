"""What the classifier answers: frozen values, rendered elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Decision = Literal["accept", "review", "not_a_case"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of the text that supports the verdict.

    Parameters
    ----------
    text : str
        The phrase; ``text == given[start:end]``.
    start, end : int
        Offsets, in characters, into the string that was given.
    weight : float
        The shares of its terms in the margin, added.
    """

    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The type of scam that a text tells of, how sure that is, and what in the text supports it.

    Parameters
    ----------
    category : str or None
        Code of the type; None if the text is not a case.
    name : str
        Chinese name of what was decided.
    official : str or None
        The official name with the largest summed probability; None if the text is not a case.
    confidence : float
        Calibrated probability of what was decided, in [0, 1].
    decision : {"accept", "review", "not_a_case"}
        Whether the type may be taken as it is, a person should look, or there is no case.
    candidates : tuple of str
        Codes, likeliest first: the smallest set that holds the true one with the coverage that the model states.
    ranking : tuple of (str, float)
        Every code, ``"not_a_case"`` among them, with its probability, best first; they sum to 1.
    margin : float
        How far the first of the ranking is ahead of the second, in the units of the linear model.
    contributions : tuple of (str, float)
        Each term of the text that the model knows, with its share of the margin, largest first. A term is a word, or ``¹`` and a
        character, or ``²`` and a pair of characters. Empty where cues were not asked for.
    remainder : float
        What the terms leave of the margin; ``sum(shares) + remainder == margin`` up to rounding.
    cues : tuple of Cue
        At most eight phrases, heaviest first.
    """

    category: str | None
    name: str
    official: str | None
    confidence: float
    decision: Decision
    candidates: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    margin: float
    contributions: tuple[tuple[str, float], ...]
    remainder: float
    cues: tuple[Cue, ...]
