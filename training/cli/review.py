"""``scamtype review``: labels that are probably wrong, or cases to label next, to be looked at and added again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from classifier import messages
from classifier.cli.streams import check_output, print_out
from training.cli.said import say, tell

if TYPE_CHECKING:
    from classifier.classifier import ScamClassifier
    from training.added import Columns
    from training.review.written import Cell

#: Without a limit so large a part of the labelled cases is shown, the most suspicious first.
_PART = 10
#: So many cases to label next without a limit.
_NEXT = 50


def review_cli(
    cases: Annotated[list[str], typer.Argument(help="案例，任何表格 · Cases, any table.")],
    output: Annotated[str | None, typer.Option("--output", "-o", help="csv 或 xlsx 文件；不给则只列简表 · A csv or xlsx file.")] = None,
    next_: Annotated[bool, typer.Option("--next", help="挑选最值得标注的未标注案例 · Pick unlabelled cases to label next.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="最多几条；默认十分之一，--next 为 50 · At most so many.")] = None,
    model: Annotated[str | None, typer.Option(help="模型文件夹 · A model folder.")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="标签对应的类型 · What a label of yours means.", metavar="旧名=code")] = None,
    types: Annotated[str | None, typer.Option(help="自定义类型的 TOML 文件 · A file that declares types of yours.")] = None,
    column: Annotated[str | None, typer.Option(help="案情所在列 · Name or number of the column with the narrative.")] = None,
    label_column: Annotated[str | None, typer.Option(help="类别所在列 · Name or number of the column with the label.")] = None,
    encoding: Annotated[str | None, typer.Option(help="输入的编码 · Encoding of the tables.")] = None,
    without_shipped: Annotated[bool, typer.Option("--without-shipped", help="不用自带语料 · Leave the shipped corpus out.")] = False,
    force: Annotated[bool, typer.Option("--force", help="替换已有文件 · Replace an existing file.")] = False,
) -> None:
    """找出可能标错的案例；--next：挑选最值得标注的 · Find labels that are probably wrong, or what to label next."""
    from training.added import Columns
    from training.review.written import check_kind, write_review

    if output is not None:
        check_kind(output)
        for path in cases:
            check_output(output, given=path, force=force)
    from classifier.classifier import ScamClassifier

    classifier, known = ScamClassifier.load(model), Columns(column, label_column, encoding)
    if next_:
        columns, rows = _next(cases, classifier, known, limit or _NEXT)
        shown = ["source", "row", "group", "phrases", "suggested", "suggested_probability", "second", "second_probability"]
    else:
        columns, rows = _suspects(cases, classifier, known, limit, mapping or [], types, without_shipped)
        shown = ["source", "row", "given", "given_probability", "suggested", "suggested_probability", "cues"]
    if output is None:
        places = [columns.index(key) for key in shown]
        print_out("\t".join(messages.text(f"review_{key}") for key in shown))
        for row in rows:
            print_out("\t".join(str(row[place]) for place in places))
        say(messages.text("review_no_file"))
    else:
        write_review(output, columns, rows)
        if output != "-":
            say(messages.text("review_written", path=output))


def _suspects(
    cases: list[str], classifier: ScamClassifier, known: Columns, limit: int | None, mapping: list[str], types: str | None, without_shipped: bool
) -> tuple[list[str], list[list[Cell]]]:
    """Labelled cases, the most suspicious first."""
    from training.added import as_case, check_classes, pairs_of, read_added
    from training.corpus import build_corpus, shipped_cases
    from training.own import extended_by
    from training.review.labels import suspects

    taxonomy, _ = extended_by(types, classifier.taxonomy.declared)
    read = read_added(cases, taxonomy, pairs_of(mapping), columns=known, say=say)
    corpus = build_corpus([] if without_shipped else shipped_cases(), map(as_case, read))
    check_classes(corpus, taxonomy)
    found = suspects(corpus, taxonomy, progress=tell)
    shown = found[: limit or max(1, len(found) // _PART)]
    origins, rows = {case.text: case for case in read}, list[list["Cell"]]()
    for suspect in shown:
        origin, given = origins[suspect.case.text], str(suspect.case.category)
        # A type that the model in use does not know yet has no cues.
        cues = classifier.cues_of(origin.text, [code for code in (given, suspect.suggested) if code in classifier.model.codes])
        given_cues, suggested_cues = ("；".join(cue.text for cue in cues.get(code, ())) for code in (given, suspect.suggested))
        names = [taxonomy[code].names[messages.language()] for code in (given, suspect.suggested)]
        rows.append([
            origin.source, origin.row or "", origin.text, names[0], round(suspect.given_probability, 3), names[1],
            round(suspect.suggested_probability, 3), messages.text("review_sure") if suspect.confident else "", suggested_cues, given_cues, "",
        ])  # fmt: skip
    say(messages.text("review_done", shown=len(shown), cases=len(found)))
    if len(found) < len(read):
        say(messages.text("review_not_ranked", count=len(read) - len(found)))
    columns = ["source", "row", "text", "given", "given_probability", "suggested", "suggested_probability", "confident", "cues", "given_cues"]
    return [*columns, "label"], rows


def _next(cases: list[str], classifier: ScamClassifier, known: Columns, count: int) -> tuple[list[str], list[list[Cell]]]:
    """Unlabelled cases: groups of what may be a new type, then the ones that teach most."""
    from training.added import read_unlabelled
    from training.review.next import next_to_label

    read = read_unlabelled(cases, columns=known, say=say)
    picks = next_to_label([case.text for case in read], classifier, count)
    rows = list[list["Cell"]]()
    for pick in picks:
        case, told = read[pick.number], list["Cell"]()
        for code, share in pick.verdict.ranking[:2]:
            told += [classifier.taxonomy[code].names[messages.language()], round(share, 3)]
        rows.append([case.source, case.row or "", case.text, *told, pick.group or "", "；".join(pick.phrases), ""])
    groups = max((pick.group for pick in picks), default=0)
    single = sum(not pick.group for pick in picks)
    say(messages.text("review_next_done", cases=len(read), single=single, groups=groups, grouped=len(picks) - single))
    return ["source", "row", "text", "suggested", "suggested_probability", "second", "second_probability", "group", "phrases", "label"], rows
