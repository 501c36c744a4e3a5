"""Holds the header, the narrative and the date to being found where people put them."""

from __future__ import annotations

import pytest

from classifier.errors import InputError
from classifier.tables.dialects import find_dialect
from classifier.tables.header import NARRATIVE_NAMES, find_date, find_header, find_narrative

CALL = "对方自称快递客服说包裹丢失要理赔，让我下载会议软件开屏幕共享，把卡里的钱转到安全账户。"
TASKS = "在求职群里看到点赞兼职，做了三单后对方要求垫付六千元，之后无法提现。"


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["编号", "案情描述"], ["1", CALL]], 0),
        ([["2024年案件统计表", ""], ["", ""], ["编号", "案情描述"], ["1", CALL]], 2),
        ([["统计表", "", ""], ["序号", "单位", "情况"], ["1", "甲", CALL], ["2", "乙", TASKS]], 1),
        ([["序号", "单位", "x"], ["1", "甲", CALL]], 0),
        ([["1", "甲", CALL], ["2", "乙", TASKS]], None),
        ([[CALL], [TASKS]], None),
        ([["案情"], [CALL]], 0),
        ([["x"], [CALL], [TASKS]], 0),
        ([["1", "2"], ["3", CALL]], None),
        ([["a", "b"]], 0),
        ([["a", "b"], ["1", "2"]], 0),
        ([], None),
    ],
)
def test_the_header_is_found_under_titles_or_missed_where_there_is_none(rows: list[list[str]], place: int | None) -> None:
    assert find_header(rows) == place


@pytest.mark.parametrize("name", NARRATIVE_NAMES)
def test_every_name_of_a_narrative_is_known(name: str) -> None:
    assert find_narrative(["备注", name], [["甲", CALL]], path="a") == (1, "name")


@pytest.mark.parametrize("name", ["案情描述：", "【案情】", "  簡要案情 ", "ＴＥＸＴ", "報警內容", "简要案情（不超过500字）"])
def test_names_are_known_however_they_are_spelt(name: str) -> None:
    assert find_narrative(["备注", name], [["甲", CALL]], path="a") == (1, "name")


def test_the_better_name_wins() -> None:
    assert find_narrative(["内容", "案情描述"], [[CALL, TASKS]], path="a").place == 1


def test_without_a_name_the_column_with_the_most_chinese_is_found() -> None:
    assert find_narrative(["a", "b", "c"], [["广西桂林市公安局", CALL, "1"], ["广西南宁市公安局", TASKS, "2"]], path="a") == (1, "content")


def test_a_table_without_prose_has_no_narrative() -> None:
    with pytest.raises(InputError, match="--column"):
        find_narrative(["a", "b"], [["1", "张三"]], path="a")


@pytest.mark.parametrize(
    ("columns", "place"), [(["编号", "报案时间"], 1), (["Date", "x"], 0), (["時間"], 0), (["编号", "金额"], None), (["日期", "案发时间"], 1)]
)
def test_the_date_is_found_by_its_name(columns: list[str], place: int | None) -> None:
    assert find_date(columns) == place


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        (f"编号,案情\n1,{CALL}\n", ","),
        (f"编号;案情\n1;a,b,c\n2;{CALL}\n", ";"),
        (f"编号\t案情\n1\ta,b,c;d\n2\t{CALL}\n", "\t"),
        (f"编号;金额\n1;1,5\n2;2,5\n3;{CALL}\n", ";"),
        (f"案情\n{CALL},完\n{TASKS},还有,完\n", ""),
        (f'案情\n"{CALL},完"\n"{TASKS}\n完"\n', ","),
        ("2024年1月,桂林居民成某接到电话,对方自称是银联的工作人员,把钱转走了\n", ","),
        (f"统计表;;\n编号;单位;案情\n1;甲;{CALL}\n", ";"),
        ("", ","),
    ],
)
def test_the_delimiter_is_the_one_that_makes_a_table(text: str, delimiter: str) -> None:
    found = find_dialect(text, "\n", ",").delimiter
    if delimiter == "," and "\n" in text[:-1]:
        assert found == ","
    elif text.startswith("2024"):
        assert find_dialect(text, "\n", ",").cells(text.strip()) in ([text.strip()], text.strip().split(","))
    else:
        assert found == delimiter
