"""Narratives in which readers underlined the telling phrases, and what that says of terms: how much likelier than others they are underlined."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.errors import CaseFileError, InputError
from classifier.normalise import normalise
from classifier.reading import read_text
from classifier.terms import FAMILIES, families
from classifier.words import cutter

#: A term must occur in so many underlined narratives before it is called telling or not.
LEAST_NARRATIVES = 3
#: Every term is taken to have been seen so often more, underlined as often as all are: what is rare stays near the mean.
PRIOR = 2.0


@dataclass(frozen=True, slots=True)
class Underlined:
    """A narrative with what its readers underlined.

    Parameters
    ----------
    text : str
        The narrative.
    category : str
        Code of the type that it was underlined for.
    readers : tuple of tuple of str
        The phrases of each reader, verbatim.
    """

    text: str
    category: str
    readers: tuple[tuple[str, ...], ...]

    def marks(self, reader: int) -> NDArray[np.bool_]:
        """Which characters one reader's phrases cover, wherever they stand.

        Parameters
        ----------
        reader : int
            Which of ``readers``.

        Returns
        -------
        ndarray of bool, shape (len(text),)
            One a character.
        """
        return covered(self.text, self.readers[reader])


def covered(text: str, phrases: Iterable[str]) -> NDArray[np.bool_]:
    """Which characters of a text some phrases cover, wherever they stand.

    Parameters
    ----------
    text : str
        The text.
    phrases : iterable of str
        Verbatim phrases, none of them empty.

    Returns
    -------
    ndarray of bool, shape (len(text),)
        One a character.
    """
    marks = np.zeros(len(text), dtype=np.bool_)
    for phrase in phrases:
        start = text.find(phrase)
        while start >= 0:
            marks[start : start + len(phrase)] = True
            start = text.find(phrase, start + 1)
    return marks


def runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The runs of marked characters.

    Parameters
    ----------
    marks : ndarray of bool, shape (n,)
        One a character.

    Returns
    -------
    list of tuple of int
        Half-open spans, in order.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marks, [False])).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def read_underlined(path: Path) -> list[Underlined]:
    """Read a file of underlined narratives: lines of JSON with ``text``, ``category`` and ``readers``.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list of Underlined
        In the order of the file.

    Raises
    ------
    InputError
        If the file is missing or cannot be decoded.
    CaseFileError
        If a line is no such record, or a phrase does not stand in its text.
    """
    found = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(_narrative(json.loads(line)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise CaseFileError("case_not_object", path=path, row=number) from error
    if not found:
        raise InputError("no_labels", path=path)
    return found


def _narrative(record: Any) -> Underlined:
    text, category, readers = record["text"], record["category"], record["readers"]
    if not isinstance(text, str) or not isinstance(category, str) or not readers or not all(isinstance(phrases, list) for phrases in readers):
        raise ValueError("no narrative with the phrases of its readers")
    if not all(phrase and phrase in text for phrases in readers for phrase in phrases):
        raise ValueError("a phrase that does not stand in the text")
    return Underlined(text, category, tuple(tuple(phrases) for phrases in readers))


def telling(terms: Sequence[str], narratives: Iterable[Underlined]) -> NDArray[np.float32]:
    """How much likelier than others each term is underlined.

    Parameters
    ----------
    terms : sequence of str
        With their family's mark.
    narratives : iterable of Underlined
        The first reader of each counts.

    Returns
    -------
    ndarray of float32, shape (n_terms,)
        Log odds of its characters' being underlined over those of all terms, rounded to half precision; 0 for a term of too few narratives.
    """
    row = {term: i for i, term in enumerate(terms)}
    occurrences, underlined, seen_in = (np.zeros(len(terms)) for _ in range(3))
    for narrative in narratives:
        seen = set()
        for i, share in _occurrences(narrative, row):
            occurrences[i] += 1
            underlined[i] += share
            seen.add(i)
        seen_in[list(seen)] += 1
    if not occurrences.any():
        return np.zeros(len(terms), dtype=np.float32)
    usual = underlined.sum() / occurrences.sum()
    if not 0 < usual < 1:
        return np.zeros(len(terms), dtype=np.float32)
    odds = (underlined + PRIOR * usual) / (occurrences - underlined + PRIOR * (1 - usual))
    log_odds = np.log(odds) - math.log(usual / (1 - usual))
    return np.where(seen_in >= LEAST_NARRATIVES, log_odds, 0).astype(np.float16).astype(np.float32)


def _occurrences(narrative: Underlined, row: dict[str, int]) -> Iterable[tuple[int, float]]:
    """Each known term of a narrative, as often as it occurs, with the share of its characters that the first reader underlined."""
    normalised = normalise(narrative.text)
    marks = narrative.marks(0)
    spans = [normalised.original_span(i, i + 1) for i in range(len(normalised.text))]
    underlined = np.concatenate(([0.0], np.cumsum([marks[start:end].mean() for start, end in spans])))
    for mark, terms in zip(FAMILIES, families(normalised.text, cutter()(normalised.text)), strict=True):
        start = 0
        for term in terms:
            i = row.get(mark + term)
            if i is not None:
                yield i, float(underlined[start + len(term)] - underlined[start]) / len(term)
            start += 1 if mark else len(term)  # words stand one behind the other, the others begin at every character
