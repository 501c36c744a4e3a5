"""``scamtype check``: check files of narratives, the shipped ones by default."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer


def check_cli(
    narratives: Annotated[list[str] | None, typer.Argument(help="语料文件，默认自带语料 · Files of narratives, the shipped ones by default.")] = None,
    against: Annotated[str | None, typer.Option(help="不得抄录其文字的文件夹 · A folder of which nothing may have been taken.")] = None,
) -> None:
    """检查语料 · Check narratives: copies, stock phrases, attributes that tell the type, personal data."""
    from classifier.classifier import ScamClassifier
    from training.cases import read_cases
    from training.corpus import seeds_folder
    from training.corpus_checks import check_corpus, texts_in

    paths = [Path(path) for path in narratives or []] or sorted((seeds_folder() / "narratives").glob("*.jsonl"))
    cases, names = [], []
    taxonomy = ScamClassifier.load().taxonomy  # it knows the types that the user has declared
    for path in paths:
        read = read_cases(path, taxonomy)
        cases += read
        names += [f"{path.name}:{line}" for line in range(1, len(read) + 1)]
    findings = check_corpus(cases, names, texts_in(Path(against)) if against else ())
    print(f"{len(cases)} narratives")
    print(f"near-twins: {len(findings.near_twins)}", *(f"  {a} ~ {b}" for a, b in findings.near_twins), sep="\n")
    print(f"stock phrases: {len(findings.phrases)}", *(f"  {n} {phrase}" for phrase, n in findings.phrases), sep="\n")
    print(f"told by length, register and boilerplate alone, above the most frequent type: {findings.told_by_attributes:+.3f}")
    print(f"personal data: {len(findings.personal)}", *(f"  {name}" for name in findings.personal), sep="\n")
    if against:
        print(f"taken from {against}: {len(findings.taken)}", *(f"  {name} {run}" for name, run in findings.taken), sep="\n")
    if not findings.passed:
        sys.exit(1)
