"""``scamtype evaluate``: a model on labelled cases, or the segmenter on annotated pages."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.errors import InputError
from classifier.taxonomy import NOT_A_CASE

if TYPE_CHECKING:
    from classifier.classifier import ScamClassifier
    from training.cue_scores import Faithfulness, Plausibility


def evaluate_cli(
    cases: Annotated[str | None, typer.Argument(help="带标签的案例 · Labelled cases.", show_default=False)] = None,
    model: Annotated[str | None, typer.Option(help="模型文件夹 · A model folder.")] = None,
    bulletins: Annotated[str | None, typer.Option(help="带标注的通报文件夹 · A folder of annotated pages.")] = None,
    held_out: Annotated[bool, typer.Option("--held-out", help="自带语料的留出案例 · The held-out cases of the shipped corpus.")] = False,
    cues: Annotated[bool, typer.Option("--cues", help="并评估线索 · Score the cues, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON.")] = False,
) -> None:
    """评估模型 · Evaluate a model."""
    from classifier.classifier import ScamClassifier
    from classifier.messages import text

    classifier = ScamClassifier.load(model)
    if bulletins is not None:
        _bulletins(bulletins, classifier, as_json)
        return
    from training.cases import read_cases
    from training.corpus import build_corpus, shipped_cases
    from training.evaluation import evaluate, plain

    if held_out:
        labelled = build_corpus(shipped_cases()).split(held_out=True)
    elif cases is not None:
        labelled = [case for case in read_cases(cases, classifier.taxonomy) if case.category is not None]
    else:
        raise typer.BadParameter(text("nothing_to_evaluate"))
    if not labelled:
        raise InputError("no_labels", path=cases)
    evaluation = evaluate(labelled, classifier)
    of_cues = _cues([case.text for case in labelled], classifier, underlined=held_out) if cues else None
    if as_json:
        figures = plain(evaluation)
        if of_cues:
            figures["cues"] = {name: plain(part) for name, part in zip(("faithfulness", "plausibility"), of_cues, strict=True) if part}
        print(json.dumps(figures, ensure_ascii=False))
        return
    from training.evaluation_text import cue_lines, evaluation_lines

    official_only = NOT_A_CASE not in evaluation.types.names and all(classifier.taxonomy[n].official for n in evaluation.types.names)
    lines = evaluation_lines(evaluation, official_only=official_only and not held_out)
    print("\n".join(lines + (cue_lines(*of_cues) if of_cues else [])))


def _cues(texts: list[str], classifier: ScamClassifier, *, underlined: bool) -> tuple[Faithfulness, Plausibility | None]:
    """Figures of the cues on the texts, and on the underlined narratives, which are held out, with them."""
    from training.corpus import seeds_folder
    from training.cue_scores import faithfulness, plausibility
    from training.underlined import read_underlined

    narratives = read_underlined(seeds_folder() / "underlined" / "measuring.jsonl") if underlined else None
    return faithfulness(texts, classifier), plausibility(narratives, classifier) if narratives else None


def _bulletins(folder: str, classifier: ScamClassifier, as_json: bool) -> None:
    from training.bulletin_scores import score_bulletins

    scores = score_bulletins(folder, classifier)
    figures = {
        "f1": scores.f1, "precision": scores.precision, "recall": scores.recall, "label_accuracy": scores.label_accuracy,
        "found": scores.found, "gold": scores.gold, "matched": scores.matched,
    }  # fmt: skip
    if as_json:
        print(json.dumps({**figures, "misses": scores.misses}, ensure_ascii=False))
        return
    print(f"F1 {scores.f1:.3f}  (P {scores.precision:.3f}, R {scores.recall:.3f}; {scores.matched}/{scores.gold} of {scores.found} found)")
    print(f"label accuracy {scores.label_accuracy:.3f}  ({scores.right}/{scores.labelled})")
    print("\n".join(scores.misses), file=sys.stderr)
