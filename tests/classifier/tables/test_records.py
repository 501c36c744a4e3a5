"""Holds records to what the csv module reads, to standing as they came in, and to one broken quote costing one row."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.tables.records import Dialect, Records, defused

CELL = st.text(alphabet=st.sampled_from('案情a1 ",;\t\n\r，“”=') | st.characters(min_codepoint=0x4E00, max_codepoint=0x4E20), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6)
DELIMITER = st.sampled_from([",", "\t", ";", "|"])


def written(rows: list[list[str]], delimiter: str, quoting: int, newline: str) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, quoting=quoting, lineterminator=newline).writerows(rows)
    return target.getvalue()


def records(text: str, delimiter: str = ",") -> list[tuple[str, bool]]:
    return list(Records([text], Dialect(delimiter)))


@settings(max_examples=400, deadline=None)
@given(ROWS, DELIMITER, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]))
def test_what_the_csv_module_writes_is_read_as_it_reads_it(rows: list[list[str]], delimiter: str, quoting: int, newline: str) -> None:
    if quoting == csv.QUOTE_MINIMAL:  # the csv module leaves a carriage return without quotes, and then cannot read it
        rows = [[cell.replace("\r", "") for cell in row] for row in rows]
    found = records(written(rows, delimiter, quoting, newline), delimiter)
    assert all(readable for _, readable in found)
    assert [Dialect(delimiter).cells(record) for record, _ in found] == rows


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from(["\n", "\r\n"]))
def test_records_are_the_characters_that_came_in(rows: list[list[str]], newline: str) -> None:
    text = written(rows, ",", csv.QUOTE_ALL, newline)
    assert "".join(record + newline for record, _ in records(text)) == text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='a,"\n\r案', max_size=60), st.lists(st.integers(1, 5), max_size=20))
def test_records_do_not_depend_on_how_the_text_comes(text: str, lengths: list[int]) -> None:
    pieces, rest = list[str](), text
    for length in lengths:
        pieces.append(rest[:length])
        rest = rest[length:]
    assert list(Records([*pieces, rest], Dialect(","))) == records(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='a,;"\n案 ', max_size=80))
def test_no_character_is_lost_whatever_the_quotes(text: str) -> None:
    assert "\n".join(record for record, _ in records(text)).rstrip("\n") == text.rstrip("\n")


@settings(max_examples=200, deadline=None)
@given(ROWS, DELIMITER)
def test_a_record_that_is_written_is_read_as_it_was(rows: list[list[str]], delimiter: str) -> None:
    dialect = Dialect(delimiter)
    for row in rows:
        assert dialect.cells(dialect.record(row)) == row


@pytest.mark.parametrize("good", ['1,"甲,乙",x', '1,"甲\n乙",x', "1,甲,x"])
def test_an_open_quote_costs_one_row_wherever_it_is(good: str) -> None:
    for place in range(4):
        rows = [good] * 3
        rows.insert(place, '2,"甲乙,x')
        assert records("\n".join(rows)) == [(row, not row.startswith("2")) for row in rows]


def test_two_open_quotes_do_not_close_each_other() -> None:
    text = '1,"甲,x\n2,乙,x\n3,"丙,x\n4,丁,x'
    assert records(text) == [('1,"甲,x', False), ("2,乙,x", True), ('3,"丙,x', False), ("4,丁,x", True)]


@pytest.mark.parametrize(
    ("record", "cells"),
    [
        ("", [""]), (",", ["", ""]), ('"",', ["", ""]), ('a"b,c', ['a"b', "c"]), ('"a"b,c', ["ab", "c"]), ('"a""",b', ['a"', "b"]), ('""""', ['"']),
        ('"a,",b', ["a,", "b"]), (' "a",b', [' "a"', "b"]), ('a,"b', ["a", '"b']),
    ],
)  # fmt: skip
def test_cells_are_read_as_spreadsheets_read_them(record: str, cells: list[str]) -> None:
    assert Dialect(",").cells(record) == cells


def test_without_delimiter_a_line_is_a_cell_and_quotes_are_characters() -> None:
    assert records('他说"好,\n"走', "") == [('他说"好,', True), ('"走', True)]
    assert Dialect("").cells('a,"b') == ['a,"b']


def test_blank_lines_are_records_but_not_at_the_end() -> None:
    assert records("a\n\nb\n\n\r\n\n") == [("a", True), ("", True), ("b", True)]


@pytest.mark.parametrize("cell", ["=1+1", "+86 1", "-a", "@x", "\tx", "\rx", "＝1"])
def test_what_a_spreadsheet_runs_is_defused(cell: str) -> None:
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=1", "-5", "+3.5", "-1,234.50", "-5%", "案情"])
def test_what_it_does_not_run_is_left(cell: str) -> None:
    assert defused(cell) == cell
