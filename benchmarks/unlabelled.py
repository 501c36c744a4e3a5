"""What unlabelled text of one's own would bring: ``python benchmarks/unlabelled.py CASES``.

Labelled real cases are read without their labels, five-fold: idf is counted on four fifths of them beside or instead of the narratives, or frequent
phrases that are no words yet (by cohesion and by how freely they are followed and preceded) are put among the terms; the rest is scored.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.metrics import f1_score
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from classifier.normalise import normalise
from classifier.taxonomy import load_taxonomy
from classifier.terms import FAMILIES
from training.cases import read_cases
from training.corpus import build_corpus, shipped_cases
from training.fitting import count_cases
from training.left_out import C

FOLDS, RESAMPLES = 5, 500
_LONGEST, _LEAST_TEXTS, _COHESION, _FREEDOM = 6, 5, 3.0, 1.2


def main() -> None:
    """Measure and print."""
    taxonomy = load_taxonomy()
    corpus = build_corpus(shipped_cases(), [case for case in read_cases(sys.argv[1]) if case.category])
    kept = [i for i, (out, own) in enumerate(zip(corpus.out, corpus.own, strict=True)) if own or not out]
    data, terms, codes = count_cases(corpus, kept, taxonomy)
    texts = [normalise(corpus.cases[i].text).text for i in kept]
    words = {term for term in terms if not term.startswith(FAMILIES[1:])}
    own = np.flatnonzero(data.own)
    official = [code if code not in taxonomy.categories else taxonomy[code].official or code for code in codes]
    gold = np.array([official[i] for i in data.truth[own]])
    base = data.counts[~data.own]
    df = np.bincount(base.indices, minlength=base.shape[1])

    def said(fold: int, weight: float, *, phrases: bool = False, alone: bool = False) -> list[str]:
        read, rest = own[np.arange(len(own)) % FOLDS != fold], own[np.arange(len(own)) % FOLDS == fold]
        counts, frequency = data.counts, df
        if phrases:
            counts = csr_matrix(hstack([counts, occurrences(texts, new_phrases([texts[i] for i in read], words))]))
            frequency = np.bincount(counts[~data.own].indices, minlength=counts.shape[1])
        of_read = np.bincount(counts[read].indices, minlength=counts.shape[1])
        n = len(read) if alone else base.shape[0] + weight * len(read)
        idf = np.log((1 + n) / (1 + (of_read if alone else frequency + weight * of_read))) + 1
        idf[frequency < 3] = 0
        weighted = normalize(sublinear(counts) @ diags(idf))
        machine = LinearSVC(C=C, class_weight="balanced", random_state=0).fit(weighted[~data.own], data.truth[~data.own])
        return [official[machine.classes_[i]] for i in machine.decision_function(weighted[rest]).argmax(axis=1)]

    def over_folds(of_fold: Callable[[int], list[str]]) -> NDArray[np.str_]:
        found = np.empty(len(own), dtype=object)
        for fold in range(FOLDS):
            found[np.arange(len(own)) % FOLDS == fold] = of_fold(fold)
        return found.astype(str)

    as_it_is = over_folds(lambda fold: said(fold, 0.0))
    variants = {
        "as it is": as_it_is,
        "idf counted on it, too": over_folds(lambda fold: said(fold, 1.0)),
        "the same, each text as ten": over_folds(lambda fold: said(fold, 10.0)),
        "idf counted on it alone": over_folds(lambda fold: said(fold, 1.0, alone=True)),
        "its frequent phrases as terms": over_folds(lambda fold: said(fold, 0.0, phrases=True)),
    }
    names = sorted(set(gold))
    generator = np.random.default_rng(0)
    samples = [generator.integers(0, len(gold), len(gold)) for _ in range(RESAMPLES)]
    print("| unlabelled text | macro-F1 | 95 % of the difference |\n|---|---|---|")
    for name, found in variants.items():
        scores = [
            f1_score(gold[rows], found[rows], average="macro", labels=names, zero_division=0)
            - f1_score(gold[rows], as_it_is[rows], average="macro", labels=names, zero_division=0)
            for rows in samples
        ]
        low, high = np.quantile(scores, (0.025, 0.975))
        print(f"| {name} | {f1_score(gold, found, average='macro', labels=names):.3f} | {low:+.3f} to {high:+.3f} |")


def sublinear(counts: csr_matrix) -> csr_matrix:
    """Term frequencies as the model has them."""
    found = counts.copy()
    found.data = 1 + np.log(found.data)
    return found


def occurrences(texts: Sequence[str], phrases: Sequence[str]) -> csr_matrix:
    """How often each text has each phrase."""
    return csr_matrix(np.array([[text.count(phrase) for phrase in phrases] for text in texts], dtype=np.float64).reshape(len(texts), len(phrases)))


def new_phrases(texts: Sequence[str], words: set[str]) -> list[str]:
    """Frequent runs of characters that hold together, stand freely, and are no words."""
    counts = Counter[str]()
    before, after, of_texts = (defaultdict[str, Counter[str]](Counter) for _ in range(3))
    for number, text in enumerate(texts):
        for run in re.findall(r"[\u3400-\u9fff]+", text):
            for size in range(1, _LONGEST + 1):
                for i in range(len(run) - size + 1):
                    phrase = run[i : i + size]
                    counts[phrase] += 1
                    before[phrase][run[i - 1 : i] or f"^{number}"] += 1
                    after[phrase][run[i + size : i + size + 1] or f"${number}"] += 1
                    of_texts[phrase][str(number)] = 1
    total = sum(n for phrase, n in counts.items() if len(phrase) == 1)

    def fits(phrase: str, n: int) -> bool:
        if len(phrase) < 2 or phrase in words or len(of_texts[phrase]) < _LEAST_TEXTS:
            return False
        cohesion = min(math.log(n * total / (counts[phrase[:i]] * counts[phrase[i:]])) for i in range(1, len(phrase)))
        return cohesion > _COHESION and min(entropy(before[phrase]), entropy(after[phrase])) > _FREEDOM

    return sorted(phrase for phrase, n in counts.items() if fits(phrase, n))


def entropy(counts: Counter[str]) -> float:
    """In nats."""
    total = counts.total()
    return -sum(n / total * math.log(n / total) for n in counts.values())


if __name__ == "__main__":
    main()
