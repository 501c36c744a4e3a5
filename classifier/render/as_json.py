"""A verdict as JSON, for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from classifier.verdict import Verdict


def verdict_object(verdict: Verdict, **more: Any) -> dict[str, Any]:
    """A verdict as plain values.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    **more : object
        Further entries, put at the end.

    Returns
    -------
    dict
        The fields of ``Verdict`` by name; ``ranking`` as objects with ``code`` and ``probability``, ``contributions`` as objects with
        ``term`` and ``share``, largest first, ``cues`` as objects with ``text``, ``start``, ``end`` and ``weight``.
    """
    plain = asdict(verdict)
    plain["ranking"] = [{"code": code, "probability": share} for code, share in verdict.ranking]
    plain["contributions"] = [{"term": term, "share": share} for term, share in sorted(verdict.contributions, key=lambda pair: -pair[1])]
    return plain | more


def verdict_json(verdict: Verdict, **more: Any) -> str:
    """A verdict as one line of JSON, Chinese characters as they are.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    **more : object
        Further entries.

    Returns
    -------
    str
        Without a line end.
    """
    return json.dumps(verdict_object(verdict, **more), ensure_ascii=False)
