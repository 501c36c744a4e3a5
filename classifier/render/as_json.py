"""A verdict as JSON, for other programs. ``data/verdict.schema.json`` describes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from classifier.resources import read_data
from classifier.taxonomy import Taxonomy
from classifier.verdict import Verdict


def verdict_object(verdict: Verdict, taxonomy: Taxonomy, *, against: str | None = None) -> dict[str, Any]:
    """A verdict as plain values.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    taxonomy : Taxonomy
        Gives the names of candidates.
    against : str, optional
        Code of the type that the verdict was explained against, if one was asked for.

    Returns
    -------
    dict
        The fields of ``Verdict`` by name; ``ranking`` as objects with ``code`` and ``probability``, ``contributions`` as objects with ``term`` and
        ``share``, largest first, ``cues`` as objects with ``text``, ``start``, ``end`` and ``weight``, ``candidate_cues`` as objects with ``code``,
        ``name`` and ``cues``; and ``against``, if it was asked for.
    """
    plain = asdict(verdict)
    plain["ranking"] = [{"code": code, "probability": share} for code, share in verdict.ranking]
    plain["contributions"] = [{"term": term, "share": share} for term, share in sorted(verdict.contributions, key=lambda pair: -pair[1])]
    plain["candidate_cues"] = [
        {"code": code, "name": taxonomy[code].names["zh"], "cues": [asdict(cue) for cue in cues]} for code, cues in verdict.candidate_cues
    ]
    return plain if against is None else plain | {"against": against}


def verdict_schema() -> str:
    """What ``verdict_object`` gives, for programs that check it.

    Returns
    -------
    str
        A JSON Schema, draft 2020-12.
    """
    return read_data("verdict.schema.json")
