"""Holds delimited tables to giving every row, in the same blocks every time, as many cells wide as the widest."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.tables.delimited import DelimitedTable
from classifier.tables.files import find_source
from classifier.tables.opening import open_table
from classifier.tables.rows import BLOCK_CHARACTERS, Row

HEADER = ["编号", "案情描述", "备注"]
CELL = st.text(alphabet=st.sampled_from('骗案a1 ",;，“\n='), max_size=10)


def opened(folder: Path, content: str) -> DelimitedTable:
    path = folder / "a.csv"
    path.write_bytes(content.encode())
    table, _ = open_table(find_source(path))
    assert isinstance(table, DelimitedTable)
    return table


def rows_of(table: DelimitedTable, rows: int = 400) -> list[Row]:
    return [row for block in table.blocks(rows) for row in block.rows()]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), max_size=8), st.integers(1, 5))
def test_every_row_is_given_in_its_order_whatever_the_blocks(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], size: int) -> None:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows([HEADER, *rows])
    table = opened(tmp_path_factory.getbasetemp(), target.getvalue())
    found = rows_of(table, size)
    assert [list(row.cells) for row in found] == rows
    assert [row.number for row in found] == list(range(2, len(rows) + 2))
    assert (table.heading.columns, table.heading.rows) == (tuple(HEADER), len(rows))


def test_a_block_is_closed_when_it_is_long_however_few_its_rows(tmp_path: Path) -> None:
    cell = "骗" * (BLOCK_CHARACTERS // 2)
    table = opened(tmp_path, "编号,案情描述\n" + f"1,{cell}\n" * 5)
    assert [len(block.rows()) for block in table.blocks()] == [2, 2, 1]


def test_a_row_that_is_wider_widens_the_table(tmp_path: Path) -> None:
    table = opened(tmp_path, "编号,案情描述\n1,骗\n" * 1 + "2,骗\n" * 300 + "3,骗,多,余\n")
    assert table.heading.columns == ("编号", "案情描述", "", "")
    last = rows_of(table)[-1]
    assert (last.cells, last.fault) == (["3", "骗", "多", "余"], "fault_wide")
    assert rows_of(table)[0].raw == "1,骗,,"


def test_a_row_that_is_far_too_wide_does_not_widen_the_table_without_bound(tmp_path: Path) -> None:
    table = opened(tmp_path, "编号,案情描述\n1,骗\n2" + ",骗" * 5000 + "\n3,骗\n")
    assert len(table.heading.columns) == 66
    wide = rows_of(table)[1]
    assert ",".join(wide.cells) == "2" + ",骗" * 5000
    assert wide.fault == "fault_wide"


def test_a_hint_of_excel_at_the_delimiter_is_a_title(tmp_path: Path) -> None:
    table = opened(tmp_path, "sep=;\r\n编号;案情描述\r\n1;骗\r\n")
    assert table.heading.raw == ("sep=;", "编号;案情描述")
    assert rows_of(table)[0].cells == ["1", "骗"]


def test_line_ends_of_old_macs_are_understood(tmp_path: Path) -> None:
    table = opened(tmp_path, "编号,案情描述\r1,骗\r2,案\r")
    assert [row.cells for row in rows_of(table)] == [["1", "骗"], ["2", "案"]]
