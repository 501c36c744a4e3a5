"""``scamtype train``: the shipped corpus and the user's own cases, those of before among them, into a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classifier import messages
from classifier.errors import OutputError
from training.cli.said import say, tell


def train_cli(
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="模型文件夹；不给则存为版本 · Where the model goes; a version by default.")
    ] = None,
    add: Annotated[list[str] | None, typer.Option("--add", help="追加的带标签案例，任何表格 · Further labelled cases, any table.")] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="标签对应的类型，可多次 · What a label of yours means.", metavar="旧名=code")
    ] = None,
    types: Annotated[str | None, typer.Option(help="自定义类型的 TOML 文件 · A file that declares types of yours.")] = None,
    column: Annotated[str | None, typer.Option(help="案情所在列 · Name or number of the column with the narrative.")] = None,
    label_column: Annotated[str | None, typer.Option(help="类别所在列 · Name or number of the column with the label.")] = None,
    encoding: Annotated[str | None, typer.Option(help="输入的编码 · Encoding of the tables.")] = None,
    store: Annotated[str | None, typer.Option(help="案例库文件，默认在用户数据文件夹 · The case store.")] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="不用案例库，也不写入 · Neither use nor fill the case store.")] = False,
    relabel: Annotated[bool, typer.Option("--relabel", help="新标签取代案例库里的 · A new label takes the place of the stored one.")] = False,
    without_shipped: Annotated[bool, typer.Option("--without-shipped", help="不用自带语料 · Leave the shipped corpus out.")] = False,
    promote: Annotated[bool, typer.Option("--promote", help="没有类型变差就启用 · Use it from now on, if no type is read worse.")] = False,
    force: Annotated[bool, typer.Option("--force", help="替换已有模型；变差也启用 · Replace a model; promote all the same.")] = False,
) -> None:
    """训练模型 · Train a model."""
    if store is not None and no_store:
        raise typer.BadParameter(messages.text("store_or_none"))
    if promote and output is not None:
        raise typer.BadParameter(messages.text("promote_or_output"))
    if output is not None and Path(output).exists() and not force:
        raise OutputError("output_exists", path=output)
    from classifier.classifier import ScamClassifier
    from classifier.versions import promote as use
    from training.added import Columns, pairs_of
    from training.corpus import shipped_cases
    from training.fitting import fit_corpus
    from training.gate import never_seen
    from training.gate_text import lines
    from training.kept import PAGE, keep_version
    from training.own import Wanted, own_corpus
    from training.promotion import compare_with_used, in_use, title_of
    from training.report import documents_of, run_facts

    wanted = Wanted(
        files=tuple(add or []),
        mapping=pairs_of(mapping or []),
        types=types,
        columns=Columns(column, label_column, encoding),
        store=store,
        use_store=not no_store,
        relabel=relabel,
    )
    shipped = [] if without_shipped else shipped_cases()
    corpus, taxonomy = own_corpus(wanted, shipped, say=say)
    fitted = fit_corpus(corpus, taxonomy=taxonomy, progress=tell)
    tell("evaluate")
    documents, evaluation = documents_of(corpus, fitted)
    if output is not None:
        fitted.model.save(output, documents, force=force)
        Path(output, "run.json").write_text(run_facts(), encoding="utf-8")
    say(
        messages.text(
            "train_done",
            trained=len(corpus.split(held_out=False)),
            held=len(corpus.split(held_out=True)),
            classes=len(fitted.model.codes),
            terms=fitted.model.n_terms,
            f1=f"{evaluation.types.macro_f1:.3f} ({evaluation.types.interval[0]:.3f}–{evaluation.types.interval[1]:.3f})",
        )
    )
    if output is not None:
        say(messages.text("train_written", path=output))
    new = ScamClassifier(fitted.model)
    tell("compare")
    used = in_use()
    comparison = compare_with_used(used, new, never_seen(corpus.cases, corpus.own))
    for line in lines(comparison, new.taxonomy):
        say(line)
    if output is None:
        version = keep_version(fitted.model, {**documents, "run.json": run_facts()}, comparison, title_of(used))
        say(messages.text("gate_page", path=version.folder / PAGE))
        if promote:
            use(version, fell=comparison.fell, force=force)
        say(messages.text("promoted" if promote else "version_kept", name=version.name))
