"""Holds the columns of a table to one row a verdict, in the language asked for, under names that are not taken."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import ScamClassifier
from classifier.columns import COLUMNS, column_names, error_row, verdict_columns, verdict_row
from classifier.taxonomy import load_taxonomy
from classifier.verdict import Contributions, Cue, Verdict

ZH = ["诈骗类型", "类型代码", "置信度", "第二类型", "判定", "线索词", "出错"]
EN = ["scam_type", "scam_code", "confidence", "second_type", "decision", "cues", "error"]
REBATE = Verdict(
    category="task_rebate",
    name="刷单返利类",
    official="刷单返利类",
    confidence=0.912_345_6,
    decision="review",
    candidates=("task_rebate", "loan_card"),
    ranking=(("task_rebate", 0.912_345_6), ("loan_card", 0.05), ("not_a_case", 0.037_654_4)),
    margin=0.4,
    contributions=Contributions(),
    remainder=0.4,
    cues=(Cue("连单垫付", 10, 14, 0.3), Cue("做任务", 2, 5, 0.1)),
)
NOTHING = Verdict(None, "非案情", None, 0.6, "not_a_case", ("not_a_case",), (("not_a_case", 0.6), ("loan_card", 0.4)), 0.1, Contributions(), 0.1, ())


def test_a_verdict_is_a_row_of_type_code_confidence_second_decision_and_cues() -> None:
    assert verdict_row(REBATE) == ("刷单返利类", "task_rebate", 0.9123, "贷款、代办信用卡类", "复核", "连单垫付；做任务", "")


def test_a_row_may_be_in_english_but_quotes_the_cues_as_they_are() -> None:
    assert verdict_row(REBATE, lang="en") == ("task rebate", "task_rebate", 0.9123, "loan or credit card", "review", "连单垫付；做任务", "")


def test_a_row_may_say_what_is_wrong_with_it() -> None:
    assert verdict_row(REBATE, error="单元格多于表头")[-1] == "单元格多于表头"


def test_a_row_that_could_not_be_classified_has_nothing_but_the_reason() -> None:
    assert error_row("不是 JSON") == ("", "", "", "", "", "", "不是 JSON")


def test_a_text_that_is_no_case_has_a_row_too() -> None:
    assert verdict_row(NOTHING) == ("非案情", "not_a_case", 0.6, "贷款、代办信用卡类", "非案情", "", "")


@pytest.mark.parametrize(("lang", "names"), [("zh", ZH), ("en", EN)])
def test_columns_are_named_in_the_language_asked_for(lang: str, names: list[str]) -> None:
    assert column_names(lang=lang) == names
    assert list(verdict_columns([REBATE], lang=lang)) == names


def test_columns_are_chinese_by_default() -> None:
    assert list(verdict_columns([REBATE])) == ZH


def test_columns_hold_one_value_a_verdict_in_order() -> None:
    columns = verdict_columns([REBATE, NOTHING, REBATE])
    assert columns["类型代码"] == ["task_rebate", "not_a_case", "task_rebate"]
    assert columns["置信度"] == [0.9123, 0.6, 0.9123]
    assert [len(column) for column in columns.values()] == [3] * len(COLUMNS)


def test_no_verdicts_are_columns_without_rows() -> None:
    assert verdict_columns([]) == {name: [] for name in ZH}


def test_verdicts_may_come_one_by_one() -> None:
    assert verdict_columns(verdict for verdict in (REBATE, NOTHING)) == verdict_columns([REBATE, NOTHING])


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ([], "诈骗类型"),
        (["诈骗类型"], "诈骗类型_2"),
        (["诈骗类型", "诈骗类型_2"], "诈骗类型_3"),
        (["诈骗类型_2"], "诈骗类型"),
        (["诈骗类型", "诈骗类型_3"], "诈骗类型_2"),
        ([1, None, ("诈骗类型",)], "诈骗类型"),
        ({"诈骗类型": 0}, "诈骗类型_2"),
    ],
)
def test_a_name_that_is_taken_gets_a_number(taken: list[object], name: str) -> None:
    assert column_names(taken=taken)[0] == name


@settings(max_examples=200, deadline=None)
@given(st.sets(st.builds("{}{}".format, st.sampled_from(ZH + EN), st.sampled_from(["", "_2", "_3", "_4"]))), st.sampled_from(["zh", "en"]))
def test_new_names_are_never_taken_and_never_the_same(taken: set[str], lang: str) -> None:
    names = column_names(lang=lang, taken=taken)
    assert not set(names) & taken
    assert len(set(names)) == len(names) == len(COLUMNS)
    assert [re.sub("_[0-9]+$", "", name) for name in names] == (ZH if lang == "zh" else EN)


def test_what_is_taken_is_respected_by_the_columns_as_by_their_names() -> None:
    assert list(verdict_columns([REBATE], taken=["线索词"])) == column_names(taken=["线索词"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", ["", "网上刷单做任务垫付后无法提现", "今天天气很好", "和网友裸聊后被威胁群发视频", "\ud800"])
def test_a_row_agrees_with_the_verdict_it_is_made_of(classifier: ScamClassifier, text: str, lang: str) -> None:
    verdict = classifier.classify(text)
    kind, code, confidence, second, _, cues, error = verdict_row(verdict, lang=lang)
    names = load_taxonomy()
    assert code == (verdict.category or "not_a_case") == verdict.ranking[0][0]
    assert (kind, second) == (names[verdict.ranking[0][0]].names[lang], names[verdict.ranking[1][0]].names[lang])
    assert confidence == pytest.approx(verdict.confidence, abs=5e-5)
    assert cues == "；".join(cue.text for cue in verdict.cues)
    assert error == ""
