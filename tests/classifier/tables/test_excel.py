"""Holds workbooks to Excel's limits, and the spool to giving values back as they were."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.tables import excel
from classifier.tables.excel import LONGEST_CELL, write_excel
from classifier.tables.gathered import cut_to_fit
from classifier.tables.rows import Row, as_text
from classifier.tables.spool import from_line, to_line

VALUES = st.one_of(
    st.none(), st.text(max_size=20), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.dates(),
    st.datetimes(), st.times(), st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
)  # fmt: skip


def test_a_full_sheet_is_followed_by_another_with_the_same_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MOST_ROWS", 5)
    write_excel(tmp_path / "a", ["编号", "案情"], [["统计表"]], [[number, "刷单"] for number in range(8)], [8, 20], wrapped=1)
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "a")
    sheets = [book.get_sheet_by_index(place).to_python() for place in range(len(book.sheet_names))]
    assert [row[0] for row in sheets[0]] == ["统计表", "编号", 0, 1, 2]
    assert [row[0] for row in sheets[1]] == ["编号", 3, 4, 5, 6]
    assert [row[0] for row in sheets[2]] == ["编号", 7]


def test_numbers_with_more_digits_than_excel_keeps_stay_digits(tmp_path: Path) -> None:
    write_excel(tmp_path / "a", ["a"], [], [[6222020200112233445], [float("nan")], [12]], [8], wrapped=0)
    assert python_calamine.CalamineWorkbook.from_path(tmp_path / "a").get_sheet_by_index(0).to_python() == [
        ["a"],
        ["6222020200112233445"],
        ["nan"],
        [12],
    ]


@settings(max_examples=300, deadline=None)
@given(st.lists(VALUES, max_size=6))
def test_the_spool_gives_values_back(values: list[object]) -> None:
    line = to_line(values)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert from_line(line.encode("utf-8")) == values


@pytest.mark.parametrize(
    ("cell", "length"), [("骗" * (LONGEST_CELL + 1), LONGEST_CELL), ("😀" * 20_000, LONGEST_CELL // 2), ("骗" * LONGEST_CELL, LONGEST_CELL)]
)
def test_a_cell_is_cut_at_excels_limit_between_characters(cell: str, length: int) -> None:
    row = cut_to_fit(Row(1, ["a", cell]))
    assert len(row.cells[1]) == length
    assert (row.fault == "fault_cut") == (length < len(cell))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), ("007", "007"), (12.0, "12"), (1.5, "1.5"), (True, "TRUE"), (6222020200112233445, "6222020200112233445"),
        (date(2024, 3, 1), "2024-03-01"), (datetime(2024, 3, 1, 8, 30), "2024-03-01 08:30:00"), (time(8, 30), "08:30:00"), ([1, "甲"], '[1, "甲"]'),
    ],
)  # fmt: skip
def test_values_become_the_text_that_a_person_would_write(value: object, text: str) -> None:
    assert as_text(value) == text
