"""The label of a passage of a bulletin: from its heading, or by rules over its words, with the words that decided."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from classifier.normalise import fold
from classifier.taxonomy import NOT_A_CASE, Taxonomy, label_key


@dataclass(frozen=True)
class Label:
    """A label with its reason.

    Parameters
    ----------
    category : str
        Code of the type.
    reason : str
        ``heading`` or ``rule``.
    evidence : str
        The words that decided.
    """

    category: str
    reason: str
    evidence: str


@dataclass(frozen=True)
class _Rules:
    patterns: dict[str, list[tuple[re.Pattern[str], float]]]
    least: float
    lead: float


@cache
def _rules() -> _Rules:
    data = tomllib.loads(files("training").joinpath("data", "rules.toml").read_text(encoding="utf-8"))
    patterns = {
        code: [(re.compile(pattern), float(weight)) for pattern, weight in rows.items()] for code, rows in data.items() if isinstance(rows, dict)
    }
    return _Rules(patterns, float(data["least"]), float(data["lead"]))


def heading_label(heading: str, taxonomy: Taxonomy) -> Label | None:
    """The type that a heading names.

    Parameters
    ----------
    heading : str
        As it stands in the page.
    taxonomy : Taxonomy
        Gives names and aliases.

    Returns
    -------
    Label or None
        The longest name or alias within the heading; None if it names none, or several types.
    """
    key = label_key(heading)
    found: dict[str, str] = {}
    for name, code in sorted(taxonomy.labels.items(), key=lambda item: -len(item[0])):
        if len(name) >= 2 and code != NOT_A_CASE and name in key and not any(name in longer for longer in found):
            found[name] = code
    codes = set(found.values())
    if len(codes) != 1:
        return None
    return Label(codes.pop(), "heading", next(iter(found)))


def rule_scores(text: str) -> dict[str, tuple[float, list[str]]]:
    """How strongly the rules speak for each category.

    Parameters
    ----------
    text : str
        A passage.

    Returns
    -------
    dict of str to (float, list of str)
        Score and the words that matched, best first.
    """
    folded = fold(text)
    scores = {}
    for code, patterns in _rules().patterns.items():
        matched = [(weight, m.group()) for pattern, weight in patterns if (m := pattern.search(folded))]
        if matched:
            scores[code] = (sum(weight for weight, _ in matched), [word for _, word in matched])
    return dict(sorted(scores.items(), key=lambda item: -item[1][0]))


def rule_label(text: str) -> Label | None:
    """The type that the rules give a passage.

    Parameters
    ----------
    text : str
        A passage.

    Returns
    -------
    Label or None
        None if no category is strong enough, or two are as strong.
    """
    ranked = list(rule_scores(text).items())
    if not ranked or ranked[0][1][0] < _rules().least:
        return None
    if len(ranked) > 1 and ranked[0][1][0] - ranked[1][1][0] < _rules().lead:
        return None
    code, (_, words) = ranked[0]
    return Label(code, "rule", "、".join(words))


def label_of(text: str, heading: Label | None, taxonomy: Taxonomy) -> Label | None:
    """The label of a passage under a heading.

    Parameters
    ----------
    text : str
        The passage.
    heading : Label or None
        What the nearest heading that names a type says.
    taxonomy : Taxonomy
        Says which types share an official name.

    Returns
    -------
    Label or None
        The heading's, unless the passage itself tells of a type that goes before it: a heading about romance over a passage about a
        platform is about the platform; or of a narrower type, where the heading says no more than the official name: an airline's customer service
        over cancelled flights.
    """
    by_rule = rule_label(text)
    if heading is None:
        return by_rule
    scores = rule_scores(text)
    if by_rule and by_rule.category in _BEFORE.get(heading.category, ()):
        own = scores.get(heading.category, (0.0, []))[0]
        if scores[by_rule.category][0] >= own + 1:
            return by_rule
    return _narrower(heading, scores, taxonomy) or heading


def _narrower(heading: Label, scores: dict[str, tuple[float, list[str]]], taxonomy: Taxonomy) -> Label | None:
    """A type that is part of the heading's, for which a passage speaks no less than for the whole."""
    whole = taxonomy[heading.category]
    if whole.names["zh"] != whole.official:
        return None
    own = scores.get(heading.category, (0.0, []))[0]
    for code, (score, words) in scores.items():
        if code != heading.category and taxonomy[code].official == whole.official and score >= max(own, _rules().least):
            return Label(code, "rule", "、".join(words))
    return None


# Types that a story may turn into: the taxonomy puts the right-hand ones before the heading's.
_BEFORE = {
    "romance": ("sextortion", "fake_investment", "task_rebate"),
    "fake_investment": ("romance",),
    "loan_card": ("task_rebate", "credit_record"),
    "fake_customer_service": ("flight_change", "credit_record"),
    "task_rebate": ("fake_investment",),
}
