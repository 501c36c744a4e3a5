"""Holds a run into a folder to its outputs: none labelled twice after an interruption, none taken for another's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from classifier.batch.plan import Options, expanded, outputs, target_of
from classifier.batch.run import label_files
from classifier.errors import OutputError
from classifier.tables.files import Source

CALL = "对方自称快递客服说包裹丢失要理赔，让我下载会议软件开屏幕共享，把卡里的钱转到安全账户。"


def label(inputs: list[Path], folder: Path, **options: Any) -> int:
    summaries = label_files([str(path) for path in inputs], f"{folder}/", Options(**options), say=lambda line: None)
    return sum(summary.totals.rows for summary in summaries)


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.csv" for name in "abc"]
    for path in paths:
        path.write_text(f"编号,案情,日期\n{path.stem},{CALL},2024-03-01\n", encoding="utf-8")
    return paths


def test_after_an_interruption_finished_outputs_are_kept_and_counted(inputs: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    good = inputs[2].read_bytes()
    inputs[2].write_bytes(b"")
    assert label(inputs, folder) == 2
    finished = (folder / "a.csv").stat().st_mtime_ns
    inputs[2].write_bytes(good)
    with pytest.raises(OutputError, match="--force"):
        label(inputs, folder)
    report = tmp_path / "report.html"
    with pytest.raises(OutputError):
        label(inputs, folder, resume=True, report=str(report))
    assert label(inputs, folder, resume=True) == 3
    assert (folder / "a.csv").stat().st_mtime_ns == finished
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv", "c.csv"]


def test_an_output_of_another_input_is_not_taken_for_finished(inputs: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    content = inputs[2].read_bytes()
    inputs[2].write_bytes(b"")
    assert label(inputs, folder) == 2
    inputs[2].write_bytes(content)
    inputs[0].write_text(inputs[0].read_text(encoding="utf-8") + f"x,{CALL},\n", encoding="utf-8")
    with pytest.raises(OutputError):
        label(inputs, folder, resume=True)


def test_one_report_covers_all_outputs(inputs: list[Path], tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    assert label(inputs, tmp_path / "out", report=str(report)) == 3
    page = report.read_text(encoding="utf-8")
    assert all(f"{name}.csv" in page for name in "abc")
    assert CALL not in page


def test_patterns_are_resolved_in_order_and_nothing_is_read_twice(inputs: list[Path], tmp_path: Path) -> None:
    assert expanded([str(inputs[1]), f"{tmp_path}/*.csv"]) == [str(inputs[place]) for place in (1, 0, 2)]
    odd = tmp_path / "a[1].csv"
    odd.write_text("x", encoding="utf-8")
    assert expanded([str(odd)]) == [str(odd)]


def test_all_inputs_go_to_a_file_and_each_to_a_folder(tmp_path: Path) -> None:
    assert outputs(["a.csv", "b.csv"], "c.csv") == [(["a.csv", "b.csv"], "c.csv")]
    assert outputs(["x/a.csv", "y/b.csv"], f"{tmp_path}") == [(["x/a.csv"], f"{tmp_path}/a.csv"), (["y/b.csv"], f"{tmp_path}/b.csv")]


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("a.csv", "csv", "a.csv"),
        ("a.xls", "xls", "a.xlsx"),
        ("a.txt", "txt", "a.csv"),
        ("a.jsonl.gz", "jsonl", "a.jsonl.gz"),
        ("a", "txt", "a.csv"),
        ("a.csv", "xlsx", "a.xlsx"),
    ],
)
def test_in_a_folder_an_output_is_named_after_its_input_and_what_it_is(name: str, kind: str, target: str) -> None:
    assert target_of(Source(Path(name), name, kind), f"out/{name}", folder=True)[0] == f"out/{target}"


def test_markers_hold_no_narrative(inputs: list[Path], tmp_path: Path) -> None:
    inputs[1].write_bytes(b"")
    label(inputs, tmp_path / "out")
    marker = (tmp_path / "out" / ".a.csv.done").read_text(encoding="utf-8")
    assert CALL[:8] not in json.dumps(json.loads(marker), ensure_ascii=False)
