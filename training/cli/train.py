"""``scamtype train``: the shipped corpus, and whatever labelled cases are added, into a model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from classifier import messages
from classifier.errors import OutputError


def train_cli(
    output: Annotated[str, typer.Option("--output", "-o", help="模型文件夹 · Where the model goes.")],
    add: Annotated[list[str] | None, typer.Option("--add", help="追加的带标签案例 · Further labelled cases.")] = None,
    force: Annotated[bool, typer.Option("--force", help="替换已有模型 · Replace an existing model.")] = False,
) -> None:
    """训练模型 · Train a model."""
    from training.cases import read_cases
    from training.corpus import build_corpus, shipped_cases
    from training.fitting import fit_corpus
    from training.report import documents_of, run_facts

    if Path(output).exists() and not force:
        raise OutputError("output_exists", path=output)
    added = [case for path in add or [] for case in read_cases(path)]
    corpus = build_corpus([*shipped_cases(), *added])
    fitted = fit_corpus(corpus, progress=lambda step: print(messages.text(f"progress_{step}"), file=sys.stderr))
    documents, evaluation = documents_of(corpus, fitted)
    fitted.model.save(output, documents, force=force)
    Path(output, "run.json").write_text(run_facts(), encoding="utf-8")
    print(
        messages.text(
            "train_done",
            trained=len(corpus.split(held_out=False)),
            held=len(corpus.split(held_out=True)),
            classes=len(fitted.model.codes),
            terms=fitted.model.n_terms,
            f1=f"{evaluation.types.macro_f1:.3f} ({evaluation.types.interval[0]:.3f}–{evaluation.types.interval[1]:.3f})",
            path=output,
        ),
        file=sys.stderr,
    )
