"""Verdicts as columns of a table: the one form in which all bulk work gives its answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import get_args

from classifier import messages
from classifier.taxonomy import NOT_A_CASE, Taxonomy, load_taxonomy
from classifier.verdict import Decision, Verdict

#: The columns, as named in ``data/messages.toml``.
COLUMNS = ("column_type", "column_code", "column_confidence", "column_second", "column_decision", "column_cues", "column_error")


def verdict_columns(
    verdicts: Iterable[Verdict], *, lang: str = "zh", taken: Collection[object] = (), taxonomy: Taxonomy | None = None
) -> dict[str, list[object]]:
    """Turn verdicts into named columns.

    Parameters
    ----------
    verdicts : iterable of Verdict
        One a row.
    lang : {"zh", "en"}
        Language of names and values.
    taken : collection
        Names that are there already; a new column of such a name gets ``_2``, ``_3`` … at its end.
    taxonomy : Taxonomy, optional
        That of the model; the shipped one by default.

    Returns
    -------
    dict of str to list
        Type, code, confidence (rounded to 4 places), second type, decision, cues (joined by ``；``) and error.
    """
    rows = [verdict_row(verdict, lang=lang, taxonomy=taxonomy) for verdict in verdicts]
    columns = zip(*rows, strict=True) if rows else ([] for _ in COLUMNS)
    return dict(zip(column_names(lang=lang, taken=taken), map(list, columns), strict=True))


def column_names(*, lang: str = "zh", taken: Collection[object] = ()) -> list[str]:
    """Names of the columns, none of which is taken.

    Parameters
    ----------
    lang : {"zh", "en"}
        Their language.
    taken : collection
        Names that are there already.

    Returns
    -------
    list of str
        In the order of ``COLUMNS``.
    """
    names = []
    for key in COLUMNS:
        name = first = messages.text_in(lang, key)
        number = 2
        while name in taken:
            name, number = f"{first}_{number}", number + 1
        names.append(name)
    return names


def verdict_row(verdict: Verdict, *, lang: str = "zh", error: str = "", taxonomy: Taxonomy | None = None) -> tuple[object, ...]:
    """One verdict as the cells of a row.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    lang : {"zh", "en"}
        Language of names and of the decision.
    error : str
        What is wrong with the row although it could be classified.
    taxonomy : Taxonomy, optional
        That of the model; the shipped one by default.

    Returns
    -------
    tuple
        In the order of ``COLUMNS``.
    """
    types, decisions = _names(taxonomy or load_taxonomy(), lang)
    code = verdict.category or NOT_A_CASE
    second = next(other for other, _ in verdict.ranking if other != code)
    return (
        types[code],
        code,
        round(verdict.confidence, 4),
        types[second],
        decisions[verdict.decision],
        "；".join(cue.text for cue in verdict.cues),
        error,
    )


@cache
def _names(taxonomy: Taxonomy, lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Names of types and of decisions: a million rows ask for them."""
    types = {code: taxonomy[code].names[lang] for code in (*taxonomy.categories, NOT_A_CASE)}
    return types, {decision: messages.text_in(lang, f"decision_{decision}") for decision in get_args(Decision)}


def error_row(error: str) -> tuple[object, ...]:
    """The cells of a row that could not be classified.

    Parameters
    ----------
    error : str
        Why.

    Returns
    -------
    tuple
        In the order of ``COLUMNS``; all but the last empty.
    """
    return ("",) * (len(COLUMNS) - 1) + (error,)
