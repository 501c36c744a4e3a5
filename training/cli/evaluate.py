"""``scamtype evaluate``: a model on labelled cases, or the segmenter on annotated pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier import messages
from classifier.cli.streams import check_output, print_json, print_out, write_private
from classifier.errors import InputError
from classifier.taxonomy import NOT_A_CASE

if TYPE_CHECKING:
    from classifier.classifier import ScamClassifier
    from training.cases import Case
    from training.cue_scores import Faithfulness, Plausibility


def evaluate_cli(
    cases: Annotated[str | None, typer.Argument(help="带标签的案例 · Labelled cases.", show_default=False)] = None,
    model: Annotated[str | None, typer.Option(help="模型文件夹 · A model folder.")] = None,
    bulletins: Annotated[str | None, typer.Option(help="带标注的通报文件夹 · A folder of annotated pages.")] = None,
    held_out: Annotated[bool, typer.Option("--held-out", help="自带语料的留出案例 · The held-out cases of the shipped corpus.")] = False,
    cues: Annotated[bool, typer.Option("--cues", help="并评估线索 · Score the cues, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON.")] = False,
    html: Annotated[
        str | None, typer.Option("--html", help="写成可打印的网页；- 为标准输出 · A printable page, - for standard output.", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="替换已有文件 · Replace an existing file.")] = False,
) -> None:
    """评估模型 · Evaluate a model."""
    if sum((cases is not None, bulletins is not None, held_out)) != 1:
        raise typer.BadParameter(messages.text("nothing_to_evaluate"))
    if (as_json and html == "-") or (bulletins is not None and (html is not None or cues)):
        raise typer.BadParameter(messages.text("two_outputs" if bulletins is None else "no_page_of_bulletins"))
    if html is not None:
        check_output(html, given=cases, force=force)
    from classifier.classifier import ScamClassifier
    from classifier.loading import model_folder, model_title

    folder = model_folder(model)
    classifier = ScamClassifier.load(folder)
    if bulletins is not None:
        _bulletins(bulletins, classifier, as_json)
        return
    from training.corpus import build_corpus, shipped_cases
    from training.evaluation import evaluate, plain
    from training.evaluation_text import cue_lines, evaluation_lines

    labelled = build_corpus(shipped_cases()).split(held_out=True) if cases is None else _labelled(cases, classifier)
    evaluation = evaluate(labelled, classifier)
    of_cues = _cues([case.text for case in labelled], classifier, underlined=held_out) if cues else None
    named = all(code != NOT_A_CASE and classifier.taxonomy[code].official for code in evaluation.types.names)
    official_only = named and not held_out
    if html is not None:
        from datetime import date

        from training.evaluation_page import Facts, evaluation_page

        source = messages.text("evaluation_held_out") if cases is None else Path(cases).name
        facts = Facts(source=source, model=model_title(folder, classifier.model.facts), day=date.today().isoformat())
        write_private(html, evaluation_page(evaluation, of_cues, classifier.taxonomy, facts, official_only=official_only))
        if html != "-":
            print(messages.text("page_written", path=html), file=sys.stderr)
    if as_json:
        figures = plain(evaluation)
        if of_cues:
            figures["cues"] = {name: plain(part) for name, part in zip(("faithfulness", "plausibility"), of_cues, strict=True) if part}
        print_json(figures)
    elif html is None:
        lines = evaluation_lines(evaluation, classifier.taxonomy, official_only=official_only)
        print_out("\n".join(lines + (cue_lines(*of_cues) if of_cues else [])))


def _labelled(path: str, classifier: ScamClassifier) -> list[Case]:
    from training.cases import read_cases

    labelled = [case for case in read_cases(path, classifier.taxonomy) if case.category is not None]
    if not labelled:
        raise InputError("no_labels", path=path)
    return labelled


def _cues(texts: list[str], classifier: ScamClassifier, *, underlined: bool) -> tuple[Faithfulness, Plausibility | None]:
    """Figures of the cues on the texts, and on the underlined narratives, which are held out, with them."""
    from training.corpus import seeds_folder
    from training.cue_scores import faithfulness, plausibility
    from training.underlined import read_underlined

    narratives = read_underlined(seeds_folder() / "underlined" / "measuring.jsonl") if underlined else None
    return faithfulness(texts, classifier), plausibility(narratives, classifier) if narratives else None


def _bulletins(folder: str, classifier: ScamClassifier, as_json: bool) -> None:
    from training.bulletin_scores import score_bulletins
    from training.evaluation_text import bulletin_lines

    scores = score_bulletins(folder, classifier)
    figures = {
        "f1": scores.f1, "precision": scores.precision, "recall": scores.recall, "label_accuracy": scores.label_accuracy,
        "found": scores.found, "gold": scores.gold, "matched": scores.matched,
    }  # fmt: skip
    if as_json:
        print_json({**figures, "misses": scores.misses})
        return
    print_out("\n".join(bulletin_lines(scores)))
    print("\n".join(scores.misses), file=sys.stderr)
