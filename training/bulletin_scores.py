"""Scores of the segmenter on annotated pages: which cases were found, and how they were labelled.

A folder of annotated pages holds, for each ``NAME.txt``, a ``NAME.gold.json``: a list of cases with ``label``, ``start_pos`` and
``end_pos`` (or ``start`` and ``end``, the first and last characters of the narrative), and perhaps ``borderline``.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier.classifier import ScamClassifier
from classifier.errors import InputError
from classifier.reading import read_text
from classifier.taxonomy import Taxonomy, load_taxonomy
from training.bulletins import segment
from training.cases import Case

#: A found case is the annotated one when their spans overlap so far (intersection over union).
OVERLAP = 0.5


@dataclass
class BulletinScores:
    """Counts over all pages.

    Parameters
    ----------
    found, gold, matched : int
        Cases that were found, that are annotated, and that are both. Borderline ones are in none of them.
    labelled, right : int
        Matched cases whose annotation names a type of the taxonomy, and those of them that were given it.
    misses : list of str
        One line for each case that was missed, found for nothing, or labelled otherwise: page, span and labels, never text.
    """

    found: int = 0
    gold: int = 0
    matched: int = 0
    labelled: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of the found cases that are annotated."""
        return self.matched / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the annotated cases that were found."""
        return self.matched / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        return 2 * self.matched / (self.found + self.gold) if self.found + self.gold else 0.0

    @property
    def label_accuracy(self) -> float:
        """Share of the right labels among the matched cases that have one."""
        return self.right / self.labelled if self.labelled else 0.0


def score_bulletins(folder: str | os.PathLike[str], model: ScamClassifier | None = None) -> BulletinScores:
    """Score the segmenter on a folder of annotated pages.

    Parameters
    ----------
    folder : path
        With ``NAME.txt`` and ``NAME.gold.json``.
    model : ScamClassifier, optional
        Labels what headings and rules do not.

    Returns
    -------
    BulletinScores
        Over all pages.

    Raises
    ------
    InputError
        If the folder holds no annotated page, or an annotation cannot be read.
    """
    annotations = sorted(Path(folder).glob("*.gold.json"))
    if not annotations:
        raise InputError("no_annotated_pages", path=folder)
    scores = BulletinScores()
    for annotation in annotations:
        page = read_text(annotation.with_name(annotation.name.replace(".gold.json", ".txt")))
        try:
            gold = json.loads(annotation.read_text(encoding="utf-8"))
            spans = [_span(page, entry) for entry in gold if str(entry["label"])]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError("annotation_unreadable", path=annotation) from error
        cases = [case for case in segment(page, source=annotation.stem, model=model) if case.kind != "method"]
        _add(scores, cases, gold, spans, annotation.name.split(".")[0], model.taxonomy if model else load_taxonomy())
    return scores


def _span(page: str, entry: dict[str, Any]) -> tuple[int, int]:
    if "start_pos" in entry and "end_pos" in entry:
        return int(entry["start_pos"]), int(entry["end_pos"])
    start = page.index(entry["start"])
    return start, page.index(entry["end"], start) + len(entry["end"])


def _add(scores: BulletinScores, cases: list[Case], gold: list[dict[str, Any]], spans: list[tuple[int, int]], name: str, taxonomy: Taxonomy) -> None:
    pairs = sorted(
        ((_overlap((case.start or 0, case.end or 0), span), i, j) for i, case in enumerate(cases) for j, span in enumerate(spans)),
        reverse=True,
    )
    case_of: dict[int, int] = {}
    for overlap, i, j in pairs:
        if overlap >= OVERLAP and j not in case_of and i not in case_of.values():
            case_of[j] = i
    for j, entry in enumerate(gold):
        label = taxonomy.find(str(entry["label"]))
        case = cases[case_of[j]] if j in case_of else None
        if entry.get("borderline"):
            scores.found -= case is not None
            continue
        scores.gold += 1
        scores.matched += case is not None
        if case is None:
            scores.misses.append(f"{name} {spans[j]} missed: {entry['label']}")
        elif label is not None:
            scores.labelled += 1
            scores.right += case.category == label
            if case.category != label:
                scores.misses.append(f"{name} {spans[j]} {entry['label']} labelled {case.category} by {case.label_reason}")
    scores.found += len(cases)
    scores.misses += [
        f"{name} {(case.start, case.end)} found for nothing: {case.category}" for i, case in enumerate(cases) if i not in case_of.values()
    ]


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> float:
    common = min(a[1], b[1]) - max(a[0], b[0])
    return max(0, common) / (max(a[1], b[1]) - min(a[0], b[0]))
