"""``scamtype cases``: what is in the case store, and what is taken out of it."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Annotated

import typer

from classifier import messages
from classifier.case_store import APPROVED, WAITING, CaseStore, StoredCase, default_path
from classifier.case_table import as_csv, as_json_lines, plain_case
from classifier.cli.streams import check_output, print_json, print_out, write_private
from classifier.errors import InputError
from classifier.render.excerpt import one_line

cases_app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, help="自己的案例库 · The store of your own cases.")

Store = Annotated[str | None, typer.Option("--store", help="案例库文件，默认在用户数据文件夹 · The case store.")]
Numbers = Annotated[list[int], typer.Argument(help="编号，见 scamtype cases list · Numbers, as list shows them.")]
_SHOWN = 40


@cases_app.command("list")
def list_cases(
    store: Store = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="只列待确认的 · Only those that wait.")] = False,
    category: Annotated[str | None, typer.Option(help="只列此类型（代码）· Only this type (code).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON 对象，含案情全文 · An object a line, with the whole narrative.")] = False,
) -> None:
    """列出案例 · List cases."""
    cases, path = list[StoredCase](), default_path()
    if store is not None or path.exists():
        with CaseStore(store, create=False) as opened:
            cases = opened.cases(status=WAITING if waiting else None, category=category)
            path = opened.path
    if as_json:
        for case in cases:
            print_json(plain_case(case))
        return
    if not cases:
        print(messages.text("cases_none", path=path), file=sys.stderr)
    for case in cases:
        start = one_line(case.text)
        shown = start if len(start) <= _SHOWN else start[:_SHOWN] + "…"
        corrected = f"{case.predicted} → {case.category}" if case.predicted else case.category
        print_out("\t".join((str(case.number), messages.text(f"case_{case.status}"), corrected, case.added[:10], one_line(case.source), shown)))
    if cases:
        print(messages.text("cases_counted", count=len(cases), waiting=sum(case.status == WAITING for case in cases)), file=sys.stderr)


@cases_app.command("approve")
def approve_cases(numbers: Numbers, store: Store = None) -> None:
    """确认待确认的案例 · Let cases that wait be trained on."""
    with CaseStore(store, create=False) as opened:
        _check(numbers, opened)
        print(messages.text("cases_approved", count=opened.approve(numbers)), file=sys.stderr)


@cases_app.command("remove")
def remove_cases(numbers: Numbers, store: Store = None) -> None:
    """删除案例 · Forget cases."""
    with CaseStore(store, create=False) as opened:
        _check(numbers, opened)
        print(messages.text("cases_removed", count=opened.remove(numbers)), file=sys.stderr)


@cases_app.command("export")
def export_cases(
    output: Annotated[str, typer.Option("--output", "-o", help="csv 或 jsonl 文件 · A csv or jsonl file.")],
    store: Store = None,
    approved: Annotated[bool, typer.Option("--approved", help="不含待确认的 · Without those that wait.")] = False,
    force: Annotated[bool, typer.Option("--force", help="替换已有文件 · Replace an existing file.")] = False,
) -> None:
    """导出案例，可再用 train --add 读入 · Export cases, as train --add reads them."""
    if output != "-":
        check_output(output, force=force)
    with CaseStore(store, create=False) as opened:
        cases = opened.cases(status=APPROVED if approved else None)
    write_private(output, as_json_lines(cases) if output.endswith(".jsonl") else as_csv(cases))
    if output != "-":
        print(messages.text("cases_exported", path=output, count=len(cases)), file=sys.stderr)


@cases_app.command("types")
def list_types(store: Store = None) -> None:
    """列出自己声明的类型 · List the types that you declared."""
    with CaseStore(store, create=False) as opened:
        declared = opened.declared()
        counts = Counter[str]()
        for (code, _), number in opened.counts().items():
            counts[code] += number
    for entry in declared:
        name = entry["name"] if isinstance(entry["name"], str) else entry["name"].get("zh", "")
        print_out(f"{entry['code']}\t{one_line(name)}\t{counts[entry['code']]}")


@cases_app.command("withdraw")
def withdraw_type(code: Annotated[str, typer.Argument(help="类型代码 · Code of the type.")], store: Store = None) -> None:
    """撤销自己声明的、已没有案例的类型 · Forget a type that you declared and that has no cases any more."""
    with CaseStore(store, create=False) as opened:
        opened.withdraw(code)
    print(messages.text("type_withdrawn", code=code), file=sys.stderr)


def _check(numbers: list[int], store: CaseStore) -> None:
    missing = sorted(set(numbers) - {case.number for case in store.cases()})
    if missing:
        raise InputError("cases_missing", numbers=", ".join(map(str, missing)))
