"""What a department's own labelled cases bring: ``python benchmarks/own_cases.py CASES [ROWS …]``.

Five-fold: trained on four fifths of the cases and the shipped corpus as ``scamtype train --add`` does (one in ten of them held out), scored on the
rest, all parts together. Beside it the shipped corpus alone and these cases alone; and for each ROWS given, with so many cases added.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from classifier import ScamClassifier, Verdict, load_taxonomy
from training.cases import Case, read_cases
from training.corpus import build_corpus, shipped_cases
from training.evaluation import score_verdicts
from training.fitting import fit_corpus
from training.twins import twin_groups

FOLDS = 5


def main() -> None:
    """Measure and print."""
    cases = [case for case in read_cases(sys.argv[1]) if case.category]
    shipped = shipped_cases()
    print(
        "| trained on | macro-F1, official names | 95 % | calibration error | candidates hold the type | they are |\n|---|---|---|---|---|---|",
        flush=True,
    )
    show("the shipped corpus", cases, [shipped], 0)
    show(f"four fifths of {len(cases)} cases alone", cases, [], len(cases))
    for rows in map(int, sys.argv[2:]):
        show(f"the shipped corpus and {rows} cases", cases, [shipped], rows)
    show(f"the shipped corpus and four fifths of {len(cases)} cases", cases, [shipped], len(cases))


def show(name: str, cases: list[Case], shipped: Sequence[list[Case]], rows: int) -> None:
    """One line of the table."""
    groups = twin_groups([case.text for case in cases])
    place = {group: i % FOLDS for i, group in enumerate(dict.fromkeys(groups))}
    verdicts: dict[int, Verdict] = {}
    for fold in range(FOLDS):
        left = [i for i, group in enumerate(groups) if place[group] == fold]
        added = [case for case, group in zip(cases, groups, strict=True) if place[group] != fold]
        # Cases of a file may be sorted by type: taken evenly.
        added = [added[i * len(added) // rows] for i in range(min(rows, len(added)))] if rows < len(added) else added
        corpus = build_corpus([case for part in shipped for case in part], added)
        classifier = ScamClassifier(fit_corpus(corpus).model)
        verdicts.update(zip(left, classifier.classify_many([cases[i].text for i in left], cues=False, workers=1), strict=True))
        if not rows:
            verdicts = dict(enumerate(classifier.classify_many([case.text for case in cases], cues=False, workers=1)))
            break
    scored = score_verdicts(cases, [verdicts[i] for i in range(len(cases))], load_taxonomy())
    low, high = scored.official.interval
    print(
        f"| {name} | {scored.official.macro_f1:.3f} | {low:.3f} to {high:.3f} | {scored.calibration_error:.3f} | {scored.coverage['overall']:.1%}"
        f" (worst {scored.coverage['worst_type']:.1%}) | {scored.coverage['mean_size']:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
