"""Checks of a corpus of narratives: copies, stock phrases, attributes that give the type away, personal data, text taken from elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from classifier.normalise import fold, normalise
from classifier.taxonomy import NOT_A_CASE
from classifier.words import boilerplate, cutter
from training.cases import Case
from training.twins import twin_groups

#: A run of so many characters in more narratives than this is a stock phrase.
PHRASE, PHRASE_NARRATIVES = 8, 5
#: A run of so many Chinese characters in common with another text was taken from it.
TAKEN = 18
#: What attributes alone may tell of the type, in accuracy above always naming the most frequent one.
MOST_TOLD = 0.07

_HAN_RUN = re.compile("[\u3400-\u9fff]+")
# Mobile numbers, identity cards, bank cards: whole ones, not those that the writer masked.
_PERSONAL = re.compile(r"(?<![\d*])(?:1[3-9]\d{9}|\d{17}[\dxX]|(?:62|4|5)\d{15,18}|09\d{8})(?![\d*])")


@dataclass(frozen=True)
class Findings:
    """What the checks found; narratives are named by file and line, never quoted at length.

    Parameters
    ----------
    near_twins : list of (str, str)
        Narratives that are near-copies of an earlier one.
    phrases : list of (str, int)
        Runs of ``PHRASE`` characters, ledgers and masks left out, and in how many narratives they stand.
    told_by_attributes : float
        How much better than the most frequent type a classifier on length, register and boilerplate alone does.
    personal : list of str
        Narratives with a whole telephone, identity or card number, or a well-known person's name.
    taken : list of (str, str)
        Narratives that share a run of ``TAKEN`` characters with a text in the folder, and that run.
    """

    near_twins: list[tuple[str, str]]
    phrases: list[tuple[str, int]]
    told_by_attributes: float
    personal: list[str]
    taken: list[tuple[str, str]]

    @property
    def passed(self) -> bool:
        """Whether nothing was found and the attributes tell little."""
        return not (self.near_twins or self.phrases or self.personal or self.taken) and self.told_by_attributes <= MOST_TOLD


def check_corpus(cases: Sequence[Case], names: Sequence[str], against: Iterable[str] = ()) -> Findings:
    """Check narratives.

    Parameters
    ----------
    cases : sequence of Case
        The narratives, labelled.
    names : sequence of str
        What to call each in the findings.
    against : iterable of str
        Texts of which nothing may have been taken.

    Returns
    -------
    Findings
        The same every time.
    """
    texts = [case.text for case in cases]
    groups = twin_groups(texts)
    return Findings(
        near_twins=[(names[i], names[group]) for i, group in enumerate(groups) if group != i],
        phrases=_phrases(texts),
        told_by_attributes=_told_by_attributes([case for case in cases if case.category != NOT_A_CASE]),
        personal=[name for name, text in zip(names, texts, strict=True) if _PERSONAL.search(fold(text)) or _names_somebody(text)],
        taken=_taken(texts, names, against),
    )


def texts_in(folder: Path) -> list[str]:
    """All text files below a folder, as they are.

    Parameters
    ----------
    folder : Path
        Where to look; json and jsonl files are read like any text.

    Returns
    -------
    list of str
        Their contents.
    """
    kinds = (".txt", ".jsonl", ".json", ".csv", ".md")
    return [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*")) if path.suffix in kinds]


def _phrases(texts: Sequence[str]) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for text in texts:
        runs = _HAN_RUN.findall(normalise(text).text)
        counts.update({run[i : i + PHRASE] for run in runs for i in range(len(run) - PHRASE + 1)})
    return [(phrase, n) for phrase, n in counts.most_common() if n > PHRASE_NARRATIVES]


def _told_by_attributes(cases: Sequence[Case]) -> float:
    """Cross-validated accuracy of a linear classifier on attributes, less the share of the most frequent type."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if len(cases) < 100:
        return 0.0
    labels = np.array([case.category for case in cases])
    attributes = np.array([_attributes(case) for case in cases])
    order = np.random.default_rng(0).permutation(len(cases))
    accuracy = cross_val_score(make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)), attributes[order], labels[order], cv=5).mean()
    return float(accuracy - max(Counter(labels).values()) / len(labels))


def _attributes(case: Case) -> list[float]:
    words = cutter()(fold(case.text))
    share = sum(word in boilerplate() for word in words) / max(len(words), 1)
    digits = sum(char.isdigit() for char in case.text) / max(len(case.text), 1)
    return [np.log1p(len(case.text)), share, digits, *(float(case.register == name) for name in ("police", "first", "press"))]


def _names_somebody(text: str) -> bool:
    known = files("training").joinpath("data", "well_known.txt").read_text(encoding="utf-8").split()
    return any(name in text for name in known)


def _taken(texts: Sequence[str], names: Sequence[str], against: Iterable[str]) -> list[tuple[str, str]]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for text, name in zip(texts, names, strict=True):
        for run in _windows(text):
            owners[run].append(name)
    found: dict[str, str] = {}
    for other in against:
        for run in _windows(other):
            for name in owners.get(run, ()):
                found.setdefault(name, run)
    return sorted(found.items())


def _windows(text: str) -> set[str]:
    letters = "".join(_HAN_RUN.findall(text))
    return {letters[i : i + TAKEN] for i in range(len(letters) - TAKEN + 1)}
