"""``scamtype corpus``: segment bulletins into labelled cases."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from classifier import messages
from classifier.errors import OutputError


def corpus_cli(
    pages: Annotated[list[str], typer.Argument(help="通报页面 · Stored pages.")],
    output: Annotated[str, typer.Option("--output", "-o", help="输出 jsonl，- 为标准输出 · Where the cases go, - for standard output.")] = "-",
    label_with_model: Annotated[
        str | None, typer.Option(help="用此模型标注标题和规则未能标注的案例（不得用于训练）· Label the rest with this model; never for training.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="替换已有文件 · Replace an existing file.")] = False,
) -> None:
    """从通报中分割出带标签的案例 · Segment bulletins into labelled cases."""
    from classifier.classifier import ScamClassifier
    from classifier.reading import read_text
    from training.bulletins import segment
    from training.cases import write_cases

    if output != "-" and Path(output).exists() and not force:
        raise OutputError("output_exists", path=output)
    model = ScamClassifier.load(label_with_model) if label_with_model else None
    cases = [case for page in pages for case in segment(read_text(page), source=Path(page).name, model=model)]
    lines = "".join(write_cases(cases))
    if output == "-":
        sys.stdout.write(lines)
    else:
        _write(Path(output), lines)
    methods = sum(case.kind == "method" for case in cases)
    counts = {"cases": len(cases) - methods, "methods": methods, "unlabelled": sum(case.category is None for case in cases)}
    print(messages.text("corpus_done", pages=len(pages), path=output, **counts), file=sys.stderr)


def _write(target: Path, text: str) -> None:
    """Write beside the target and rename, so that nothing half written ever stands there."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise OutputError("output_failed", path=target, reason=error.strerror or error) from error
