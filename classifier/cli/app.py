"""The application: options of all commands, commands that register themselves, errors as one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import classifier
from classifier import messages
from classifier.cli.batch import batch_cli
from classifier.cli.classify import classify_cli
from classifier.cli.serve import serve_cli
from classifier.errors import ModelError, ScamtypeError

#: Other packages put their commands here; a command is a function for typer, or an application with commands of its own.
COMMAND_GROUP = "scamtype.commands"

EXIT_FAILED, EXIT_MODEL = 1, 3


def _entry_points() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=COMMAND_GROUP)}


class _Commands(TyperGroup):
    """Commands of this package, and those that others register: loaded when called, listed when help is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *_entry_points()})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        own = super().get_command(ctx, cmd_name)
        entry = None if own else _entry_points().get(cmd_name)
        if entry is None:
            return own
        loaded = entry.load()
        if isinstance(loaded, typer.Typer):
            return typer.main.get_group(loaded)
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(cmd_name)(loaded)
        return typer.main.get_command(app)


app = typer.Typer(cls=_Commands, add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
app.command("classify")(classify_cli)
app.command("batch")(batch_cli)
app.command("serve")(serve_cli)


def _version(asked: bool) -> None:
    if asked:
        from classifier.loading import model_folder, model_title
        from classifier.model import read

        folder = model_folder()
        print(f"scamtype {classifier.__version__}, model {model_title(folder, read(folder).facts)}")
        raise typer.Exit


@app.callback()
def _options(
    lang: Annotated[str | None, typer.Option(help="消息语言 zh 或 en · Language of messages.", metavar="zh|en")] = None,
    version: Annotated[bool, typer.Option("--version", help="显示程序与模型版本 · Show versions.", callback=_version, is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="出错时显示详情 · Show tracebacks.")] = False,
) -> None:
    """识别诈骗案情的类型与线索 · Tell the type of scam of a narrative, and the phrases that support it."""
    if lang is not None and lang not in messages.LANGUAGES:
        raise typer.BadParameter(messages.text("unknown_language"))
    messages.set_language(lang)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Instead of ``sys.argv[1:]``.

    Returns
    -------
    int
        Exit code: 0 done, 1 failed, 2 wrong use, 3 model unusable, 4 some rows could not be read.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    try:
        app(given, prog_name="scamtype", standalone_mode=True)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else EXIT_FAILED
    except ScamtypeError as error:
        if debug:
            raise
        print(error, file=sys.stderr)
        return EXIT_MODEL if isinstance(error, ModelError) else EXIT_FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except Exception as error:
        if debug:
            raise
        # The message of an unforeseen error may repeat what was given; its kind does not.
        print(messages.text("internal", kind=type(error).__name__), file=sys.stderr)
        return EXIT_FAILED
    return 0


def entry() -> None:
    """What the installed script calls."""
    sys.exit(main())
