"""The held-out rule: which cases no model is ever trained on, decided once and for all by the text itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

from classifier.normalise import letters_of

#: One case in ten.
SHARE = 0.1


def draws_out(text: str) -> bool:
    """Whether a text's own hash holds it out; blanks, punctuation and script do not matter.

    Parameters
    ----------
    text : str
        A narrative.

    Returns
    -------
    bool
        True for one text in ten.
    """
    letters = letters_of(text)
    return int.from_bytes(sha256(letters.encode("utf-8", "surrogatepass")).digest()[:8], "big") < SHARE * 2**64


def held_out(texts: Sequence[str], groups: Sequence[int]) -> list[bool]:
    """Which cases are held out: a near-twin group is as soon as one of its texts is.

    A group can therefore only move out of training when twins are added, never into it: what was held out once stays so.

    Parameters
    ----------
    texts : sequence of str
        The narratives.
    groups : sequence of int
        Group of each, as ``twin_groups`` gives them.

    Returns
    -------
    list of bool
        In the same order.
    """
    out: defaultdict[int, bool] = defaultdict(bool)
    for text, group in zip(texts, groups, strict=True):
        out[group] |= draws_out(text)
    return [out[group] for group in groups]
