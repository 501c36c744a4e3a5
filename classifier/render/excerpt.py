"""What of a text is shown, and which parts of it carry marks: all of a short text, the surroundings of the cues of a long one.

The one place that decides this, for terminals and pages alike; how a mark looks is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from classifier.verdict import Cue

#: Longer texts are shown as the surroundings of their cues.
WHOLE = 1200
AROUND = 40
#: From such a part of the heaviest cue's weight on a cue is heavy, or middling.
_HEAVY, _MIDDLING = 0.6, 0.3
#: Stands for what is left out, which is never shorter.
_GAP = " … "
_BLANK_LINES = re.compile(r"\n(?:[ \t\u3000]*\n){2,}")


@dataclass(frozen=True, slots=True)
class Mark:
    """That a piece of text belongs to a cue.

    Parameters
    ----------
    side : int
        Whose cue it is: 0 for the type of the verdict, then the further candidates in their order.
    level : int
        How heavy the cue is beside the heaviest of its side: 2 heavy, 1 middling, 0 light.
    first, last : bool
        Whether the cue begins and ends with this piece; cues of two sides may overlap.
    """

    side: int
    level: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same marks.

    Parameters
    ----------
    text : str
        Without control characters.
    marks : tuple of Mark
        One for each cue that it is part of, in the order of their sides.
    gap : bool
        That it stands for text left out.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    gap: bool = False


def excerpt(text: str, sides: Sequence[Sequence[Cue]]) -> list[Piece]:
    """Cut a text into what is shown of it.

    Parameters
    ----------
    text : str
        The text that was classified, of any length.
    sides : sequence of sequence of Cue
        The cues of each side.

    Returns
    -------
    list of Piece
        In the order of the text; of a long text at most some hundred characters for each cue.
    """
    spans = [(cue.start, cue.end, side, _level(cue, cues)) for side, cues in enumerate(sides) for cue in cues]
    pieces, done = list[Piece](), 0
    for start, end in _kept(text, spans):
        if start > done and text[done:start].strip():
            pieces.append(Piece(_GAP, gap=True))
        borders = sorted({start, end, *(place for span in spans for place in span[:2] if start < place < end)})
        for low, high in pairwise(borders):
            marks = tuple(Mark(side, level, first == low, last == high) for first, last, side, level in spans if first <= low and high <= last)
            shown = printable(text[low:high])
            if shown or marks:
                pieces.append(Piece(shown, marks))
        done = end
    if text[done:].strip():
        pieces.append(Piece(_GAP.rstrip(), gap=True))
    return pieces


def printable(text: str) -> str:
    """A text that can neither steer a terminal nor fill pages with nothing.

    Parameters
    ----------
    text : str
        Any string.

    Returns
    -------
    str
        Without control characters, invisible ones and lone surrogates; blanks of every kind are blanks, and no two blank lines follow each other.
    """
    kept = "".join(char if char.isprintable() or char in "\n\t\u3000" else " " if char.isspace() and char != "\r" else "" for char in text)
    return _BLANK_LINES.sub("\n\n", kept)


def one_line(phrase: str) -> str:
    """A phrase as it stands in a list.

    Parameters
    ----------
    phrase : str
        Such as the text of a cue.

    Returns
    -------
    str
        Printable, on one line.
    """
    return " ".join(printable(phrase).split())


def _level(cue: Cue, cues: Sequence[Cue]) -> int:
    heaviest = max(other.weight for other in cues)
    return (cue.weight >= _HEAVY * heaviest) + (cue.weight >= _MIDDLING * heaviest)


def _kept(text: str, spans: Sequence[tuple[int, int, int, int]]) -> list[tuple[int, int]]:
    """Spans of the text that are shown, apart from each other; none is empty."""
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if end - begin <= WHOLE:
        return [(begin, end)] if begin < end else []
    if not spans:
        return [(begin, begin + WHOLE)]
    kept = list[tuple[int, int]]()
    for first, last, *_ in sorted(spans):
        low, high = max(begin, first - AROUND), min(end, last + AROUND)
        if kept and low - kept[-1][1] <= len(_GAP):
            kept[-1] = (kept[-1][0], max(high, kept[-1][1]))
        else:
            kept.append((low, high))
    return kept
