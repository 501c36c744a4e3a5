"""From a bulletin to labelled cases: the page is cleaned and outlined, passages are found and labelled, amounts and dates are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from classifier.normalise import fold
from classifier.taxonomy import load_taxonomy
from training.amounts import amount_of, date_of
from training.cases import Case
from training.labels import Label, label_of
from training.outline import outline
from training.pages import lines_of
from training.passages import Passage, passages

if TYPE_CHECKING:
    from classifier.classifier import ScamClassifier


def segment(page: str, *, source: str = "", model: ScamClassifier | None = None) -> list[Case]:
    """Find the cases that a bulletin tells, and label them.

    Parameters
    ----------
    page : str
        The page as stored, noise included; simplified or traditional.
    source : str
        Where it comes from; kept in the cases.
    model : ScamClassifier, optional
        Labels what headings and rules do not. Never given for training data: the model would learn from itself.

    Returns
    -------
    list of Case
        In the order of the page: victims' and enforcement cases, labelled or with category None, and labelled methods.
    """
    taxonomy = load_taxonomy()
    currency = "TWD" if re.search("台币|165(?:反|打)诈|警政署", fold(page)) else "CNY"
    cases = []
    for passage in passages(outline(lines_of(page), taxonomy)):
        if passage.kind == "method":
            label = passage.heading
        else:
            label = label_of(passage.text, passage.heading, taxonomy)
            if label is None and model is not None:
                label = _model_label(passage, model)
        cases.append(_case(passage, label, source, currency))
    return cases


def _model_label(passage: Passage, model: ScamClassifier) -> Label | None:
    verdict = model.classify(passage.text)
    best = verdict.category or next((code for code, _ in verdict.ranking if code in model.taxonomy.categories), None)
    return Label(best, "model", "、".join(cue.text for cue in verdict.cues[:3])) if best else None


def _case(passage: Passage, label: Label | None, source: str, currency: str) -> Case:
    start, end = passage.span
    aiding = label is not None and label.category == "crime_aiding"
    amount = amount_of(passage.text, handled=aiding or passage.kind == "enforcement", currency=currency) if passage.kind != "method" else None
    return Case(
        text=passage.text,
        category=label.category if label else None,
        label_reason=label.reason if label else "none",
        label_evidence=label.evidence if label else "",
        kind=passage.kind,
        source=source,
        start=start,
        end=end,
        amount=amount[0] if amount else None,
        currency=amount[1] if amount else None,
        date=date_of(passage.text) if passage.kind != "method" else None,
    )
