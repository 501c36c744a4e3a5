"""What picking the cases to label saves against picking them at random: ``python benchmarks/campaign.py``. Prints the tables of README.

A campaign begins with a hundred labelled narratives and labels fifty more at a time, picked as ``scamtype review --next`` picks them or at random;
after each round a model is scored on the held-out narratives. In the second table one type after the other is kept from the model, and thirty
cases of it are put among the held-out narratives of the others: does a group of them come up?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import f1_score

from classifier import ScamClassifier, load_taxonomy
from classifier.decision import probabilities
from training import fit
from training.cases import Case
from training.corpus import build_corpus, shipped_cases
from training.fitting import count_cases
from training.left_out import Counted, fit_linear
from training.review.next import choose, next_to_label

START, STEP, ROUNDS, REPEATS = 100, 50, 24, 3
NEW, AT_ONCE = 30, 50


def main() -> None:
    """Measure and print."""
    corpus = build_corpus(shipped_cases())
    data, _, _ = count_cases(corpus, range(len(corpus.cases)), load_taxonomy())
    out = np.array(corpus.out)
    generator = np.random.default_rng(0)
    pools = {
        "as many of each type as there are": np.flatnonzero(~out),
        "of the n-th type one n-th as many": unequal(data, np.flatnonzero(~out), generator),
    }
    print("| narratives to pick from | macro-F1 | labels at random | labels picked | saved |\n|---|---|---|---|---|", flush=True)
    for name, pool in pools.items():
        curves = {picked: np.mean([campaign(data, pool, out, seed, picked=picked) for seed in range(REPEATS)], axis=0) for picked in (False, True)}
        for rounds in (ROUNDS // 2, ROUNDS):
            reached = curves[False][rounds]
            needed = int(np.flatnonzero(curves[True] >= reached)[0]) if (curves[True] >= reached).any() else None
            labels = START + STEP * rounds
            picked = f"{START + STEP * needed:,} | {1 - (START + STEP * needed) / labels:.0%}" if needed is not None else f"more than {labels:,} | –"
            print(f"| {len(pool):,}, {name} | {reached:.3f} | {labels:,} | {picked} |", flush=True)
    print(
        f"\n| type that nobody listed | group among the first {AT_ONCE} picks | of {NEW} cases | of the group | words |\n|---|---|---|---|---|",
        flush=True,
    )
    for code in (code for code in load_taxonomy().categories):
        print(f"| {code} | {unlisted(corpus.cases, corpus.out, code)} |", flush=True)


def unequal(data: Counted, pool: NDArray[np.int64], generator: np.random.Generator) -> NDArray[np.int64]:
    """A part of the cases in which types are as unequal as in an export."""
    kept = []
    for rank, code in enumerate(generator.permutation(data.truth.max() + 1), start=1):
        of_type = pool[data.truth[pool] == code]
        kept.append(generator.choice(of_type, max(10, len(of_type) // rank), replace=False))
    return np.sort(np.concatenate(kept))


def campaign(data: Counted, pool: NDArray[np.int64], out: NDArray[np.bool_], seed: int, *, picked: bool) -> list[float]:
    """Macro-F1 on the held-out narratives after each round."""
    generator = np.random.default_rng(seed)
    labelled = generator.choice(pool, START, replace=False)
    test, scores = np.flatnonzero(out), list[float]()
    for round_ in range(ROUNDS + 1):
        rest = np.setdiff1d(pool, labelled)
        margins = margins_of(data, np.sort(labelled), np.concatenate([test, rest]))
        scores.append(f1_score(data.truth[test], margins[: len(test)].argmax(axis=1), average="macro", zero_division=0))
        if round_ == ROUNDS or len(rest) <= STEP:
            continue
        if picked:
            share = np.sort(probabilities(margins[len(test) :], 0.25, 0.0), axis=1)
            new = rest[choose(share[:, -1] - share[:, -2], data.counts[rest], STEP)]
        else:
            new = generator.choice(rest, STEP, replace=False)
        labelled = np.concatenate([labelled, new])
    return scores


def margins_of(data: Counted, rows: NDArray[np.int64], asked: NDArray[np.int64]) -> NDArray[np.float64]:
    """From a model of some cases, for others; far below for a type that it has no case of."""
    columns = np.flatnonzero(np.bincount(data.counts[rows].indices, minlength=data.counts.shape[1]) >= 2)
    linear = fit_linear(data, rows, columns, 1.0)
    transformer = TfidfTransformer(sublinear_tf=True)
    transformer.idf_ = linear.idf
    features: csr_matrix = transformer.transform(data.counts[asked][:, columns])
    margins = np.full((len(asked), int(data.truth.max()) + 1), -9.0)
    margins[:, linear.svm.classes_] = features @ linear.coef + linear.intercept
    return margins


def unlisted(cases: Sequence[Case], out: Sequence[bool], code: str) -> str:
    """Which group the cases of a type fall into that the model does not know."""
    generator = np.random.default_rng(0)
    of_type = [case for case in cases if case.category == code]
    new = [of_type[i].text for i in generator.choice(len(of_type), NEW, replace=False)]
    classifier = ScamClassifier(fit(case for case in cases if case.category != code))
    others = [case.text for case, held in zip(cases, out, strict=True) if held and case.category != code]
    texts = [*others, *new]
    picks = next_to_label(texts, classifier, AT_ONCE)
    best: tuple[str, int, float, tuple[str, ...]] = ("–", 0, 0.0, ())
    for number in range(1, max(pick.group for pick in picks) + 1):
        members = [pick for pick in picks if pick.group == number]
        hits = sum(pick.number >= len(others) for pick in members)
        if hits > best[1] and 2 * hits > len(members):
            best = (str(number), hits, hits / len(members), members[0].phrases)
    return f"{best[0]} | {best[1]} | {best[2]:.0%} | {'、'.join(best[3])}"


if __name__ == "__main__":
    main()
