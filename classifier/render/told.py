"""What of a verdict is told to a person, and in which words. How that looks on a terminal or on a page is decided there."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nlargest, nsmallest
from operator import itemgetter

from classifier import messages
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.terms import FAMILIES
from classifier.verdict import Cue, Verdict

#: Of the ranking so many types are shown, if they have at least such a share.
MOST_TYPES, LEAST_SHARE = 5, 0.01
#: From each on a verdict is called so sure.
_SURENESS = ((0.995, "sure_almost_certain"), (0.95, "sure_very"), (0.8, "sure_rather"), (0.5, "sure_little"), (0.0, "sure_not"))
_LAST_CIRCLED = 20
_MARKS = "".join(FAMILIES)


def title(verdict: Verdict, taxonomy: Taxonomy, lang: str) -> str:
    """What was decided, by its name.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    taxonomy : Taxonomy
        Gives the names.
    lang : {"zh", "en"}
        Language of the name.

    Returns
    -------
    str
        A type, or that there is no case.
    """
    return taxonomy[verdict.category or NOT_A_CASE].names[lang]


def official(verdict: Verdict, taxonomy: Taxonomy, lang: str) -> str | None:
    """The official name that a verdict counts as, in words.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    taxonomy : Taxonomy
        Says which types have an official name.
    lang : {"zh", "en"}
        Language of the words.

    Returns
    -------
    str or None
        That there is none for a type without one, although ``Verdict.official`` names the likeliest of the others; None if there is no case, or the
        model knows no type with an official name.
    """
    if verdict.category is None or verdict.official is None:
        return None
    return verdict.official if taxonomy[verdict.category].official else messages.text_in(lang, "no_official")


def percent(share: float) -> str:
    """A probability as people say it: nothing is a hundred per cent sure, and what is in the ranking is not impossible.

    Parameters
    ----------
    share : float
        In [0, 1].

    Returns
    -------
    str
        At most four characters.
    """
    return ">99%" if share >= 0.995 else "<1%" if share < 0.01 else f"{share:.0%}"


def sureness(confidence: float, lang: str) -> str:
    """How sure a verdict is, in words with the number.

    Parameters
    ----------
    confidence : float
        In [0, 1].
    lang : {"zh", "en"}
        Language of the words.

    Returns
    -------
    str
        One short phrase.
    """
    return messages.text_in(lang, next(key for least, key in _SURENESS if confidence >= least), percent=percent(confidence))


def ranked(verdict: Verdict) -> list[tuple[str, float]]:
    """The types worth showing.

    Parameters
    ----------
    verdict : Verdict
        The verdict.

    Returns
    -------
    list of (str, float)
        Codes with their probabilities, likeliest first; the first always.
    """
    first, *others = verdict.ranking[:MOST_TYPES]
    return [first, *((code, share) for code, share in others if share >= LEAST_SHARE)]


def further(verdict: Verdict) -> list[tuple[str, tuple[Cue, ...]]]:
    """What a text may tell of instead or as well, where a person has to decide.

    Parameters
    ----------
    verdict : Verdict
        The verdict.

    Returns
    -------
    list of (str, tuple of Cue)
        Codes with the phrases that speak for them, likeliest first; empty unless the verdict is under review.
    """
    cues = dict(verdict.candidate_cues)
    return [(code, cues.get(code, ())) for code in verdict.candidates if code != verdict.category] if verdict.decision == "review" else []


def sides(verdict: Verdict) -> list[tuple[Cue, ...]]:
    """Whose cues are marked in the text.

    Parameters
    ----------
    verdict : Verdict
        The verdict.

    Returns
    -------
    list of tuple of Cue
        Those of the verdict, then those of each of ``further``.
    """
    return [verdict.cues, *(cues for _, cues in further(verdict))]


def number(side: int, verdict: Verdict) -> str:
    """What tells the cues of one further candidate from those of another.

    Parameters
    ----------
    side : int
        Its place in ``sides``.
    verdict : Verdict
        The verdict.

    Returns
    -------
    str
        A circled number; nothing for the verdict's own type, and where there is only one candidate.
    """
    if side == 0 or len(further(verdict)) == 1:
        return ""
    return chr(0x2460 + side - 1) if side <= _LAST_CIRCLED else f"({side})"


def shares(verdict: Verdict) -> dict[str, float]:
    """The contributions as a person reads them: a word, and the same letters as a character or a pair of characters, are one.

    Parameters
    ----------
    verdict : Verdict
        The verdict.

    Returns
    -------
    dict of str to float
        Share by the letters of the term; the sum is that of the contributions.
    """
    added = dict[str, float]()
    for term, share in verdict.contributions:
        letters = term.lstrip(_MARKS)
        added[letters] = added.get(letters, 0.0) + share
    return added


def heaviest(added: Mapping[str, float], most: int) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """The contributions that matter most.

    Parameters
    ----------
    added : mapping of str to float
        As ``shares`` gives them.
    most : int
        So many of each kind.

    Returns
    -------
    list of (str, float), list of (str, float)
        Letters with their shares: those for the verdict, and those against it, heaviest first.
    """
    speaking = nlargest(most, (pair for pair in added.items() if pair[1] > 0), key=itemgetter(1))
    return speaking, nsmallest(most, (pair for pair in added.items() if pair[1] < 0), key=itemgetter(1))


def signed(share: float, places: int = 2) -> str:
    """A share of the margin with its sign, which is never a hyphen.

    Parameters
    ----------
    share : float
        The share.
    places : int
        Digits after the point.

    Returns
    -------
    str
        Such as ``+0.12`` or ``−0.05``.
    """
    return f"{share:+.{places}f}".replace("-", "−")
