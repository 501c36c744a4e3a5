"""``scamtype model``: versions of the model, and which of them every command loads."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from classifier import messages

model_app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, help="模型的版本 · Versions of the model.")

Name = Annotated[str, typer.Argument(help="版本名称或其开头 · Name of a version, or its beginning.")]


@model_app.command("list")
def list_models() -> None:
    """列出版本，* 为正在使用的 · List versions, * marks the one in use."""
    from classifier.loading import promoted_names, shipped_model
    from classifier.model import read
    from classifier.versions import SHIPPED, versions

    history = promoted_names()
    shipped = read(shipped_model()).facts["corpus"]
    print("\t".join(("*" if not history else " ", SHIPPED, "", f"{shipped['cases']}", shipped["sha256"][:8], "")))
    for version in versions():
        mark = "*" if history[-1:] == [version.name] else " "
        fell = messages.text("version_fell", types=", ".join(version.fell)) if version.fell else ""
        print("\t".join((mark, version.name, version.made, str(version.cases), version.corpus[:8], fell)))


@model_app.command("show")
def show_model(name: Name) -> None:
    """显示一个版本的来历与比较 · Show where a version comes from and how it compares."""
    import json
    from dataclasses import asdict

    from classifier.versions import find

    print(json.dumps(asdict(find(name)), ensure_ascii=False, indent=2))


@model_app.command("promote")
def promote_model(
    name: Annotated[str, typer.Argument(help="版本名称，或 train -o 写的模型文件夹 · Name of a version, or a model folder.")],
    force: Annotated[bool, typer.Option("--force", help="即使有类型变差 · Although types are read worse.")] = False,
) -> None:
    """启用一个版本 · Let every command load a version."""
    from classifier.loading import model_folder, model_title
    from classifier.model import read
    from classifier.versions import find, keep, promote

    if (Path(name) / "manifest.json").is_file():
        current = model_folder()
        version = keep(Path(name), parent=model_title(current, read(current).facts))
    else:
        version = find(name)
    promote(version, force=force)
    print(messages.text("promoted", name=version.name), file=sys.stderr)


@model_app.command("rollback")
def rollback_model() -> None:
    """退回上一个启用的版本 · Go back to what was promoted before."""
    from classifier.versions import rollback

    print(messages.text("rolled_back", name=rollback()), file=sys.stderr)


@model_app.command("remove")
def remove_model(name: Name) -> None:
    """删除一个未启用的版本 · Delete a version that is not in use."""
    from classifier.versions import find, remove

    version = find(name)
    remove(version)
    print(messages.text("version_removed", name=version.name), file=sys.stderr)
