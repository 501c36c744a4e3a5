"""What the classifier answers: frozen values, rendered elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, overload

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
        What its terms add to the lead of its type over the mean of all types, in the units of the linear model; over one other type where the
        verdict was asked for against that. Always positive.
    """

    text: str
    start: int
    end: int
    weight: float


class Contributions(Sequence[tuple[str, float]]):
    """Terms with their shares: an immutable sequence of pairs, which are made when asked for because a text has hundreds of them.

    Parameters
    ----------
    names : sequence of str
        Names of all terms of a model. A term is a word, or ``¹`` and a character, or ``²`` and a pair of characters.
    rows : sequence or array of int
        Which of them there are.
    shares : sequence or array of float
        In step with ``rows``.
    """

    __slots__ = ("_names", "_rows", "_shares")

    def __init__(self, names: Sequence[str] = (), rows: Any = (), shares: Any = ()) -> None:
        self._names, self._rows, self._shares = names, rows, shares

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> tuple[str, float]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[tuple[str, float], ...]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, float] | tuple[tuple[str, float], ...]:
        return tuple(self)[index]

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return ((self._names[row], float(share)) for row, share in zip(self._rows, self._shares, strict=True))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Contributions) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Contributions({list(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        # Without the names of the terms that the text does not have: a worker sends many of these.
        pairs = list(self)
        return Contributions, (tuple(name for name, _ in pairs), range(len(pairs)), tuple(share for _, share in pairs))


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
    contributions : Contributions
        Pairs of each term of the text that the model knows and its share of the margin, in the order of the model. Empty where cues were not asked
        for.
    remainder : float
        What the terms leave of the margin; ``sum(shares) + remainder == margin`` up to rounding.
    cues : tuple of Cue
        At most eight phrases, heaviest first.
    candidate_cues : tuple of (str, tuple of Cue)
        Where a person has to decide: each further type among the candidates with the phrases that speak for it.
    """

    category: str | None
    name: str
    official: str | None
    confidence: float
    decision: Decision
    candidates: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    margin: float
    contributions: Contributions
    remainder: float
    cues: tuple[Cue, ...]
    candidate_cues: tuple[tuple[str, tuple[Cue, ...]], ...] = ()
