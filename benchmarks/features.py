"""What carries over to text that was never seen: variants of the terms and of the fit, each trained on the corpus and scored twice.

``python benchmarks/features.py [CASES]`` prints a table: macro-F1 over the types on narratives of left-out writers' batches, and, with a file
of labelled cases, macro-F1 over the official names on it with its 95 % interval. Nothing shipped is computed from that file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC

from classifier.decision import probabilities
from classifier.normalise import fold, normalise
from classifier.taxonomy import load_taxonomy
from classifier.words import boilerplate, cutter
from training.cases import Case, read_cases
from training.corpus import build_corpus, shipped_cases
from training.fitting import count_terms
from training.left_out import batch_folds


@dataclass(frozen=True)
class Variant:
    """A way to make terms and to fit."""

    words: bool = True
    word_pairs: bool = False
    characters: tuple[int, ...] = (1, 2)
    masked: bool = True
    boilerplate: Literal["kept", "no words", "no terms"] = "kept"
    least: int = 3
    c: float = 1.0
    class_weight: str | None = "balanced"
    sublinear: bool = True
    naive_bayes: bool = False
    wrapped: float = 0.0


VARIANTS: dict[str, Variant] = {
    "as shipped": Variant(),
    "no masks": Variant(masked=False),
    "boilerplate no words, but characters": Variant(boilerplate="no words"),
    "boilerplate no terms": Variant(boilerplate="no terms"),
    "words only": Variant(characters=()),
    "words and word pairs": Variant(characters=(), word_pairs=True),
    "words, word pairs, characters 1-2": Variant(word_pairs=True),
    "characters 1-2 only": Variant(words=False),
    "words, characters 2": Variant(characters=(2,)),
    "words, characters 1-3": Variant(characters=(1, 2, 3)),
    "words, characters 2-3": Variant(characters=(2, 3)),
    "terms in 2 cases": Variant(least=2),
    "terms in 5 cases": Variant(least=5),
    "C 0.5": Variant(c=0.5),
    "C 2": Variant(c=2.0),
    "C 4": Variant(c=4.0),
    "classes weighed by their cases": Variant(class_weight=None),
    "plain term frequency": Variant(sublinear=False),
    "naive-Bayes weighted": Variant(naive_bayes=True),
    "boilerplate put around half of the narratives": Variant(wrapped=0.5),
    "boilerplate put around all narratives": Variant(wrapped=1.0),
}

_OPENINGS, _CLOSINGS = (
    part.split("\n") for part in (Path(__file__).parent / "boilerplate.txt").read_text("utf-8").split("\n", 1)[1].strip().split("\n\n")
)
_LETTERS = re.compile(r"[\u3400-\u9fffa-z]+").fullmatch


def wrapped(text: str, share: float) -> str:
    """A text with what officers put before and behind a narrative, each in so many texts, chosen by the text itself."""
    draw = sha256(text.encode()).digest()
    before = _OPENINGS[draw[0] % len(_OPENINGS)] if draw[1] < 256 * share else ""
    behind = _CLOSINGS[draw[2] % len(_CLOSINGS)] if draw[3] < 256 * share else ""
    return f"{before}{text}{behind}"


def terms_of(text: str, variant: Variant) -> list[str]:
    """The terms of a text under a variant."""
    now = normalise(text).text if variant.masked else fold(text)
    words = cutter()(now)
    idle = boilerplate() if variant.boilerplate != "kept" else frozenset()
    found = [word for word in words if _LETTERS(word) and word not in idle] if variant.words else []
    if variant.word_pairs:
        found += [f"{a}_{b}" for a, b in pairwise(words) if _LETTERS(a) and _LETTERS(b)]
    for n in variant.characters:
        found += [
            f"{n}{now[i : i + n]}"
            for i in range(len(now) - n + 1)
            if _LETTERS(now[i : i + n]) and not (variant.boilerplate == "no terms" and now[i : i + n] in idle)
        ]
    return found


def fitted(
    documents: list[list[str]], labels: list[str], groups: list[int], variant: Variant
) -> Callable[[list[list[str]]], tuple[np.ndarray, list[str]]]:
    """Train; what is returned gives margins and their classes."""
    _, terms = count_terms(documents, np.unique(groups, return_inverse=True)[1], variant.least)
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=variant.sublinear, vocabulary=terms)
    features = vectorizer.fit_transform(documents)
    ratios = _ratios(features, labels) if variant.naive_bayes else None
    if ratios is None:
        svm = LinearSVC(C=variant.c, class_weight=variant.class_weight, random_state=0).fit(features, labels)
        return lambda others: (svm.decision_function(vectorizer.transform(others)), list(svm.classes_))
    classes = sorted(set(labels))
    machines = [
        LinearSVC(C=variant.c, random_state=0).fit(features.multiply(ratio).tocsr(), [label == code for label in labels])
        for code, ratio in zip(classes, ratios, strict=True)
    ]

    def margins(others: list[list[str]]) -> tuple[np.ndarray, list[str]]:
        rows = vectorizer.transform(others)
        columns = [m.decision_function(rows.multiply(r).tocsr()) for m, r in zip(machines, ratios, strict=True)]
        return np.stack(columns, axis=1), classes

    return margins


def _ratios(features: object, labels: list[str]) -> list[np.ndarray]:
    """Log-count ratios of each class (Wang & Manning, 2012), scaled to a mean size of one."""
    truth, found = np.array(labels), []
    for code in sorted(set(labels)):
        inside = np.asarray(features[truth == code].sum(axis=0)).ravel() + 1  # type: ignore[index]
        outside = np.asarray(features[truth != code].sum(axis=0)).ravel() + 1  # type: ignore[index]
        ratio = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum())))
        found.append((0.25 + 0.75 * ratio / ratio.mean()).reshape(1, -1))
    return found


def official_names(margins: np.ndarray, classes: Sequence[str], temperature: float = 0.15) -> list[str]:
    """The official name with the largest summed probability, as a verdict has it."""
    taxonomy = load_taxonomy()
    names = list(taxonomy.official)
    member = np.array([[taxonomy[code].official == name for name in names] for code in classes], dtype=float)
    return [names[i] for i in (probabilities(margins, temperature) @ member).argmax(axis=1)]


def interval(truth: list[str], called: list[str]) -> tuple[float, float]:
    """95 % bootstrap interval of macro-F1."""
    generator, gold, guess, names = np.random.default_rng(0), np.array(truth), np.array(called), sorted(set(truth))
    scores = []
    for _ in range(300):
        rows = generator.integers(0, len(gold), len(gold))
        scores.append(f1_score(gold[rows], guess[rows], labels=names, average="macro", zero_division=0))
    return float(np.quantile(scores, 0.025)), float(np.quantile(scores, 0.975))


def main() -> None:
    """Score every variant and print the table."""
    corpus = build_corpus(shipped_cases())
    kept = [i for i, out in enumerate(corpus.out) if not out]
    cases, groups = [corpus.cases[i] for i in kept], [corpus.groups[i] for i in kept]
    labels = [str(case.category) for case in cases]
    truth = np.unique(labels, return_inverse=True)[1]
    folds = batch_folds([case.batch or case.source for case in cases], truth, np.zeros(len(cases), dtype=bool))
    others: list[Case] = [case for case in read_cases(sys.argv[1]) if case.category] if len(sys.argv) > 1 else []
    only = sys.argv[2:]
    print(f"{len(cases)} training cases\n\n| variant | left-out batches | given cases | 95 % |\n|---|---|---|---|", flush=True)
    analysed: dict[Variant, tuple[list[list[str]], list[list[str]], list[list[str]]]] = {}
    for name, variant in VARIANTS.items():
        if only and name not in only:
            continue
        key = replace(variant, least=3, c=1.0, class_weight=None, sublinear=True, naive_bayes=False)
        if key not in analysed:
            trained = [terms_of(wrapped(case.text, key.wrapped), key) for case in cases]
            read = [terms_of(case.text, key) for case in cases] if key.wrapped else trained
            analysed = {key: (trained, read, [terms_of(case.text, key) for case in others])}
        documents, read, given = analysed[key]
        left_out = _left_out(documents, read, labels, groups, folds, variant)
        print(f"| {name} | {left_out:.4f} | {_given(documents, labels, groups, given, others, variant)} |", flush=True)


def _left_out(
    documents: list[list[str]],
    read: list[list[str]],
    labels: list[str],
    groups: list[int],
    folds: list[tuple[np.ndarray, np.ndarray]],
    variant: Variant,
) -> float:
    truth, called = [], []
    for rest, left in folds:
        margins, classes = fitted([documents[i] for i in rest], [labels[i] for i in rest], [groups[i] for i in rest], variant)(
            [read[i] for i in left]
        )
        truth += [labels[i] for i in left]
        called += [classes[i] for i in margins.argmax(axis=1)]
    return float(f1_score(truth, called, average="macro"))


def _given(documents: list[list[str]], labels: list[str], groups: list[int], given: list[list[str]], others: list[Case], variant: Variant) -> str:
    if not others:
        return "– | –"
    taxonomy = load_taxonomy()
    called = official_names(*fitted(documents, labels, groups, variant)(given))
    truth = [taxonomy[str(case.category)].official or "–" for case in others]
    low, high = interval(truth, called)
    return f"{f1_score(truth, called, labels=sorted(set(truth)), average='macro', zero_division=0):.4f} | {low:.3f} to {high:.3f}"


if __name__ == "__main__":
    main()
