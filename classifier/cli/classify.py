"""``scamtype classify``: one narrative from the command line, a file or standard input; the answer for a person, for programs, or as a page."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from classifier import messages
from classifier.cli.streams import check_output, print_json, print_out, read_input, shows_colour, write_private
from classifier.errors import InputError

if TYPE_CHECKING:
    from classifier.taxonomy import Taxonomy


#: So much of a label that nobody knows is repeated.
_MOST_SHOWN = 40


def _schema(asked: bool) -> None:
    if asked:
        from classifier.render.as_json import verdict_schema

        print_out(verdict_schema().rstrip())
        raise typer.Exit


def classify_cli(
    text: Annotated[str | None, typer.Argument(help="案情；- 表示标准输入 · The narrative, - for standard input.", show_default=False)] = None,
    file: Annotated[str | None, typer.Option("--file", "-f", help="案情所在文件 · A file with the narrative.")] = None,
    model: Annotated[str | None, typer.Option(help="模型文件夹 · A model folder.")] = None,
    against: Annotated[
        str | None, typer.Option(help="为什么不是这个类型（代码、名称或别名）· Why not this type: code, name or alias.", metavar="TYPE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · Print JSON.")] = False,
    html: Annotated[
        str | None, typer.Option("--html", help="写成可打印的网页；- 为标准输出 · A printable page, - for standard output.", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="替换已有文件 · Replace an existing file.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="输出 --json 的 JSON Schema · Print the schema of --json.", callback=_schema, is_eager=True)
    ] = False,
) -> None:
    """识别一段案情 · Classify one narrative."""
    if as_json and html == "-":
        raise typer.BadParameter(messages.text("two_outputs"))
    if html is not None:
        check_output(html, given=file, force=force)
    narrative = _narrative(text, file)
    from classifier.classifier import ScamClassifier
    from classifier.loading import model_folder, model_title

    folder = model_folder(model)
    classifier = ScamClassifier.load(folder)
    other = None if against is None else _type(against, classifier.taxonomy)
    verdict = classifier.classify(narrative, against=other)
    if html is not None:
        from datetime import date

        from classifier.render.page import Facts, verdict_page

        facts = Facts(model=model_title(folder, classifier.model.facts), day=date.today().isoformat())
        page = verdict_page(verdict, narrative, classifier.taxonomy, facts, lang=messages.language(), against=other)
        write_private(html, page)
        if html != "-":
            print(messages.text("page_written", path=html), file=sys.stderr)
    if as_json:
        from classifier.render.as_json import verdict_object

        print_json(verdict_object(verdict, classifier.taxonomy, against=other))
    elif html is None:
        from classifier.render.terminal import verdict_lines

        colour, width = shows_colour(sys.stdout), shutil.get_terminal_size(fallback=(80, 24)).columns
        print_out("\n".join(verdict_lines(verdict, narrative, classifier.taxonomy, colour=colour, width=width, against=other)))


def _type(label: str, taxonomy: Taxonomy) -> str:
    """The code that a label means; a label that is like none is left to the classifier, which says what it knows."""
    code = taxonomy.find(label)
    if code is not None:
        return code
    from classifier.render.excerpt import one_line

    shown = one_line(label[:_MOST_SHOWN])
    near = [f"{taxonomy[near].names[messages.language()]} ({near})" for near in taxonomy.nearest(label)]
    if near:
        raise InputError("type_unknown", label=shown, near="; ".join(near))
    return shown


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
