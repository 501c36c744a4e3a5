"""Holds ``scamtype batch`` to what it promises for tables as Excel, case systems and hostile people write them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import python_calamine
import xlsxwriter
import xlwt
import zstandard

from classifier.cli.app import main

TASKS = "报警人称在抖音上看到点赞兼职广告，加群后做任务，前几单都返了佣金，后来做连单垫付八千元，对方说操作失误要继续充值才能提现。"
CALL = "对方自称快递客服说包裹丢失要理赔，让我下载会议软件开屏幕共享，把卡里的钱转到安全账户。"
EVERYDAY = "番茄炒蛋：先把鸡蛋打散，热锅下油。"
ADDED = ["诈骗类型", "类型代码", "置信度", "第二类型", "判定", "线索词", "出错"]
SECRET = "张三丰13800138000"


class Batch:
    """Runs the command in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.code, self.err, self.out = 0, "", ""

    def write(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def run(self, *arguments: object) -> Batch:
        self.code = main(["batch", *map(str, arguments)])
        captured = self._capsys.readouterr()
        self.out, self.err = captured.out, captured.err
        assert "Traceback" not in self.err
        assert SECRET not in self.err
        return self

    def label(self, source: Path, name: str = "out.csv", *options: object) -> Path:
        target = self.folder / name
        self.run(source, "-o", target, *options)
        assert self.code in (0, 4), self.err
        return target

    def refused(self, source: object, *options: object, output: object = None) -> str:
        before = sorted(self.folder.iterdir())
        self.run(source, "-o", output or self.folder / "out.csv", *options)
        assert self.code == 1
        assert sorted(self.folder.iterdir()) == before
        lines = self.err.splitlines()
        assert lines
        return lines[-1]


@pytest.fixture
def batch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Batch:
    return Batch(tmp_path, capsys)


def table_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=delimiter))


def sheet_of(path: Path, place: int = 0) -> list[list[Any]]:
    return python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(place).to_python()


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        formats = {date: book.add_format({"num_format": "yyyy-mm-dd"}), datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"})}
        formats[time] = book.add_format({"num_format": "hh:mm:ss"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for y, row in enumerate(rows):
                for x, value in enumerate(row):
                    if type(value) in formats:
                        sheet.write_datetime(y, x, value, formats[type(value)])
                    elif value is not None:
                        sheet.write(y, x, value)
    return path


# --- encodings and dialects as they are written


EXPORT = f'案件编号,简要案情,卡号\r\n007,"他说""快递丢了"",{CALL}",6222020200112233445\r\n008,{TASKS},\r\n'


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8", "utf-16"])
def test_what_excel_saves_as_csv_comes_back_with_columns_at_the_end(batch: Batch, encoding: str) -> None:
    output = batch.label(batch.write("案件导出.csv", EXPORT, encoding))
    rows = table_of(output)
    assert rows[0] == ["案件编号", "简要案情", "卡号", *ADDED]
    assert rows[1][:4] == ["007", f'他说"快递丢了",{CALL}', "6222020200112233445", "冒充电商物流客服类"]
    assert rows[2][:4] == ["008", TASKS, "", "刷单返利类"]
    assert batch.code == 0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8", "utf-16"])
def test_csv_that_a_person_opens_is_utf_8_with_a_mark(batch: Batch, encoding: str) -> None:
    written = batch.label(batch.write("案件导出.csv", EXPORT, encoding)).read_bytes()
    assert written.startswith(b"\xef\xbb\xbf" + "案件编号".encode())
    assert written.count(b"\xef\xbb\xbf") == 1


def test_what_excel_saves_as_unicode_text_is_read(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("导出.txt", f"编号\t案情描述\r\n001\t{CALL}\r\n", "utf-16")))
    assert rows[1][:3] == ["001", CALL, "冒充电商物流客服类"]


def test_big5_is_read_when_it_is_clear(batch: Batch) -> None:
    text = "我在臉書認識網友，聊天後加入群組，對方慫恿我到投資網站申請帳號，後來要提領獲利時卻無法出金，我才驚覺受騙報案。"
    rows = table_of(batch.label(batch.write("案件.csv", f"編號,案情描述\r\n001,{text}\r\n", "big5")))
    assert rows[0][:2] == ["編號", "案情描述"]
    assert rows[1][1:3] == [text, "虚假网络投资理财类"]


def test_an_encoding_that_is_named_wins(batch: Batch) -> None:
    source = batch.write("a.csv", "編號,內容\r\n1,簡訊\r\n", "big5")
    assert table_of(batch.label(source, "out.csv", "--encoding", "big5"))[1][1] == "簡訊"


def test_an_encoding_that_hardly_can_be_right_is_warned_of(batch: Batch) -> None:
    source = batch.write("a.csv", f"编号,案情描述\r\n1,{CALL}{TASKS}\r\n", "gb18030")
    batch.label(source, "out.csv", "--encoding", "big5hkscs")
    assert "--encoding" in batch.err


def test_an_unknown_encoding_is_refused(batch: Batch) -> None:
    assert "klingon" in batch.refused(batch.write("a.csv", EXPORT), "--encoding", "klingon")


@pytest.mark.parametrize(("delimiter", "name"), [(";", "a.csv"), ("\t", "a.csv"), (",", "a.csv"), ("\t", "a.tsv"), (",", "a.txt"), (";", "a.txt")])
def test_the_delimiter_is_found_and_kept(batch: Batch, delimiter: str, name: str) -> None:
    rows = [["编号", "案情", "备注"], ["1", CALL, "甲，乙，丙"], ["2", TASKS, "a"], ["3", EVERYDAY, "b"]]
    source = batch.write(name, "".join(delimiter.join(row) + "\n" for row in rows))
    kind = "tsv" if delimiter == "\t" else "csv"
    assert [row[:3] for row in table_of(batch.label(source, f"out.{kind}"), delimiter)] == rows


def test_full_width_commas_do_not_set_cells_apart(batch: Batch) -> None:
    source = batch.write("a.csv", f"案情描述\n{CALL}\n{TASKS}\n")
    rows = table_of(batch.label(source))
    assert [row[0] for row in rows] == ["案情描述", CALL, TASKS]


def test_a_column_of_prose_with_commas_that_nobody_quoted_stays_whole(batch: Batch) -> None:
    texts = ["对方让我刷单,做任务,垫付后不能提现", "他自称客服,说快递丢了要理赔,让我共享屏幕,钱没了", "今天天气很好"]
    rows = table_of(batch.label(batch.write("a.txt", "案情\n" + "\n".join(texts))))
    assert [row[0] for row in rows[1:]] == texts
    assert rows[1][1] == "刷单返利类"


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_line_ends_are_kept(batch: Batch, newline: str) -> None:
    written = batch.label(batch.write("a.csv", f"编号,案情{newline}1,{CALL}{newline}2,{TASKS}")).read_bytes()
    assert written.count(b"\n") == 3
    assert written.count(b"\r\n") == (3 if newline == "\r\n" else 0)


def test_newlines_in_quotes_belong_to_the_cell(batch: Batch) -> None:
    cell = f'第一行\n{CALL}\r\n\r\n最后一行，他说"好"'
    source = batch.write("a.csv", '编号,案情\r\n1,"' + cell.replace('"', '""') + f'"\r\n2,{TASKS}\r\n')
    rows = table_of(batch.label(source))
    assert [row[:2] for row in rows[1:]] == [["1", cell], ["2", TASKS]]


def test_columns_pass_through_character_for_character(batch: Batch) -> None:
    lines = ['案情描述,"编 号",编 号,,金额', f'"{CALL}",007,  x ,"",1.10', f'{TASKS},\'6222020200112233445, ,"a""b",-0']
    written = batch.label(batch.write("a.csv", "\r\n".join(lines) + "\r\n")).read_bytes().decode("utf-8-sig").split("\r\n")
    assert [after.startswith(before + ",") for before, after in zip(lines, written, strict=False)] == [True] * 3


def test_a_column_of_a_new_name_is_kept_and_the_new_one_suffixed(batch: Batch) -> None:
    header = table_of(batch.label(batch.write("a.csv", f"案情,诈骗类型,出错\n{CALL},旧,无\n")))[0]
    assert header == ["案情", "诈骗类型", "出错", "诈骗类型_2", *ADDED[1:6], "出错_2"]


def test_new_columns_may_be_english(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"案情\n{CALL}\n"), "out.csv", "--lang", "en"))
    assert rows[0][1:] == ["scam_type", "scam_code", "confidence", "second_type", "decision", "cues", "error"]
    assert rows[1][1] == "fake customer service"


def test_a_batch_gives_what_one_by_one_gives(batch: Batch, capsys: pytest.CaptureFixture[str]) -> None:
    row = dict(zip(*table_of(batch.label(batch.write("a.csv", f"案情\n{TASKS}\n"))), strict=True))
    main(["classify", "--json", TASKS])
    verdict = json.loads(capsys.readouterr().out)
    assert (row["诈骗类型"], row["类型代码"], float(row["置信度"])) == (verdict["name"], verdict["category"], round(verdict["confidence"], 4))
    assert row["线索词"].split("；") == [cue["text"] for cue in verdict["cues"]]


# --- headers and columns


@pytest.mark.parametrize(
    "name", ["案情描述", "简要案情", "警情内容", "报警内容", "内容", "text", "Narrative", "簡要案情", "報警內容", "案情描述（必填）"]
)
def test_the_narrative_is_found_by_the_name_of_its_column(batch: Batch, name: str) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"办案单位意见综述情况,{name}\n{EVERYDAY * 3},{CALL}\n")))
    assert rows[1][2] == "冒充电商物流客服类"
    assert name in batch.err


def test_the_narrative_is_found_by_its_content_and_that_is_said(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"id,姓名,x1,单位\n1,李四,{CALL},桂林市公安局\n2,王五,{TASKS},南宁市公安局\n")))
    assert [row[4] for row in rows[1:]] == ["冒充电商物流客服类", "刷单返利类"]
    assert "x1" in batch.err
    assert "--column" in batch.err


@pytest.mark.parametrize("wanted", ["x1", "2", "X1"])
def test_the_column_can_be_given_by_name_or_number(batch: Batch, wanted: str) -> None:
    source = batch.write("a.csv", f"案情,x1\n{EVERYDAY},{CALL}\n")
    assert table_of(batch.label(source, "out.csv", "--column", wanted))[1][2] == "冒充电商物流客服类"


def test_a_column_that_is_not_there_is_refused(batch: Batch) -> None:
    assert "备注" in batch.refused(batch.write("a.csv", EXPORT), "--column", "备注")


def test_of_columns_with_one_name_that_with_the_narratives_is_read(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"内容,内容\n甲,{CALL}\n乙,{TASKS}\n")))
    assert [row[2] for row in rows[1:]] == ["冒充电商物流客服类", "刷单返利类"]
    assert rows[0][:2] == ["内容", "内容"]


def test_a_name_that_two_columns_have_cannot_be_given(batch: Batch) -> None:
    assert "1, 2" in batch.refused(batch.write("a.csv", f"x,x\n甲,{CALL}\n"), "--column", "x")


def test_a_table_without_narratives_is_refused(batch: Batch) -> None:
    assert "--column" in batch.refused(batch.write("a.csv", "a,b\n1,2\n3,4\n"))


def test_titles_above_the_header_stay_there(batch: Batch) -> None:
    source = batch.write("a.csv", f"某市公安局2024年案件统计表,,\n制表：刑侦支队,,\n编号,简要案情,金额\n1,{CALL},5\n")
    rows = table_of(batch.label(source))
    assert rows[0][:3] == ["某市公安局2024年案件统计表", "", ""]
    assert rows[2] == ["编号", "简要案情", "金额", *ADDED]
    assert rows[3][3] == "冒充电商物流客服类"


def test_a_file_of_nothing_but_narratives_loses_none(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.txt", f"{CALL}\n{TASKS}\n{EVERYDAY}\n")))
    assert rows[0] == ["列1", *ADDED]
    assert [row[0] for row in rows[1:]] == [CALL, TASKS, EVERYDAY]
    assert "没有表头" in batch.err


def test_a_table_without_header_loses_no_row(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"1,2024-01-01,{CALL}\n2,2024-01-02,{TASKS}\n")))
    assert rows[0][:4] == ["列1", "列2", "列3", "诈骗类型"]
    assert [row[3] for row in rows[1:]] == ["冒充电商物流客服类", "刷单返利类"]


def test_numbers_as_first_row_are_a_row(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"1,2\n7,{CALL}\n8,{TASKS}\n")))
    assert [row[:2] for row in rows[1:]] == [["1", "2"], ["7", CALL], ["8", TASKS]]


def test_a_header_and_nothing_else_gives_a_header(batch: Batch) -> None:
    assert table_of(batch.label(batch.write("a.csv", "编号,案情\r\n"))) == [["编号", "案情", *ADDED]]


def test_blank_cells_are_no_case_and_no_error(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"编号,案情\n1,\n2,　\n\n4,{CALL}\n\n")))
    assert [row[2] for row in rows[1:]] == ["非案情", "非案情", "非案情", "冒充电商物流客服类"]
    assert batch.code == 0


# --- rows that cannot be read


def test_a_quote_that_is_never_closed_costs_one_row(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f'编号,案情,备注\n1,{TASKS},a\n2,"{CALL},b\n3,{TASKS},c\n4,"{CALL}",d\n')))
    assert [row[0] for row in rows[1:]] == ["1", "2", "3", "4"]
    assert [bool(row[-1]) for row in rows[1:]] == [False, True, False, False]
    assert rows[2][1] == f'"{CALL}'
    assert rows[2][3:9] == [""] * 6
    assert {len(row) for row in rows} == {10}
    assert batch.code == 4


def test_bytes_that_cannot_be_decoded_mark_their_row_alone(batch: Batch) -> None:
    content = f"编号,案情\r\n1,{CALL}\r\n".encode("gb18030") + b"2,\xff\xff" + TASKS.encode("gb18030") + f"\r\n3,{CALL}\r\n".encode("gb18030")
    rows = table_of(batch.label(batch.write("a.csv", content)))
    assert [bool(row[-1]) for row in rows[1:]] == [False, True, False]
    assert rows[2][1] == f"\\xff\\xff{TASKS}"
    assert [row[2] for row in rows[1:]] == ["冒充电商物流客服类", "刷单返利类", "冒充电商物流客服类"]
    assert batch.code == 4
    assert "GB18030" in batch.err


def test_ragged_rows_are_filled_up_and_named(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"编号,案情,备注\n1,{CALL}\n2\n3,{TASKS},a,b,c\n4,{CALL},d,,\n")))
    assert {len(row) for row in rows} == {12}
    assert rows[0][:5] == ["编号", "案情", "备注", "", ""]
    assert [row[5] for row in rows[1:]] == ["冒充电商物流客服类", "", "刷单返利类", "冒充电商物流客服类"]
    assert [bool(row[-1]) for row in rows[1:]] == [False, True, True, False]
    assert rows[3][:5] == ["3", TASKS, "a", "b", "c"]


def test_a_line_that_is_no_json_stays_in_its_place(batch: Batch) -> None:
    source = batch.write("a.jsonl", f'{{"案情": "{CALL}"}}\n{{"案情": \n[1]\n\n{{}}\n{{"案情": "{TASKS}"}}\n')
    lines = [json.loads(line) for line in batch.label(source, "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["诈骗类型"] for line in lines] == ["冒充电商物流客服类", "", "", "非案情", "刷单返利类"]
    assert [line.get("原文") for line in lines] == [None, '{"案情":', "[1]", None, None]
    assert [bool(line["出错"]) for line in lines] == [False, True, True, False, False]
    assert batch.code == 4


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize("options", [[], ["--redact"]])
def test_what_is_no_json_stays_in_its_place_in_other_kinds_too(batch: Batch, kind: str, options: list[str]) -> None:
    source = batch.write("a.jsonl", f'{{"编号": 1, "案情": "{CALL}"}}\n{{"案情": \n{{"编号": 3, "案情": "{TASKS}"}}\n')
    output = batch.label(source, f"out.{kind}", *options)
    rows = table_of(output if kind == "csv" else batch.label(output, "again.csv"))
    assert {len(row) for row in rows} in ({9}, {16})
    assert [row[2] for row in rows[1:]] == ["冒充电商物流客服类", "", "刷单返利类"]
    assert rows[2][0] == '{"案情":'
    assert rows[2][8] != ""


# --- hostile files


def test_nul_bytes_pass_through(batch: Batch) -> None:
    rows = table_of(batch.label(batch.write("a.csv", f"编号,案情\n1,\0{CALL}\0\n")))
    assert rows[1][1:3] == [f"\0{CALL}\0", "冒充电商物流客服类"]


def test_a_cell_of_fifty_megabytes_is_kept_and_named(batch: Batch) -> None:
    source = batch.write("a.csv", f"编号,案情\n1,{CALL}\n2,{'骗' * 17_000_000}\n3,{TASKS}\n")
    assert source.stat().st_size > 50_000_000
    output = batch.label(source)
    lines = output.read_bytes().decode("utf-8-sig").split("\n")
    assert [len(line) > 17_000_000 for line in lines[1:4]] == [False, True, False]
    assert "1000000" in lines[2][-100:]
    assert "刷单返利类" in lines[3]
    assert batch.code == 4


def test_ten_thousand_columns_are_kept(batch: Batch) -> None:
    names = [f"c{number}" for number in range(9_999)]
    output = batch.label(batch.write("a.csv", ",".join([*names, "案情"]) + "\n" + ",".join(["1"] * 9_999 + [CALL]) + "\n"))
    rows = table_of(output)
    assert rows[0] == [*names, "案情", *ADDED]
    assert rows[1][10_000] == "冒充电商物流客服类"


def test_a_zip_that_is_named_csv_is_refused(batch: Batch) -> None:
    with zipfile.ZipFile(batch.folder / "a.csv", "w") as archive:
        archive.writestr("b.csv", EXPORT)
    assert "zip" in batch.refused(batch.folder / "a.csv")


def test_a_workbook_that_is_named_csv_is_read(batch: Batch) -> None:
    source = workbook(batch.folder / "a.xlsx", {"s": [["案情"], [CALL]]}).rename(batch.folder / "a.csv")
    assert table_of(batch.label(source))[1][1] == "冒充电商物流客服类"


def test_a_folder_of_hostile_files_is_a_line_each_and_the_sound_ones_are_labelled(batch: Batch) -> None:
    (batch.folder / "in").mkdir()
    with zipfile.ZipFile(batch.folder / "in" / "zip.csv", "w") as archive:
        archive.writestr("b.csv", EXPORT)
    workbook(batch.folder / "in" / "formula.xlsx", {"s": [["案情", "x"], [CALL, "=cmd|' /C calc'!A0"]]})
    files: dict[str, bytes] = {
        "bytes.csv": f"编号,案情\n1,{CALL}\n2,".encode() + b"\xff\xfe" + f"\n3,{TASKS}\n".encode(),
        "nul.csv": f"编号,案情\n\0,{CALL}\0\n".encode(),
        "wide.csv": (",".join(f"c{number}" for number in range(9_999)) + f",案情\n{'1,' * 9_999}{CALL}\n").encode(),
        "header.csv": "编号,案情\n".encode(),
        "none.csv": f"1,{CALL}\n2,{TASKS}\n".encode(),
        "empty.csv": b"",
        "ragged.csv": f"编号,案情,x\n1\n2,{CALL},a,b,c\n".encode(),
        "quotes.csv": f'编号,案情\n1,"{CALL}\n2,{TASKS}\n'.encode(),
    }
    for name, content in files.items():
        batch.write(f"in/{name}", content)
    batch.run(f"{batch.folder}/in/*", "-o", f"{batch.folder}/out/")
    assert batch.code == 1
    written = {path.name for path in (batch.folder / "out").iterdir() if not path.name.startswith(".")}
    assert written == {*files, "formula.xlsx"} - {"empty.csv"}
    for name in (*files, "formula.xlsx", "zip.csv"):
        assert any(name in line for line in batch.err.splitlines()), name


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.jsonl", "a.json", "a.tsv", "a.txt", "a.parquet"])
def test_an_empty_file_is_refused(batch: Batch, name: str) -> None:
    assert name in batch.refused(batch.write(name, b""))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 and nothing else"), ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), ("a.parquet", b"PAR1xxxxPAR1"),
        ("a.csv.gz", gzip.compress(EXPORT.encode())[:-12]), ("a.csv.zst", zstandard.compress(EXPORT.encode() * 50)[:-9]), ("a.json", b'[{"text": "x"},'),
        ("a.csv", b"%PDF-1.7"), ("a.xls", b"<html><table><tr><td>x"), ("a.csv", bytes(range(128, 256)) * 40),
    ],
)  # fmt: skip
def test_what_is_damaged_or_no_table_is_one_line(batch: Batch, name: str, content: bytes) -> None:
    assert name in batch.refused(batch.write(name, content))


def test_a_missing_file_is_one_line(batch: Batch) -> None:
    assert "没有.csv" in batch.refused(batch.folder / "没有.csv")


# --- other kinds


@pytest.mark.parametrize(("name", "pack"), [("a.csv.gz", gzip.compress), ("a.csv.zst", zstandard.compress)])
def test_packed_files_are_read_and_written(batch: Batch, name: str, pack: Callable[[bytes], bytes]) -> None:
    source = batch.write(name, pack(EXPORT.encode("gb18030")))
    packed = batch.label(source, f"out{name[1:]}").read_bytes()
    unpacked = gzip.decompress(packed) if name.endswith("gz") else zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read()
    assert unpacked == batch.label(source, "out.csv").read_bytes()


def test_objects_get_members_and_nothing_else_changes(batch: Batch) -> None:
    lines = [f'{{"id": 6222020200112233445,  "n": 1.10, "案情": "{CALL}", "l": [1, {{"a": null}}]}}', f'{{"案情":"{TASKS}","id":"\\u4e00"}}']
    written = batch.label(batch.write("a.jsonl", "\n".join(lines) + "\n"), "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [after.startswith(before[:-1] + ", ") for before, after in zip(lines, written, strict=True)] == [True, True]
    first = json.loads(written[0])
    assert [first["诈骗类型"], first["出错"]] == ["冒充电商物流客服类", ""]
    assert isinstance(first["置信度"], float)


def test_an_array_stays_an_array(batch: Batch) -> None:
    source = batch.write("a.json", json.dumps([{"案情": CALL, "n": 1}, {"案情": TASKS}], ensure_ascii=False, indent=2))
    labelled = json.loads(batch.label(source, "out.json").read_text(encoding="utf-8"))
    assert [entry["诈骗类型"] for entry in labelled] == ["冒充电商物流客服类", "刷单返利类"]
    assert labelled[0]["n"] == 1


def test_lines_that_are_named_json_are_read(batch: Batch) -> None:
    source = batch.write("a.json", f'{{"案情": "{CALL}"}}\n{{"案情": "{TASKS}"}}\n')
    assert len(table_of(batch.label(source))) == 3


def test_a_workbook_keeps_values_and_types(batch: Batch) -> None:
    rows = [
        ["编号", "简要案情", "金额", "立案", "时刻", "时间", "是否"],
        ["007", CALL, 1234.5, date(2024, 3, 1), time(8, 30), datetime(2024, 3, 1, 9, 15), True],
        ["6222020200112233445", TASKS, 12, None, None, None, False],
        ["=1+1", EVERYDAY, -5, None, None, None, None],
    ]
    labelled = sheet_of(batch.label(workbook(batch.folder / "a.xlsx", {"数据": rows}), "out.xlsx"))
    assert labelled[0] == [*rows[0], *ADDED]
    assert [["" if value is None else value for value in row] for row in rows[1:]] == [row[:7] for row in labelled[1:]]
    assert [row[7] for row in labelled[1:]] == ["冒充电商物流客服类", "刷单返利类", "非案情"]


def test_the_workbook_is_easy_to_read(batch: Batch) -> None:
    output = batch.label(workbook(batch.folder / "a.xlsx", {"s": [["案情"], [CALL]]}), "out.xlsx")
    sheet = zipfile.ZipFile(output).read("xl/worksheets/sheet1.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert "<cols>" in sheet
    assert "<autoFilter" in sheet


def test_the_sheet_with_the_narratives_is_read_or_the_one_named(batch: Batch) -> None:
    sheets = {
        "说明": [["本表由系统导出"]],
        "人员": [["姓名", "年龄"], ["李四", 30]],
        "案件": [["2024年案件"], [], ["编号", "案情描述"], [1, CALL]],
        "旧": [["案情"], [TASKS]],
    }
    source = workbook(batch.folder / "a.xlsx", sheets)
    assert sheet_of(batch.label(source, "out.xlsx"))[-1][2] == "冒充电商物流客服类"
    assert "案件" in batch.err
    assert "--sheet" in batch.err
    assert table_of(batch.label(source, "old.csv", "--sheet", "旧"))[1][1] == "刷单返利类"
    assert "说明, 人员, 案件, 旧" in batch.refused(source, "--sheet", "无")


def test_formulas_are_read_by_their_last_results_and_that_is_said(batch: Batch) -> None:
    with xlsxwriter.Workbook(batch.folder / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["案情", "金额"])
        sheet.write_formula(1, 0, '="骗"', None, CALL)
        sheet.write_formula(1, 1, "=1+1", None, 2)
    row = sheet_of(batch.label(batch.folder / "a.xlsx", "out.xlsx"))[1]
    assert row[:3] == [CALL, 2, "冒充电商物流客服类"]
    assert "公式" in batch.err


def test_an_old_workbook_is_read(batch: Batch) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("数据")
    for x, value in enumerate(["编号", "案情描述"]):
        sheet.write(0, x, value)
    sheet.write(1, 0, "007")
    sheet.write(1, 1, CALL)
    book.save(str(batch.folder / "a.xls"))
    assert sheet_of(batch.label(batch.folder / "a.xls", "out.xlsx"))[1][:3] == ["007", CALL, "冒充电商物流客服类"]


def test_a_cell_beyond_excels_limit_is_cut_and_that_is_said(batch: Batch) -> None:
    source = batch.write("a.csv", f"编号,案情\n1,{CALL}{'。' * 40_000}\n2,{TASKS}\n")
    rows = sheet_of(batch.label(source, "out.xlsx"))
    assert len(rows[1][1]) == 32_767
    assert "32767" in rows[1][-1]
    assert rows[2][-1] == ""
    assert batch.code == 4


def test_more_columns_than_excel_has_are_refused(batch: Batch) -> None:
    source = batch.write("a.csv", ",".join(f"c{number}" for number in range(16_380)) + ",案情\n" + "," * 16_380 + CALL + "\n")
    assert "16381" in batch.refused(source, output=batch.folder / "out.xlsx")


def test_parquet_keeps_types(batch: Batch) -> None:
    days = [date(2024, 3, 1), None]
    table = pa.table({"n": pa.array([1, None], pa.int64()), "案情": [CALL, None], "d": pa.array(days), "l": [[1, 2], []]})
    pq.write_table(table, batch.folder / "a.parquet")
    labelled = pq.read_table(batch.label(batch.folder / "a.parquet", "out.parquet"))
    assert labelled.select(table.column_names).equals(table)
    assert labelled.column_names[4:] == ADDED
    assert labelled["诈骗类型"].to_pylist() == ["冒充电商物流客服类", "非案情"]
    assert labelled.schema.field("置信度").type == pa.float64()


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json", "xlsx", "parquet"])
@pytest.mark.parametrize("source", ["csv", "jsonl", "xlsx", "parquet"])
def test_every_kind_can_become_every_other(batch: Batch, source: str, kind: str) -> None:
    frame = pd.DataFrame({"编号": ["007", "008"], "案情": [CALL, TASKS]})
    path = batch.folder / f"in.{source}"
    if source == "csv":
        frame.to_csv(path, index=False)
    elif source == "jsonl":
        frame.to_json(path, orient="records", lines=True, force_ascii=False)
    elif source == "xlsx":
        workbook(path, {"s": [list(frame.columns), *frame.values.tolist()]})
    else:
        frame.to_parquet(path)
    output = batch.label(path, f"out.{kind}")
    read: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "csv": lambda: list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8-sig")))),
        "tsv": lambda: list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8-sig")), delimiter="\t")),
        "jsonl": lambda: [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()],
        "json": lambda: json.loads(output.read_text(encoding="utf-8")),
        "xlsx": lambda: [dict(zip(sheet_of(output)[0], row, strict=True)) for row in sheet_of(output)[1:]],
        "parquet": lambda: pq.read_table(output).to_pylist(),
    }
    rows = read[kind]()
    assert [(row["编号"], row["案情"], row["诈骗类型"]) for row in rows] == [("007", CALL, "冒充电商物流客服类"), ("008", TASKS, "刷单返利类")]
    assert list(rows[0]) == ["编号", "案情", *ADDED]


# --- several inputs, standard streams, outputs


def test_several_inputs_and_patterns_go_to_one_output_in_order(batch: Batch) -> None:
    batch.write("3.csv", f"案情,编号\n{CALL},5\n")
    for name, numbers in (("2.csv", "12"), ("1.csv", "34")):
        batch.write(name, "编号,案情\n" + "".join(f"{number},{CALL}\n" for number in numbers), "gb18030" if name == "2.csv" else "utf-8")
    batch.run(batch.folder / "2.csv", batch.folder / "[12].csv", "-o", batch.folder / "out.csv")
    assert [row[0] for row in table_of(batch.folder / "out.csv")] == ["编号", "1", "2", "3", "4"]


def test_inputs_with_other_headers_are_not_mixed(batch: Batch) -> None:
    batch.write("1.csv", f"编号,案情\n1,{CALL}\n")
    batch.write("2.csv", f"案情,编号\n{CALL},2\n")
    said = batch.refused(batch.folder / "*.csv")
    assert "1.csv" in said
    assert "2.csv" in said


def test_a_folder_gets_one_file_an_input(batch: Batch) -> None:
    batch.write("1.csv", f"编号,案情\n1,{CALL}\n")
    batch.write("2.jsonl", f'{{"案情": "{TASKS}"}}\n')
    batch.run(batch.folder / "1.csv", batch.folder / "2.jsonl", "-o", f"{batch.folder / 'out'}/")
    assert batch.code == 0
    assert sorted(path.name for path in (batch.folder / "out").iterdir()) == ["1.csv", "2.jsonl"]


def test_a_pattern_that_nothing_fits_is_refused(batch: Batch) -> None:
    assert "*.csv" in batch.refused(batch.folder / "*.csv")


def test_two_inputs_of_one_name_are_not_put_into_one_folder(batch: Batch) -> None:
    (batch.folder / "a").mkdir()
    (batch.folder / "b").mkdir()
    for name in ("a/x.csv", "b/x.csv"):
        batch.write(name, EXPORT)
    batch.run(batch.folder / "a/x.csv", batch.folder / "b/x.csv", "-o", f"{batch.folder}/out/")
    assert batch.code == 1


COMMAND = str(Path(sys.executable).with_name("scamtype"))


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_standard_input_and_output_can_be_used(encoding: str) -> None:
    result = subprocess.run([COMMAND, "batch", "-", "-o", "-"], input=EXPORT.encode(encoding), capture_output=True, check=True)
    rows = list(csv.reader(io.StringIO(result.stdout.decode("utf-8"), newline="")))
    assert [row[0] for row in rows] == ["案件编号", "007", "008"]
    assert result.stdout.startswith("案件编号".encode())
    assert "\x1b" not in result.stderr.decode()


def test_what_comes_by_a_named_pipe_is_read(batch: Batch) -> None:
    pipe = batch.folder / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([COMMAND, "batch", str(pipe), "-o", str(batch.folder / "out.csv")], stderr=subprocess.DEVNULL) as process:
        pipe.write_bytes(EXPORT.encode())
        assert process.wait(30) == 0
    assert len(table_of(batch.folder / "out.csv")) == 3


def test_an_output_that_exists_is_replaced_only_by_force(batch: Batch) -> None:
    source, output = batch.write("a.csv", EXPORT), batch.write("out.csv", "mine")
    assert "--force" in batch.refused(source)
    assert output.read_text() == "mine"
    assert len(table_of(batch.label(source, "out.csv", "--force"))) == 3


def test_an_output_that_is_the_input_is_refused_even_by_force(batch: Batch) -> None:
    source = batch.write("a.csv", EXPORT)
    (batch.folder / "link.csv").symlink_to(source)
    for output in (source, batch.folder / "link.csv", f"{batch.folder}/./a.csv"):
        assert "a.csv" in batch.refused(source, "--force", output=output) or "link.csv" in batch.err
    assert source.read_bytes() == EXPORT.encode()


def test_an_output_that_nobody_can_write_is_one_line(batch: Batch) -> None:
    source = batch.write("a.csv", EXPORT)
    assert "out.doc" in batch.refused(source, output=batch.folder / "out.doc")
    assert "nirgends" in batch.refused(source, output=batch.folder / "nirgends" / "out.csv")


def test_nothing_is_left_beside_the_output_which_is_a_file_like_any_other(batch: Batch) -> None:
    source = batch.write("a.csv", EXPORT)
    output = batch.label(source, "out.csv")
    assert sorted(batch.folder.iterdir()) == sorted([source, output])
    assert stat.S_IMODE(output.stat().st_mode) == stat.S_IMODE(source.stat().st_mode)


# --- formulas, redaction, report, summary


def test_what_a_spreadsheet_would_run_is_defused_on_request_and_numbers_are_left(batch: Batch) -> None:
    source = batch.write("a.csv", f"案情,a,b,c,d\n{CALL},=1+1,-5,@x,+86 138\n")
    assert table_of(batch.label(source, "plain.csv"))[1][1:5] == ["=1+1", "-5", "@x", "+86 138"]
    assert table_of(batch.label(source, "safe.csv", "--defuse"))[1][1:5] == ["'=1+1", "-5", "'@x", "'+86 138"]


def test_personal_data_are_replaced_on_request_and_counted(batch: Batch) -> None:
    source = batch.write("a.csv", f"编号,案情\n1,{CALL}其联系电话13912345678。\n")
    output = batch.label(source, "out.csv", "--redact")
    assert "13912345678" not in output.read_text(encoding="utf-8-sig")
    assert CALL in output.read_text(encoding="utf-8-sig")
    assert "已隐去" in batch.err


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx", "parquet"])
def test_redaction_reaches_every_kind(batch: Batch, kind: str) -> None:
    text = f"{CALL}其联系电话13912345678。"
    frame = pd.DataFrame({"编号": ["007"], "案情": [text]})
    path = batch.folder / f"a.{kind}"
    if kind == "parquet":
        frame.to_parquet(path)
    elif kind == "xlsx":
        workbook(path, {"s": [list(frame.columns), *frame.values.tolist()]})
    else:
        path.write_text(f"编号,案情\n007,{text}\n" if kind == "csv" else json.dumps({"编号": "007", "案情": text}), encoding="utf-8")
    rows = table_of(batch.label(batch.label(path, f"out.{kind}", "--redact"), "again.csv"))
    assert rows[1][0] == "007"
    assert "13912345678" not in rows[1][1]
    assert CALL[:20] in rows[1][1]


def test_a_report_is_a_page_without_narratives(batch: Batch) -> None:
    page = batch.folder / "报告.html"
    batch.label(batch.write("a.csv", EXPORT), "out.csv", "--report", page)
    written = page.read_text(encoding="utf-8")
    assert "刷单返利类" in written
    assert CALL not in written
    assert "报告.html" in batch.refused(batch.folder / "a.csv", "--report", page, output=batch.folder / "other.csv")


def test_the_summary_counts_rows_types_reviews_and_errors(batch: Batch) -> None:
    batch.label(batch.write("a.csv", f'编号,案情\n1,{CALL}\n2,{TASKS}\n3,{TASKS}\n4,"{TASKS}\n'), "out.csv", "--lang", "en")
    assert "4 rows" in batch.err
    assert "1 with errors" in batch.err
    assert "2   50.0%  task rebate" in batch.err


def test_no_narrative_stands_in_what_is_said(batch: Batch) -> None:
    batch.label(batch.write("a.csv", f'编号,案情\n1,{SECRET}{CALL}\n2,"{SECRET}\n'))
    assert CALL[:10] not in batch.err
    assert SECRET[:4] not in batch.err
