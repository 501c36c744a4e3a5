"""Holds JSON to its objects as they were written, whatever stands between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import InputError
from classifier.tables.files import find_source
from classifier.tables.json_lines import JsonTable, with_members
from classifier.tables.opening import open_table

PLAIN = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=5)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), PLAIN, max_size=4), min_size=1, max_size=6)


def opened(folder: Path, name: str, content: str) -> JsonTable:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    table, _ = open_table(find_source(path))
    assert isinstance(table, JsonTable)
    return table


def raws(table: JsonTable, rows: int = 400) -> list[str | None]:
    return [row.raw for block in table.blocks(rows) for row in block.rows()]


@settings(max_examples=100, deadline=None)
@given(OBJECTS, st.sampled_from([None, 1]), st.integers(1, 4))
def test_every_object_of_an_array_is_given_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, objects: list[Any], indent: int | None, rows: int
) -> None:
    table = opened(tmp_path_factory.getbasetemp(), "a.json", json.dumps(objects, ensure_ascii=True, indent=indent))
    assert [json.loads(raw or "") for raw in raws(table, rows)] == objects
    assert table.heading.rows == len(objects)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=5), PLAIN, max_size=4))
def test_members_are_added_at_the_end_of_any_object(found: dict[str, Any]) -> None:
    longer = with_members(json.dumps(found), '"新": [1]')
    assert json.loads(longer) == found | {"新": [1]}
    assert longer.endswith('"新": [1]}')


def test_the_columns_are_all_names_in_the_order_in_which_they_come(tmp_path: Path) -> None:
    assert opened(tmp_path, "a.jsonl", '{"b": 1, "a": 2}\n{"c": 3, "a": 4}\n').heading.columns == ("b", "a", "c")


def test_blank_lines_are_no_rows_but_count_as_lines(tmp_path: Path) -> None:
    table = opened(tmp_path, "a.jsonl", '\n{"a": 1}\r\n\n  \n{"a": 2}')
    assert [(row.number, row.cells) for block in table.blocks() for row in block.rows()] == [(2, [1]), (5, [2])]


def test_separators_of_unicode_do_not_end_a_line(tmp_path: Path) -> None:
    assert raws(opened(tmp_path, "a.jsonl", '{"a": "甲\u2028乙\x85"}\n')) == ['{"a": "甲\u2028乙\x85"}']


@pytest.mark.parametrize("content", ["[1, 2", "[1 2]", "[1],", "[{}]x", "[,]", "[" * 5000])
def test_a_broken_array_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError) as caught:
        opened(tmp_path, "a.json", content)
    assert caught.value.key == "json_broken"


def test_an_empty_array_holds_nothing(tmp_path: Path) -> None:
    assert raws(opened(tmp_path, "a.json", "[ ]")) == []
