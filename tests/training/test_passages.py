"""Holds the finding of passages to what must hold whatever the rules: cases are found whole, advice and statistics never, in their places."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.taxonomy import load_taxonomy
from training.outline import outline
from training.pages import lines_of
from training.passages import Passage, passages

TASKS = "3月5日，居民戚女士刷到一则招聘点赞员的广告，下载软件后先拿到小额返佣，随后被要求垫付3万元做连单，钱却怎么也提不出来，她发现被骗后报警。"
CALL = "4月2日，居民柏先生接到自称客服的来电，对方说他误开了会员，让他打开屏幕共享，随后他卡里的5万元被分四笔转走，他发现被骗后立即报警。"
MINE = "我今年在网上认识了一个自称做金融的男人，他带我在一个平台投资黄金，我前后转账12万元，等我要提现时客服让我先交税，我才知道被骗了。"
RAID = "2024年6月9日，临江县公安局打掉一个为境外诈骗团伙架设手机口设备的窝点，抓获犯罪嫌疑人7名，查获手机60部，涉案资金300万元。"
METHOD = "骗子先用小额返利取得信任，再以连单、卡单、操作失误为借口，诱导受害人一次又一次地充值，直到受害人拿不出钱来为止。"
ADVICE = "凡是先垫资后返利的兼职都是骗局，请大家不要轻信，遇到这种情形务必先和家人商量，也可以拨打96110咨询。"
FIGURES = "今年1至5月，全县公安机关共破获电信网络诈骗案件126起，抓获犯罪嫌疑人214名，案件同比下降12.5%，损失同比下降20.3%。"
GENERAL = "近年来，此类骗局层出不穷，诈骗分子往往先以高薪兼职为诱饵，再一步步套取钱财，主要针对在校学生和全职妈妈。"


def passages_of(page: str) -> list[Passage]:
    return list(passages(outline(lines_of(page), load_taxonomy())))


def texts_of(page: str) -> list[str]:
    return [passage.text for passage in passages_of(page)]


@pytest.mark.parametrize("case", [TASKS, CALL, MINE, RAID])
@pytest.mark.parametrize("heading", ["", "案例一\n", "【案例1】\n", "典型案例：\n"])
def test_a_case_is_found_whole_under_a_marker_and_without_one(case: str, heading: str) -> None:
    assert texts_of(f"{heading}{case}") == [case]


@pytest.mark.parametrize(("heading", "case"), [("刷单返利类", TASKS), ("冒充电商物流客服类", CALL), ("虚假投资理财", MINE), ("涉诈黑灰产", RAID)])
def test_a_case_is_found_whole_under_the_heading_of_its_type(heading: str, case: str) -> None:
    (passage,) = passages_of(f"{heading}\n{case}")
    assert passage.text == case
    assert passage.heading is not None
    assert passage.heading.evidence in heading


def test_a_case_without_a_heading_has_none() -> None:
    assert [passage.heading for passage in passages_of(TASKS)] == [None]


@pytest.mark.parametrize("case", [TASKS, CALL, MINE])
def test_a_case_told_of_its_victim_is_a_victims(case: str) -> None:
    assert [passage.kind for passage in passages_of(case)] == ["victim"]


def test_a_case_told_of_those_who_were_caught_is_one_of_enforcement() -> None:
    assert [passage.kind for passage in passages_of(RAID)] == ["enforcement"]


def test_a_method_under_the_heading_of_a_type_is_a_method() -> None:
    assert [(passage.kind, passage.text) for passage in passages_of(f"刷单返利\n作案手法\n{METHOD}")] == [("method", METHOD)]


def test_a_method_under_no_heading_is_left_out() -> None:
    assert texts_of(f"作案手法\n{METHOD}") == []


@pytest.mark.parametrize(
    "paragraph",
    [ADVICE, FIGURES, GENERAL, "", "戚女士", "。", "\ud83d", "今天天气很好，公园里的樱花都开了，许多市民带着孩子前来赏花，园方提前安排了接驳车。"],
)
def test_what_tells_no_case_is_no_passage(paragraph: str) -> None:
    assert texts_of(paragraph) == []


@pytest.mark.parametrize("marker", ["警方提醒", "防范建议", "温馨提示："])
def test_nothing_under_an_advice_marker_is_a_passage(marker: str) -> None:
    assert texts_of(f"{TASKS}\n{marker}\n{ADVICE}\n{CALL}") == [TASKS]


def test_cases_under_their_own_markers_are_found_in_order() -> None:
    assert texts_of(f"案例一\n{TASKS}\n案例二\n{CALL}\n案例三\n{MINE}") == [TASKS, CALL, MINE]


def test_cases_in_paragraphs_without_markers_are_found_in_order() -> None:
    assert texts_of(f"{TASKS}\n\n{CALL}") == [TASKS, CALL]


def test_a_case_that_goes_on_in_the_next_paragraph_is_one_passage() -> None:
    rest = "随后，柏先生拨打银行电话挂失，得知钱已被转到外地的账户，民警接警后立即联系银行止付。"
    (passage,) = passages_of(f"案例一\n{CALL}\n\n{rest}")
    assert passage.text == f"{CALL}\n{rest}"


def test_advice_at_the_end_of_a_case_is_cut_off() -> None:
    assert texts_of(f"案例一\n{CALL}警方提醒，请大家不要轻信陌生来电，务必通过官方渠道核实。") == [CALL]


@pytest.mark.parametrize("noise", [ADVICE, FIGURES, GENERAL])
def test_what_stands_around_a_case_is_no_part_of_it(noise: str) -> None:
    assert texts_of(f"{noise}\n案例一\n{CALL}\n警方提醒\n{noise}") == [CALL]


def test_a_case_in_traditional_characters_stands_in_the_same_place() -> None:
    simplified = "案例一\n今年4月，居民柏先生接到自称客服的来电，对方让他打开屏幕共享，随后他卡里的5万元被转走，他发现被骗后报警。"
    traditional = "案例一\n今年4月，居民柏先生接到自稱客服的來電，對方讓他打開屏幕共享，隨後他卡裡的5萬元被轉走，他發現被騙後報警。"
    assert [passage.span for passage in passages_of(traditional)] == [passage.span for passage in passages_of(simplified)] == [(4, len(simplified))]


def test_the_span_of_a_passage_is_where_it_stands_in_the_page_with_its_noise() -> None:
    page = f"首页 > 通报\n\n<p>案例一</p>\n<p>{CALL}</p>\n<p>来源：临江晚报</p>"
    (passage,) = passages_of(page)
    assert page[slice(*passage.span)] == CALL


def test_debris_inside_a_case_is_in_its_span_and_not_in_its_text() -> None:
    page = f"案例一\n{CALL.replace('随后', '<b>随后</b>')}"
    (passage,) = passages_of(page)
    assert passage.text == CALL
    assert page[slice(*passage.span)] == page.split("\n")[1]


def test_a_case_told_in_short_lines_keeps_its_line_ends() -> None:
    verse = "居民戚女士看到招聘广告\n下载软件后先得到返佣\n又被要求垫付三万元\n提不出钱才发现被骗报警"
    assert texts_of(f"案例一\n{verse}") == [verse]


def test_a_very_long_case_is_one_passage() -> None:
    long = CALL.replace("随后", "对方又让他核对各张银行卡的余额，" * 400 + "随后")
    assert texts_of(f"案例一\n{long}") == [long]


PARAGRAPHS = [
    TASKS, CALL, MINE, RAID, METHOD, ADVICE, FIGURES, GENERAL, "案例一", "【案例2】", "第三骗：冒充客服", "壹", "02", "刷单返利", "三、冒充公检法", "作案手法", "警方提醒：",
    "经查，该团伙以每小时200元的报酬招募人员，帮助境外诈骗团伙拨打电话。", "随后，他又按对方要求转账2万元。", "戚女士看到招聘广告", "下载软件后垫付三万元", "**小心上当**", "![](a.jpg)", "来源：临江晚报", "",
]  # fmt: skip
PAGES = st.lists(st.sampled_from(PARAGRAPHS), max_size=16).map("\n".join)


@given(PAGES)
@settings(deadline=None, max_examples=200)
def test_every_character_of_a_passage_stands_in_the_page_where_it_says(page: str) -> None:
    for passage in passages_of(page):
        for line in passage.lines:
            assert "".join(page[place] for place in line.places) == line.text


@given(PAGES)
@settings(deadline=None, max_examples=200)
def test_passages_follow_each_other_in_the_page_and_never_overlap(page: str) -> None:
    spans = [passage.span for passage in passages_of(page)]
    assert all(0 <= start < end <= len(page) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(PAGES)
@settings(deadline=None, max_examples=200)
def test_no_case_begins_or_ends_with_advice(page: str) -> None:
    for case in passages_of(page):
        assert case.kind == "method" or not case.text.startswith(ADVICE)
        assert case.kind == "method" or not case.text.endswith(ADVICE)


def test_advice_between_two_paragraphs_of_a_report_is_no_part_of_it() -> None:
    found = "\n".join(texts_of(f"{RAID}\n{ADVICE}\n经查，该团伙以每小时200元的报酬招募人员，帮助境外诈骗团伙拨打电话。"))
    assert RAID in found
    assert ADVICE not in found


@given(PAGES)
@settings(deadline=None, max_examples=100)
def test_a_method_always_has_a_heading(page: str) -> None:
    assert all(passage.heading is not None for passage in passages_of(page) if passage.kind == "method")


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=150)
def test_any_text_can_be_searched_for_passages(page: str) -> None:
    assert all(passage.text for passage in passages_of(page))


def test_the_folded_text_of_a_passage_is_as_long_as_its_text() -> None:
    (passage,) = passages_of("案例一\n" + CALL.replace("元", "圓").replace("转", "轉"))
    assert len(passage.folded) == len(passage.text)
    assert "转走" in passage.folded
