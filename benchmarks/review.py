"""How many planted label errors ``scamtype review`` finds: ``python benchmarks/review.py``.

5 % of the narratives of half of the writers get another label, by chance or that of the type they are most often confused with; the rest of
the corpus stands for the shipped one. A row of the table says what share of the errors the first tenth of all rows holds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from classifier import ScamClassifier, load_taxonomy
from training.cases import Case
from training.corpus import build_corpus, shipped_cases
from training.review.labels import suspects

SHARE = 0.05


def main() -> None:
    """Measure and print."""
    cases = build_corpus(shipped_cases()).split(held_out=False)
    writers = sorted({case.batch for case in cases if case.batch})
    mine = [case for case in cases if case.batch in writers[::2]]
    others = [case for case in cases if case.batch not in writers[::2]]
    neighbours = confused(mine)
    print(f"{len(mine)} rows, {len(others)} other cases\n")
    print("| planted label | errors | in the first 5 % | in the first tenth | in the first fifth |\n|---|---|---|---|---|", flush=True)
    for name, neighbour in (("any other type", False), ("the type it is most often taken for", True)):
        rows, wrong = planted(mine, neighbours if neighbour else {})
        for shown, shipped in ((f"{name}, with the other cases", others), (f"{name}, these rows alone", [])):
            order = [suspect.case.text for suspect in suspects(build_corpus(shipped, rows), load_taxonomy())]
            found = [sum(text in wrong for text in order[: round(len(order) * part)]) / len(wrong) for part in (0.05, 0.1, 0.2)]
            print(f"| {shown} | {len(wrong)} | {' | '.join(f'{part:.1%}' for part in found)} |", flush=True)


def planted(cases: list[Case], neighbours: dict[str, str]) -> tuple[list[Case], set[str]]:
    """The cases with wrong labels among them, and the texts that have these."""
    generator = np.random.default_rng(0)
    codes = sorted({str(case.category) for case in cases})
    wrong = set(generator.choice(len(cases), round(len(cases) * SHARE), replace=False).tolist())

    def other(code: str) -> str:
        return neighbours.get(code) or str(generator.choice([each for each in codes if each != code]))

    rows = [replace(case, category=other(str(case.category))) if i in wrong else case for i, case in enumerate(cases)]
    return rows, {cases[i].text for i in wrong}


def confused(cases: list[Case]) -> dict[str, str]:
    """For each type the one that comes second most often in its cases."""
    second: dict[str, Counter[str]] = {}
    for case, verdict in zip(cases, ScamClassifier.load().classify_many((case.text for case in cases), cues=False), strict=True):
        label = str(case.category)
        second.setdefault(label, Counter())[next(code for code, _ in verdict.ranking if code != label)] += 1
    return {label: counts.most_common(1)[0][0] for label, counts in second.items()}


if __name__ == "__main__":
    main()
