"""``scamtype model``: versions of the model, and which of them every command loads."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from classifier import messages
from classifier.errors import InputError

model_app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, help="模型的版本 · Versions of the model.")

Name = Annotated[str, typer.Argument(help="版本名称或其开头 · Name of a version, or its beginning.")]


@model_app.command("list")
def list_models() -> None:
    """列出版本，* 为正在使用的 · List versions, * marks the one in use."""
    from classifier.loading import promotions, shipped_model
    from classifier.model import read
    from classifier.versions import SHIPPED, versions

    used = promotions()
    when = dict(used)
    shipped = read(shipped_model()).facts["corpus"]
    rows: list[tuple[str, str, int, str, Path, list[str]]] = [(SHIPPED, "", shipped["cases"], shipped["sha256"], shipped_model(), [])]
    rows += [(each.name, each.made, each.cases, each.corpus, each.folder, each.fell) for each in versions()]
    current = used[-1][0] if used else SHIPPED
    print(messages.text("version_columns").replace("|", "\t"))
    for name, made, cases, corpus, folder, fell in rows:
        note = messages.text("version_fell", types=", ".join(fell)) if fell else ""
        cells = ("*" if name == current else " ", name, made, str(cases), corpus[:8], _held_out_f1(folder), when.get(name, ""), note)
        print("\t".join(cells))


def _held_out_f1(folder: Path) -> str:
    """As training wrote it down."""
    try:
        return f"{json.loads((folder / 'metrics.json').read_text(encoding='utf-8'))['held_out']['types']['macro_f1']:.3f}"
    except (OSError, ValueError, KeyError, TypeError):
        return "–"


@model_app.command("show")
def show_model(name: Name) -> None:
    """显示一个版本的来历与比较 · Show where a version comes from and how it compares."""
    from dataclasses import asdict

    from classifier.loading import promotions, shipped_model
    from classifier.model import read
    from classifier.versions import SHIPPED, find

    if name == SHIPPED:
        print(json.dumps({"name": SHIPPED, **read(shipped_model()).facts}, ensure_ascii=False, indent=2))
        return
    version = find(name)
    promoted = [at for promoted, at in promotions() if promoted == version.name]
    print(json.dumps({**asdict(version), "promoted": promoted}, ensure_ascii=False, indent=2))


@model_app.command("promote")
def promote_model(
    name: Annotated[str, typer.Argument(help="版本名称，或 train -o 写的模型文件夹 · Name of a version, or a model folder.")],
    store: Annotated[str | None, typer.Option(help="案例库文件，默认在用户数据文件夹 · The case store.")] = None,
    force: Annotated[bool, typer.Option("--force", help="即使有类型变差 · Although types are read worse.")] = False,
) -> None:
    """与现用模型比较后启用 · Compare with the model in use, and let every command load this one."""
    from classifier.classifier import ScamClassifier
    from classifier.versions import find, keep, promote
    from training.gate_text import lines
    from training.promotion import compare_with_used, in_use, judging_cases, title_of

    folder = Path(name)
    version = None if (folder / "manifest.json").is_file() else find(name)
    used, new = in_use(), ScamClassifier.load(version.folder if version else folder)
    comparison = compare_with_used(used, new, judging_cases(store))
    for line in lines(comparison, new.taxonomy):
        print(line, file=sys.stderr)
    if version is None:
        if comparison.fell and not force:
            raise InputError("promotion_refused", name=name, types=", ".join(comparison.fell))
        version = keep(folder, parent=title_of(used), figures=comparison.figures(), fell=comparison.fell)
    promote(version, fell=comparison.fell, force=force)
    print(messages.text("promoted", name=version.name), file=sys.stderr)


@model_app.command("rollback")
def rollback_model() -> None:
    """退回上一个启用的版本 · Go back to what was promoted before."""
    from classifier.versions import rollback

    print(messages.text("rolled_back", name=rollback()), file=sys.stderr)


@model_app.command("remove")
def remove_model(name: Name) -> None:
    """删除一个未在使用的版本 · Delete a version that is not in use."""
    from classifier.versions import find, remove

    version = find(name)
    remove(version)
    print(messages.text("version_removed", name=version.name), file=sys.stderr)
