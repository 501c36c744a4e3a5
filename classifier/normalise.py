"""Normalising with an offset map: every character of the normalised text knows its span in the string that was given.

What is folded stands in ``data/folding.tsv`` (one character for one) and in the steps below; what may not vote at all is found by
``classifier.masks`` and only blotted out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from classifier import masks
from classifier.resources import read_data

#: Raised when the same string may come out differently; a model names the version it was trained with.
VERSION = 1

#: Stands where something was masked. No term contains it.
BLOT = "\ue000"

Edit = tuple[int, int, str]

# Zero-width, bidirectional and control characters, soft hyphens, combining marks, variation selectors, emoji modifiers.
_IGNORABLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u0300-\u036f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufeff\ufff0-\uffff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff\ud800-\udfff]+"
)
_STRAY_SPACE = re.compile(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")
# Spellings that dodge filters or save typing, with what they stand for.
_ALIASES = (
    (re.compile(r"(?<![a-z0-9])(?:v[x信]|wx|w信|weixin|wechat)(?![a-z0-9])|微x|[薇威维徽]信(?![任力用誉号])"), "微信"),
    (re.compile(r"(?<![a-z0-9])(?:shuadan|s单|刷dan|shua单)(?![a-z0-9])"), "刷单"),
    (re.compile("扣扣(?=号|群|好友|上|聊)"), "qq"),
)


class Normalised:
    """A text as the terms are read from it, and the way back to the string that was given.

    Parameters
    ----------
    original : str
        The string that was given.
    text : str
        What became of it.
    steps : iterable of list of (int, int, str)
        For each step the replaced spans, in the coordinates of that step's input, with what took their place.
    """

    def __init__(self, original: str, text: str, steps: Iterable[list[Edit]] = ()) -> None:
        self.original = original
        self.text = text
        self._steps = list(steps)

    @cached_property
    def spans(self) -> NDArray[np.int64]:
        """Start and end in the original of every character of the text; shape (len(text), 2)."""
        positions = np.arange(len(self.original), dtype=np.int64)
        spans = np.stack([positions, positions + 1], axis=1)
        for edits in self._steps:
            pieces, done = [], 0
            for start, end, replacement in edits:
                pieces.append(spans[done:start])
                if replacement:
                    whole = (spans[start, 0], spans[end - 1, 1])
                    pieces.append(np.tile(np.array(whole, dtype=np.int64), (len(replacement), 1)))
                done = end
            spans = np.concatenate([*pieces, spans[done:]])
        return spans

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original.

        Parameters
        ----------
        start, end : int
            A span of the normalised text that is not empty.

        Returns
        -------
        tuple of int
            Start and end in the original, such that the end is not before the start.
        """
        return int(self.spans[start, 0]), int(self.spans[end - 1, 1])


@cache
def folding() -> dict[int, str]:
    """The one-for-one table, as ``str.translate`` wants it."""
    rows = (line.split("\t", 2) for line in read_data("folding.tsv").splitlines())
    return {int(row[0], 16): chr(int(row[1], 16)) for row in rows}


def _apply(text: str, edits: list[Edit]) -> str:
    pieces, done = [], 0
    for start, end, replacement in edits:
        pieces += (text[done:start], replacement)
        done = end
    return "".join([*pieces, text[done:]])


def fold(text: str) -> str:
    """Traditional to simplified, full width to ASCII, upper to lower case, look-alikes to what they look like.

    Parameters
    ----------
    text : str
        Any string.

    Returns
    -------
    str
        A string of the same length.
    """
    return text.translate(folding())


def normalise(text: str) -> Normalised:
    """Fold a text, close up what was put between its characters, and blot out what may not vote.

    Parameters
    ----------
    text : str
        Any string; lone surrogates are ignored as control characters are.

    Returns
    -------
    Normalised
        The text to read terms from, with its offset map.
    """
    now, steps = fold(text), []
    for edits in _CLOSING_UP:
        found = edits(now)
        if found:
            steps.append(found)
            now = _apply(now, found)
    blots = [(start, end, BLOT) for start, end, _ in masks.find(now)]
    if blots:
        steps.append(blots)
        now = _apply(now, blots)
    return Normalised(text, now, steps)


def _ignorable(text: str) -> list[Edit]:
    return [(*m.span(), "") for m in _IGNORABLE.finditer(text)]


def _stray_spaces(text: str) -> list[Edit]:
    return [(*m.span(), "") for m in _STRAY_SPACE.finditer(text)] if " " in text else []


def _aliases(text: str) -> list[Edit]:
    return sorted((*m.span(), word) for pattern, word in _ALIASES for m in pattern.finditer(text))


_CLOSING_UP = (_ignorable, _stray_spaces, _aliases)
