"""Normalising with an offset map: every character of the normalised text knows its span in the string that was given.

What is folded stands in ``data/folding.tsv`` (one character for one) and in the steps below; what may not vote at all is found by
``classifier.masks`` and only blotted out here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from classifier import masks
from classifier.resources import read_data

#: Raised when the same string may come out differently; a model names the version it was trained with.
VERSION = 3

#: Stands where something was masked. No term contains it.
BLOT = masks.MARK
_BLOTS = re.compile(f"{BLOT}+")

Edit = tuple[int, int, str]

# Zero-width, bidirectional and control characters, soft hyphens, combining marks, variation selectors, emoji modifiers.
_IGNORABLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u0300-\u036f\u0483-\u0489\u061c\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\ufff0-\uffff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff\ud800-\udfff]+"
)
_STRAY_SPACE = re.compile(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")
# Marks put between the characters of a word to dodge filters: where three characters in a row are set apart by them.
_HAN, _MARKS = r"[\u3400-\u9fff]", r"[.·•・*_~|/\\+=^\-]"
_STRAY_MARK = re.compile(rf"{_MARKS}(?:(?<={_HAN}.)(?={_HAN}{_MARKS}{_HAN})|(?<={_HAN}{_MARKS}{_HAN}.)(?={_HAN}))")
_REPEAT = re.compile("([\u3400-\u9fff])\\1{2,}")
# Spellings that dodge filters or save typing, with what they stand for. Without one of these
# letters there is none of them.
_ALIAS_LETTERS = re.compile("[薇威维徽扣刷vwxs]")
_ALIASES = (
    (
        re.compile(
            r"v(?<![a-z0-9].)[x信](?![a-z])|w(?<![a-z0-9].)(?:x|信|eixin|echat)(?![a-z])|微x|薇信"
            r"|威(?<=[加的用].)信(?![力任])|维(?<=[加的用].)信|徽(?<=[加的用].)信|[威维徽]信(?=号码|群|好友|聊天|转账)"
        ),
        "微信",
    ),
    (re.compile(r"s(?<![a-z0-9].)(?:hua)?(?:dan|单)(?![a-z0-9])|刷dan"), "刷单"),
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

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original.

        Parameters
        ----------
        start, end : int
            A span of the normalised text that is not empty.

        Returns
        -------
        tuple of int
            Start and end in the original; what a replacement stands for is taken whole.
        """
        return self.original_spans(((start, end),))[0]

    def original_spans(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Where many parts of ``text`` stand in the original.

        Parameters
        ----------
        spans : iterable of tuple of int
            Start and end of each in the normalised text; none is empty.

        Returns
        -------
        list of tuple of int
            As ``original_span`` gives them, in the same order.
        """
        for starts, edits in self._way_back:
            back = []
            for start, stop in spans:
                last = stop - 1
                if (place := bisect_right(starts, start) - 1) >= 0:
                    begin, end, after = edits[place]
                    start = begin if start < after else end + start - after
                if (place := bisect_right(starts, last) - 1) >= 0:
                    _, end, after = edits[place]
                    last = end - 1 if last < after else end + last - after
                back.append((start, last + 1))
            spans = back
        return list(spans)

    @cached_property
    def _way_back(self) -> list[tuple[list[int], list[tuple[int, int, int]]]]:
        """For each step, the last first, where its replacements begin in its output, and of each the span it stands for and where it ends."""
        way = []
        for edits in reversed(self._steps):
            starts, spans, shift = [], [], 0
            for start, end, replacement in edits:
                starts.append(start + shift)
                spans.append((start, end, start + shift + len(replacement)))
                shift += len(replacement) - (end - start)
            way.append((starts, spans))
        return way


@cache
def folding() -> NDArray[np.uint32]:
    """The one-for-one table.

    Returns
    -------
    ndarray of uint32, shape (0x110000,)
        For each code point the one it is read as.
    """
    table = np.arange(0x110000, dtype=np.uint32)
    rows = [line.split("\t", 2) for line in read_data("folding.tsv").splitlines()]
    table[[int(row[0], 16) for row in rows]] = [int(row[1], 16) for row in rows]
    return table


def code_points(text: str) -> NDArray[np.uint32]:
    """Code points of a text, lone surrogates among them.

    Parameters
    ----------
    text : str
        Any string.

    Returns
    -------
    ndarray of uint32, shape (len(text),)
        One a character.
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.dtype("<u4"))


def _apply(text: str, edits: list[Edit]) -> str:
    pieces, done = list[str](), 0
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
    return folding()[code_points(text)].tobytes().decode("utf-32-le", "surrogatepass")


def letters_of(text: str) -> str:
    """What of a text counts when two are compared.

    Parameters
    ----------
    text : str
        In whatever script and punctuation it is written.

    Returns
    -------
    str
        Its letters and digits, folded; the text itself where it has none.
    """
    return re.sub(r"[\W_]", "", fold(text)) or text


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
    points = folding()[code_points(text)]
    now, steps = points.tobytes().decode("utf-32-le", "surrogatepass"), list[list[Edit]]()
    signs = _signs_in(points)
    for sign, edits in _CLOSING_UP:
        # What was closed up may have brought together what the next steps look for.
        if (sign & signs or steps) and (found := edits(now)):
            steps.append(found)
            now = _apply(now, found)
    blots = [(*m.span(), BLOT) for m in _BLOTS.finditer(masks.blot(now))]
    if blots:
        steps.append(blots)
        now = _apply(now, blots)
    return Normalised(text, now, steps)


def _ignorable(text: str) -> list[Edit]:
    return [(*m.span(), "") for m in _IGNORABLE.finditer(text)]


def _stray_spaces(text: str) -> list[Edit]:
    return [(*m.span(), "") for m in _STRAY_SPACE.finditer(text)] if " " in text else []


def _stray_marks(text: str) -> list[Edit]:
    return [(*m.span(), "") for m in _STRAY_MARK.finditer(text)]


def _repeats(text: str) -> list[Edit]:
    """The same Chinese character three times and more is read twice: 哈哈哈哈 has as many words as there are ways to count it."""
    points = code_points(text)
    same = points[1:] == points[:-1]
    if not (same[1:] & same[:-1]).any():
        return []
    return [(*match.span(), 2 * match.group(1)) for match in _REPEAT.finditer(text)]


def _aliases(text: str) -> list[Edit]:
    if not _ALIAS_LETTERS.search(text):
        return []
    return sorted((*m.span(), word) for pattern, word in _ALIASES for m in pattern.finditer(text))


#: The steps, each with the sign without which a text has nothing for it: looking at all characters at once is much sooner done.
_IGNORED, _SPACE, _MARK, _SAME, _LETTER = 1, 2, 4, 8, 16
_BEYOND = 0x20000
_CLOSING_UP = ((_IGNORED, _ignorable), (_SPACE, _stray_spaces), (_MARK, _stray_marks), (_SAME, _repeats), (_LETTER, _aliases))


@cache
def _signs() -> NDArray[np.uint8]:
    """For each code point the signs it bears, shape (_BEYOND + 1,); whatever lies beyond may have to be ignored."""
    table = np.zeros(_BEYOND + 1, dtype=np.uint8)
    every = np.arange(_BEYOND, dtype=np.uint32).tobytes().decode("utf-32-le", "surrogatepass")
    for sign, pattern in ((_IGNORED, _IGNORABLE), (_SPACE, re.compile(" ")), (_MARK, re.compile(_MARKS)), (_LETTER, _ALIAS_LETTERS)):
        for match in pattern.finditer(every):
            table[match.start() : match.end()] |= sign
    table[_BEYOND] = _IGNORED
    return table


def _signs_in(points: NDArray[np.uint32]) -> int:
    """The signs of all characters together, and whether three in a row are the same."""
    if not len(points):
        return 0
    same = points[1:] == points[:-1]
    return int(np.bitwise_or.reduce(_signs().take(np.minimum(points, _BEYOND)))) | (_SAME if (same[1:] & same[:-1]).any() else 0)
