"""The one definition of the terms of a text: its words, its characters and its pairs of neighbouring characters.

Training gives ``analyse`` to the vectoriser; the runtime looks the same families up in the vocabulary that came of it. A term may not
contain anything but Chinese characters and Latin letters, so none reaches across a blot, a number, a blank or punctuation. That is asked
only where a vocabulary is made: the runtime finds nothing else in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import add

from classifier.normalise import normalise
from classifier.words import cutter

#: Raised when the same normalised text may give other terms; a model names the version it was trained with.
VERSION = 1

#: The families of terms: what a term's name begins with in a vocabulary. Words come first and bear their own name.
FAMILIES = ("", "¹", "²")

_ELIGIBLE = re.compile(r"[\u3400-\u9fffa-z]+")


def families(text: str, words: list[str]) -> tuple[Iterable[str], ...]:
    """The terms of a normalised text, family by family, in the order of the text.

    Parameters
    ----------
    text : str
        A normalised text.
    words : list of str
        Its words; joined they give the text.

    Returns
    -------
    tuple of iterable of str
        One iterable for each of ``FAMILIES``.
    """
    return words, text, map(add, text, text[1:])


def eligible(term: str) -> bool:
    """Whether a term may stand in a vocabulary.

    Parameters
    ----------
    term : str
        Without its family's mark.

    Returns
    -------
    bool
        True if it is all letters.
    """
    return _ELIGIBLE.fullmatch(term) is not None


def analyse(text: str) -> list[str]:
    """All eligible terms of a text as a vectoriser wants them.

    Parameters
    ----------
    text : str
        As it was given.

    Returns
    -------
    list of str
        Each with its family's mark, repeated as often as it occurs.
    """
    normalised = normalise(text).text
    words = cutter()(normalised)
    marked = zip(FAMILIES, families(normalised, words), strict=True)
    return [mark + term for mark, terms in marked for term in terms if eligible(term)]
