"""``scamtype batch``: tables in, the same tables with verdict columns out."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from classifier import messages

EXIT_FAILED, EXIT_SOME_ROWS, EXIT_INTERRUPTED = 1, 4, 130


def batch_cli(
    context: typer.Context,
    inputs: Annotated[
        list[str], typer.Argument(help="csv、tsv、xlsx、xls、jsonl、json、parquet（可为 gz、zst）；- 为标准输入 · Tables, - for standard input.")
    ],
    output: Annotated[str, typer.Option("--output", "-o", help="输出文件、文件夹或 - · A file, a folder for one file each, or -.")],
    column: Annotated[str | None, typer.Option(help="案情所在列的名称或序号 · Name or number of the column with the narrative.")] = None,
    encoding: Annotated[str | None, typer.Option(help="输入的编码，如 gb18030、big5 · Encoding of the inputs.")] = None,
    sheet: Annotated[str | None, typer.Option(help="工作表的名称或序号 · Name or number of the sheet.")] = None,
    model: Annotated[str | None, typer.Option(help="模型文件夹 · A model folder.")] = None,
    lang: Annotated[str | None, typer.Option(help="新增列的语言 zh 或 en · Language of the new columns.", metavar="zh|en")] = None,
    no_cues: Annotated[bool, typer.Option("--no-cues", help="不要线索词，更快 · Without cues, faster.")] = False,
    accept: Annotated[float | None, typer.Option(min=0, max=1, help="自此置信度起为确认，默认由模型定 · Accept from this confidence on.")] = None,
    redact: Annotated[bool, typer.Option("--redact", help="隐去案情中的个人信息 · Replace personal data in the narratives.")] = False,
    defuse: Annotated[bool, typer.Option("--defuse", help="原有单元格也不作为公式执行 · Defuse formulas in what passes through, too.")] = False,
    report: Annotated[str | None, typer.Option(help="关于结果的网页 · A page about the results.", metavar="FILE.html")] = None,
    force: Annotated[bool, typer.Option("--force", help="替换已有文件 · Replace an existing file.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="继续上次中断的任务 · Go on with an interrupted run.")] = False,
    engine: Annotated[
        str, typer.Option(help="local，或 dask（输出为文件夹，每个分区一个文件）· Local, or dask: a folder, one file a partition.")
    ] = "local",
    scheduler: Annotated[str | None, typer.Option(help="Dask 调度器地址 · Address of a Dask scheduler.", metavar="tcp://HOST:PORT")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="进程数，默认等于核数 · Processes, by default one for each core.")] = None,
) -> None:
    """批量识别表格 · Label tables."""
    if lang is not None and lang not in messages.LANGUAGES:
        raise typer.BadParameter(messages.text("unknown_language"))
    lang = lang or (context.parent.params.get("lang") if context.parent else None)
    messages.set_language(lang)
    if engine not in ("local", "dask"):
        raise typer.BadParameter(messages.text("engine_unknown"))
    if scheduler is not None and engine != "dask":
        raise typer.BadParameter(messages.text("engine_only"))
    from classifier.batch.plan import Options, expanded

    options = Options(
        column=column, encoding=encoding, sheet=sheet, model=model, lang=lang or "zh", cues=not no_cues, accept=accept, redact=redact, defuse=defuse,
        report=report, force=force, resume=resume, workers=workers,
    )  # fmt: skip
    try:
        if engine == "dask":
            from classifier.engines.dask import label_folder

            summaries = [label_folder(expanded(inputs), output, options, scheduler=scheduler, say=_say, watched_on=sys.stderr)]
        else:
            from classifier.batch.run import label_files

            summaries = label_files(expanded(inputs), output, options, say=_say, watched_on=sys.stderr)
    except KeyboardInterrupt:
        _say(messages.text("batch_interrupted" if "-" not in (*inputs, output) else "interrupted"))
        raise typer.Exit(EXIT_INTERRUPTED) from None
    for summary in summaries:
        for line in summary.lines():
            _say(line)
    if any(summary.failure for summary in summaries):
        raise typer.Exit(EXIT_FAILED)
    if any(summary.totals.errors for summary in summaries):
        raise typer.Exit(EXIT_SOME_ROWS)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
