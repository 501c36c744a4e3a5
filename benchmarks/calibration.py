"""Ways to turn margins into probabilities, fitted on left-out batches and compared on these, on held-out narratives and on given cases.

``python benchmarks/calibration.py [CASES]`` prints calibration error (15 bins) and Brier score of the confidence for each. Nothing is fitted on
held-out narratives or given cases.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from classifier.decision import probabilities
from classifier.normalise import normalise
from classifier.scoring import Scorer
from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from training.calibration import batch_weights, fit_probabilities
from training.cases import Case, read_cases
from training.corpus import build_corpus, shipped_cases
from training.evaluation import calibration_error
from training.fitting import fit_corpus

Probabilities = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def by_likelihood(margins: NDArray[np.float64], truth: NDArray[np.int64], weights: NDArray[np.float64], *, doubt: bool, bias: bool) -> Probabilities:
    """Temperature, with a doubt and a bias for each class if asked for, with the greatest likelihood."""
    n = margins.shape[1]

    def of(x: NDArray[np.float64], given: NDArray[np.float64]) -> NDArray[np.float64]:
        shift = np.concatenate(([0.0], x[2:])) if bias else 0.0
        return probabilities(given + shift, float(np.exp(x[0])), float(1 / (1 + np.exp(-x[1]))) if doubt else 0.0)

    def loss(x: NDArray[np.float64]) -> float:
        return float(-(weights * np.log(of(x, margins)[np.arange(len(truth)), truth] + 1e-12)).mean())

    start = np.concatenate(([np.log(0.15), -4.0], np.zeros(n - 1 if bias else 0)))
    found = minimize(loss, start, method="L-BFGS-B").x
    return lambda given: of(found, given)


def figures(share: NDArray[np.float64], codes: Sequence[str], labels: Sequence[str]) -> str:
    """Calibration error and Brier score of the confidence in the type, or in the official name where the labels are official names."""
    taxonomy = load_taxonomy()
    official_only = all(label != NOT_A_CASE and taxonomy[label].official for label in labels)
    names = [taxonomy[code].official or code if official_only else code for code in codes]
    kinds = sorted(set(names))
    summed = np.stack([share[:, [i for i, name in enumerate(names) if name == kind]].sum(axis=1) for kind in kinds], axis=1)
    truth = [taxonomy[label].official if official_only else label for label in labels]
    right = np.array([kinds[i] == true for i, true in zip(summed.argmax(axis=1), truth, strict=True)])
    confidence = summed.max(axis=1)
    return f"{calibration_error(confidence, right):.3f} / {((confidence - right) ** 2).mean():.3f}"


def main() -> None:
    """Print the table."""
    corpus = build_corpus(shipped_cases())
    fitted = fit_corpus(corpus)
    margins, truth, codes = fitted.margins, fitted.truth, fitted.model.codes
    kept = corpus.split(held_out=False)
    even, by_batch = np.ones(len(truth)), batch_weights([case.batch or case.source for case in kept], 50)
    shipped = fit_probabilities(margins, truth, by_batch)
    ways: dict[str, Probabilities] = {
        "temperature by likelihood, every case alike": by_likelihood(margins, truth, even, doubt=False, bias=False),
        "temperature by likelihood, every writer alike": by_likelihood(margins, truth, by_batch, doubt=False, bias=False),
        "temperature and doubt by likelihood, every writer alike": by_likelihood(margins, truth, by_batch, doubt=True, bias=False),
        "temperature, doubt and a bias a class by likelihood": by_likelihood(margins, truth, by_batch, doubt=True, bias=True),
        "temperature and doubt by Brier score, every writer alike (shipped)": lambda given: probabilities(given, *shipped),
    }
    sets: list[tuple[str, list[Case]]] = [("held-out narratives", corpus.split(held_out=True))]
    if len(sys.argv) > 1:
        sets.append(("given cases", [case for case in read_cases(sys.argv[1]) if case.category]))
    scorer = Scorer(fitted.model)
    read = [np.stack([scorer.score(normalise(case.text).text).margins for case in cases]).astype(float) for _, cases in sets]
    print("Calibration error / Brier score\n\n| way | left-out batches | " + " | ".join(f"{len(cases)} {name}" for name, cases in sets) + " |")
    print("|---|---|" + "---|" * len(sets))
    for name, way in ways.items():
        own = figures(way(margins), codes, [codes[i] for i in truth])
        others = [figures(way(given), codes, [str(case.category) for case in cases]) for given, (_, cases) in zip(read, sets, strict=True)]
        print(f"| {name} | {own} | " + " | ".join(others) + " |")


if __name__ == "__main__":
    main()
