"""``scamtype review``: labelled cases whose label is probably wrong, to be looked at and added again."""

from __future__ import annotations

import csv
import io
import sys
from typing import Annotated

import typer

from classifier import messages
from classifier.cli.streams import check_output, write_private

#: Without a limit so large a part of the cases is shown, the most suspicious first.
_PART = 10


def review_cli(
    cases: Annotated[list[str], typer.Argument(help="带标签的案例，任何表格 · Labelled cases, any table.")],
    output: Annotated[str, typer.Option("--output", "-o", help="csv 文件或 - · A csv file, - for standard output.")] = "-",
    limit: Annotated[int | None, typer.Option(min=1, help="最多几条，默认十分之一 · At most so many; a tenth by default.")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="标签对应的类型 · What a label of yours means.", metavar="旧名=code")] = None,
    types: Annotated[str | None, typer.Option(help="自定义类型的 TOML 文件 · A file that declares types of yours.")] = None,
    column: Annotated[str | None, typer.Option(help="案情所在列 · Name or number of the column with the narrative.")] = None,
    label_column: Annotated[str | None, typer.Option(help="类别所在列 · Name or number of the column with the label.")] = None,
    encoding: Annotated[str | None, typer.Option(help="输入的编码 · Encoding of the tables.")] = None,
    without_shipped: Annotated[bool, typer.Option("--without-shipped", help="不用自带语料 · Leave the shipped corpus out.")] = False,
    force: Annotated[bool, typer.Option("--force", help="替换已有文件 · Replace an existing file.")] = False,
) -> None:
    """找出可能标错的案例 · Find labels that are probably wrong."""
    for path in cases:
        check_output(output, given=path, force=force)
    from classifier.classifier import ScamClassifier
    from classifier.tables.records import defused
    from training.added import Columns, as_case, check_classes, pairs_of, read_added
    from training.corpus import build_corpus, shipped_cases
    from training.own import extended_by
    from training.review.labels import suspects

    classifier = ScamClassifier.load()
    taxonomy, _ = extended_by(types, classifier.taxonomy.declared)
    read = read_added(cases, taxonomy, pairs_of(mapping or []), columns=Columns(column, label_column, encoding), say=_say)
    corpus = build_corpus([] if without_shipped else shipped_cases(), map(as_case, read))
    check_classes(corpus, taxonomy)
    found = suspects(corpus, taxonomy, progress=_tell)
    shown = found[: limit or max(1, len(found) // _PART)]
    rows = {case.text: case for case in read}
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(messages.text(f"review_{name}") for name in _COLUMNS)
    verdicts = classifier.classify_many(suspect.case.text for suspect in shown)
    for suspect, verdict in zip(shown, verdicts, strict=True):
        origin, label = rows[suspect.case.text], str(suspect.case.category)
        names = [taxonomy[code].names[messages.language()] for code in (label, suspect.suggested)]
        chances = (f"{suspect.given_probability:.3f}", f"{suspect.suggested_probability:.3f}")
        cues = "；".join(cue.text for cue in verdict.cues)
        sure = messages.text("review_sure") if suspect.confident else ""
        cells = (origin.source, str(origin.row), suspect.case.text, names[0], chances[0], names[1], chances[1], sure, cues, "")
        writer.writerow(map(defused, cells))
    write_private(output, ("\ufeff" if output != "-" else "") + buffer.getvalue())
    _say(messages.text("review_done", shown=len(shown), cases=len(found)))


_COLUMNS = ("source", "row", "text", "given", "given_probability", "suggested", "suggested_probability", "confident", "cues", "label")


def _tell(step: str, *, done: int = 0, total: int = 0) -> None:
    _say(messages.text(f"progress_{step}", done=f"{done:,}", total=f"{total:,}"))


def _say(line: str) -> None:
    print(line, file=sys.stderr)
