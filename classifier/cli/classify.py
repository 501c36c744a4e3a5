"""``scamtype classify``: one narrative from the command line, a file or standard input."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from classifier import messages
from classifier.cli.streams import print_out, read_input, shows_colour


def classify_cli(
    text: Annotated[str | None, typer.Argument(help="案情；- 表示标准输入 · The narrative, - for standard input.", show_default=False)] = None,
    file: Annotated[str | None, typer.Option("--file", "-f", help="案情所在文件 · A file with the narrative.")] = None,
    model: Annotated[str | None, typer.Option(help="模型文件夹 · A model folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON.")] = False,
) -> None:
    """识别一段案情 · Classify one narrative."""
    narrative = _narrative(text, file)
    from classifier.classifier import ScamClassifier

    classifier = ScamClassifier.load(model)
    verdict = classifier.classify(narrative)
    if as_json:
        from classifier.render.as_json import verdict_json

        print_out(verdict_json(verdict))
    else:
        from classifier.render.terminal import verdict_lines

        print_out("\n".join(verdict_lines(verdict, narrative, classifier.taxonomy, colour=shows_colour(sys.stdout))))


def _narrative(text: str | None, file: str | None) -> str:
    if text is not None and file is not None:
        raise typer.BadParameter(messages.text("two_inputs"))
    if file is not None or text == "-":
        return read_input(file or "-")
    if text is not None:
        return text
    if sys.stdin is not None and not sys.stdin.isatty():
        return read_input("-")
    raise typer.BadParameter(messages.text("nothing_to_read"))
