"""Holds the answer at a terminal: short answer first, marks, bars that are aligned, nothing that steers the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from shown import NO_CASE, STORY, TRADITIONAL, TWO_SCAMS, review

from classifier import ScamClassifier, load_taxonomy, messages
from classifier.render.terminal import cells, verdict_lines
from classifier.verdict import Verdict

NAMES = load_taxonomy()
REVIEW = review(TWO_SCAMS, {"佣金": 0.5, "连单": 0.2, "做任务": 0.1}, {"loan_card": ["解冻费", "网上申请贷款"], "romance": ["佣金，\n"[:2]]})


def lines(verdict: Verdict, text: str, *, colour: bool = False, width: int = 80, against: str | None = None) -> list[str]:
    return verdict_lines(verdict, text, NAMES, colour=colour, width=width, against=against)


def bars(shown: list[str]) -> list[str]:
    return [line for line in shown if re.search("[█▏▎▍▌▋▊▉] *.*%$", line)]


def test_the_short_answer_stands_first_and_the_advice_last() -> None:
    shown = lines(REVIEW, TWO_SCAMS)
    assert shown[:3] == ["刷单返利类  55%  建议人工复核", "官方类别  刷单返利类", "线索  佣金；连单；做任务"]
    assert shown[-1] == f"建议  {NAMES['task_rebate'].advice['zh']}"


def test_under_review_each_further_candidate_has_a_line_with_its_cues() -> None:
    shown = lines(REVIEW, TWO_SCAMS)
    assert shown[3:5] == ["也可能是①  贷款、代办信用卡类  解冻费；网上申请贷款", "也可能是②  网络婚恋、交友类  佣金"]


def test_a_text_of_two_scams_tells_of_both(classifier: ScamClassifier) -> None:
    verdict = classifier.classify(TWO_SCAMS)
    shown = "\n".join(lines(verdict, TWO_SCAMS))
    assert verdict.decision == "review"
    assert {"task_rebate", "loan_card"} <= set(verdict.candidates)
    assert all(NAMES[code].names["zh"] in shown for code in ("task_rebate", "loan_card"))
    assert "【" in shown
    assert "〔" in shown


def test_an_accepted_verdict_names_no_further_candidate() -> None:
    assert "也可能是" not in "\n".join(lines(replace(REVIEW, decision="accept"), TWO_SCAMS))


def test_without_colour_cues_stand_in_brackets_and_those_of_candidates_in_others() -> None:
    text = "先做任务返佣金，后交解冻费。"
    verdict = review(text, {"返佣金": 0.5}, {"loan_card": ["解冻费"]})
    assert "先做任务【返佣金】，后交〔解冻费〕。" in lines(verdict, text)


def test_cues_over_the_same_words_are_nested() -> None:
    text = "先交解冻费再说"
    assert "先交【〔解冻费〕】再说" in lines(review(text, {"解冻费": 0.5}, {"loan_card": ["解冻费"]}), text)


def test_with_colour_cues_are_marked_by_intensity_and_there_are_no_brackets() -> None:
    shown = "\n".join(lines(REVIEW, TWO_SCAMS, colour=True))
    assert "\x1b[1;97;41m\x1b[4m佣金\x1b[0m" in shown  # a candidate's as well
    assert "\x1b[1;31m连单\x1b[0m" in shown
    assert "\x1b[4;31m做任务\x1b[0m" in shown
    assert "\x1b[4;36m解冻费\x1b[0m" in shown
    assert not set("【】〔〕") & set(shown)


def test_without_colour_there_is_no_escape() -> None:
    assert "\x1b" not in "".join(lines(REVIEW, TWO_SCAMS))


def test_brackets_are_right_in_traditional_text(classifier: ScamClassifier) -> None:
    verdict = classifier.classify(TRADITIONAL)
    shown = next(line for line in lines(verdict, TRADITIONAL) if "【" in line)
    assert re.sub("[【】]", "", shown) == TRADITIONAL
    assert sorted(re.findall("【(.*?)】", shown)) == sorted(cue.text for cue in verdict.cues)


def test_text_without_cues_is_not_repeated(classifier: ScamClassifier) -> None:
    assert NO_CASE not in "\n".join(lines(classifier.classify(NO_CASE), NO_CASE))


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("lang", messages.LANGUAGES)
def test_bars_begin_and_end_in_the_same_columns(width: int, lang: str) -> None:
    messages.set_language(lang)
    shown = bars(lines(REVIEW, TWO_SCAMS, width=width))
    assert len(shown) == 4
    assert len({cells(line) for line in shown}) == 1
    assert len({cells(re.split("[█▏▎▍▌▋▊▉]", line)[0]) for line in shown}) == 1


@pytest.mark.parametrize("width", [1, 10, 20, 30, 40, 60, 80])
def test_bars_fit_into_the_terminal(width: int) -> None:
    assert max(map(cells, bars(lines(REVIEW, TWO_SCAMS, width=width)))) <= max(width, 7)


def test_on_a_narrow_terminal_a_bar_stands_below_its_name() -> None:
    shown = lines(REVIEW, TWO_SCAMS, width=30)
    assert shown[shown.index("贷款、代办信用卡类") + 1].endswith("%")


def test_a_bar_is_as_long_as_its_share() -> None:
    shown = bars(lines(replace(REVIEW, ranking=(("task_rebate", 0.5), ("loan_card", 0.25), ("romance", 0.01))), TWO_SCAMS))
    assert [len(re.findall("[█▏▎▍▌▋▊▉]", line)) for line in shown] == [20, 10, 1]


def test_nothing_is_said_to_be_a_hundred_per_cent(classifier: ScamClassifier) -> None:
    assert "100%" not in "\n".join(lines(classifier.classify(""), ""))


def test_why_not_another_type_shows_the_margin_and_what_speaks_for_either(classifier: ScamClassifier) -> None:
    verdict = classifier.classify(STORY, against="loan_card")
    shown = lines(verdict, STORY, against="loan_card")
    at = next(i for i, line in enumerate(shown) if line.startswith("为什么不是 贷款、代办信用卡类"))
    assert f"{verdict.margin:.2f}" in shown[at]
    assert shown[at + 1].startswith("支持 冒充电商物流客服类")
    assert shown[at + 1].endswith("支持 贷款、代办信用卡类")
    rows = shown[at + 2 : shown.index("", at)]
    assert len(rows) == 10
    assert all("+" in row for row in rows)


def test_on_a_narrow_terminal_what_speaks_for_either_type_stands_below_each_other(classifier: ScamClassifier) -> None:
    shown = lines(classifier.classify(STORY, against="loan_card"), STORY, width=40, against="loan_card")
    assert "支持 冒充电商物流客服类" in shown
    assert "支持 贷款、代办信用卡类" in shown


def test_where_no_term_speaks_for_a_type_that_is_said(classifier: ScamClassifier) -> None:
    shown = lines(classifier.classify("", against="loan_card"), "", against="loan_card")
    assert any("（没有）" in line for line in shown)


@pytest.mark.parametrize("colour", [True, False])
def test_a_text_cannot_steer_the_terminal(classifier: ScamClassifier, colour: bool) -> None:
    text = "\x1b[2J" + STORY.replace("理赔", "理\x1b[31m赔\x07").replace("账户", "账\r户\u202e\ud800")
    shown = "".join(lines(classifier.classify(text), text, colour=colour))
    assert not re.search("[\x00-\x08\x0b-\x1a\x1c-\x1f\u202e\ud800]", shown)
    assert not re.search("\x1b(?!\\[[0-9;]*m)", shown)
    assert "\x1b[31m" not in shown


def test_wide_characters_take_two_columns() -> None:
    assert cells("贷款（a）·%") == 2 + 2 + 2 + 1 + 2 + 1 + 1
