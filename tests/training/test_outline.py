"""Holds the outline of a page to what its headings and markers say, however they are written, and to nothing where there are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.taxonomy import load_taxonomy
from training.outline import Block, outline
from training.pages import lines_of

TASKS = "3月5日，居民戚女士刷到一则招聘点赞员的广告，下载软件后先拿到小额返佣，随后被要求垫付3万元做连单，钱却怎么也提不出来，她这才报警。"
CALL = "4月2日，居民柏先生接到自称客服的来电，对方说他误开了会员，让他打开屏幕共享，随后他卡里的5万元被分四笔转走，他发现后立即报警。"
METHOD = "骗子先用小额返利取得信任，再以连单、卡单、操作失误为借口，让受害人一次又一次地充值，直到对方拿不出钱来为止。"
ADVICE = "凡是先垫资后返利的兼职都是骗局，遇到这种情形请先和家人商量，也可以拨打96110咨询，不要急着把钱转出去。"


def blocks_of(page: str) -> list[Block]:
    return list(outline(lines_of(page), load_taxonomy()))


def text_of(block: Block) -> str:
    return "\n".join(line.text for line in block.lines)


def about(page: str, text: str) -> Block:
    """The one block that holds a paragraph."""
    (found,) = [block for block in blocks_of(page) if text in text_of(block)]
    return found


# Two headings each; between them stand one paragraph each.
CASE_MARKERS = [
    ("案例一", "案例二"), ("案例1", "案例2"), ("【案例1】", "【案例2】"), ("【案例一】", "【案例二】"), ("案例一：", "案例二："), ("典型案例一：", "典型案例二："), ("真实案例1", "真实案例2"),
    ("案例之一", "案例之二"), ("**案例一**", "**案例二**"), ("## 案例一", "## 案例二"), ("骗局1", "骗局2"), ("陷阱一：", "陷阱二："), ("第一骗", "第二骗"), ("第一起", "第二起"),
    ("案例一：点赞员的陷阱", "案例二：一通客服来电"), ("【案例1】点赞员的陷阱", "【案例2】一通客服来电"), ("第一骗：点赞员", "第二骗：客服来电"), ("案情简介", "案情回顾"),
]  # fmt: skip
NUMBERS = [("壹", "贰"), ("01", "02"), ("一、", "二、"), ("（一）", "（二）"), ("①", "②"), ("NO.1", "NO.2"), ("**01**", "**02**"), ("1.", "2.")]
TYPE_HEADINGS = [
    ("一、刷单返利类诈骗", "二、冒充电商物流客服类诈骗"), ("刷单返利", "冒充客服"), ("【刷单返利类】", "【冒充电商物流客服类】"), ("## 刷单诈骗", "## 冒充客服诈骗"),
    ("01 刷单返利", "02 冒充客服"), ("01\n刷单返利", "02\n冒充客服"), ("壹\n刷单返利", "贰\n冒充客服"), ("壹 刷单返利", "贰 冒充客服"), ("第一骗：刷单返利", "第二骗：冒充客服"),
    ("案例一：刷单返利", "案例二：冒充客服"), ("【案例1】刷单返利类诈骗", "【案例2】冒充电商物流客服类诈骗"), ("案例一 警惕刷單返利詐騙", "案例二 警惕冒充客服詐騙"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), CASE_MARKERS + NUMBERS + TYPE_HEADINGS)
def test_headings_and_markers_are_in_no_block(first: str, second: str) -> None:
    assert [text_of(block) for block in blocks_of(f"{first}\n{TASKS}\n{second}\n{CALL}")] == [TASKS, CALL]


@pytest.mark.parametrize(("first", "second"), CASE_MARKERS + NUMBERS + TYPE_HEADINGS)
def test_a_new_section_begins_at_every_heading_and_marker(first: str, second: str) -> None:
    before, after = blocks_of(f"{first}\n{TASKS}\n{second}\n{CALL}")
    assert before.section < after.section


@pytest.mark.parametrize(("first", "second"), CASE_MARKERS)
def test_what_follows_a_case_marker_is_a_case(first: str, second: str) -> None:
    assert [block.role for block in blocks_of(f"{first}\n{TASKS}\n{second}\n{CALL}")] == ["case", "case"]


@pytest.mark.parametrize(("first", "second"), NUMBERS)
def test_a_bare_number_says_nothing_of_what_follows(first: str, second: str) -> None:
    assert [(block.role, block.heading) for block in blocks_of(f"{first}\n{TASKS}\n{second}\n{CALL}")] == [("open", None), ("open", None)]


@pytest.mark.parametrize(("first", "second"), TYPE_HEADINGS)
def test_a_heading_that_names_a_type_is_the_heading_of_its_section(first: str, second: str) -> None:
    named = [block.heading.category for block in blocks_of(f"{first}\n{TASKS}\n{second}\n{CALL}") if block.heading]
    assert named == ["task_rebate", "fake_customer_service"]


@pytest.mark.parametrize("heading", ["破获「5·03」跨境电信网络诈骗案", "破獲「5·03」跨境電信網絡詐騙案", "**破获“8·12”特大诈骗案**"])
def test_the_name_of_an_operation_is_a_heading(heading: str) -> None:
    before, after = blocks_of(f"{TASKS}\n{heading}\n{CALL}")
    assert (text_of(before), text_of(after)) == (TASKS, CALL)
    assert before.section < after.section


def test_a_page_without_headings_gives_its_paragraphs_and_says_nothing_of_them() -> None:
    assert [(text_of(block), block.role, block.heading) for block in blocks_of(f"{TASKS}\n{CALL}")] == [(TASKS, "open", None), (CALL, "open", None)]


@pytest.mark.parametrize("page", ["", "\n\n", "首页 > 反诈专栏"])
def test_a_page_without_text_has_no_blocks(page: str) -> None:
    assert blocks_of(page) == []


def test_the_type_of_a_heading_holds_for_all_paragraphs_of_its_section() -> None:
    page = f"冒充客服类诈骗\n{CALL}\n案例一\n{CALL}\n案例二\n{CALL}"
    assert [block.heading.category for block in blocks_of(page) if block.heading] == ["fake_customer_service"] * 3


def test_a_heading_of_several_types_names_none() -> None:
    assert [block.heading for block in blocks_of(f"警惕刷单返利和冒充客服\n{TASKS}")] == [None]


def test_a_paragraph_that_names_a_type_is_no_heading() -> None:
    paragraph = "刷单返利这类骗局今年在本地发案最多，占全部发案的四成，受害的多是带孩子的年轻母亲和在校的学生。"
    assert [(text_of(block), block.heading) for block in blocks_of(paragraph)] == [(paragraph, None)]


@pytest.mark.parametrize(
    ("marker", "rest"),
    [
        ("案例一：", TASKS),
        ("【案例1】", TASKS),
        ("典型案例三：", TASKS),
        ("案情简介：", TASKS),
        ("第一骗：", TASKS),
        ("案例二、", CALL),
        ("【案情回顾】", CALL),
    ],
)
def test_a_case_on_the_line_of_its_marker_is_a_block_without_the_marker(marker: str, rest: str) -> None:
    (block,) = blocks_of(marker + rest)
    assert (block.role, text_of(block)) == ("case", rest)


@pytest.mark.parametrize("end", ["", "……"])
def test_a_case_on_the_line_of_its_marker_is_a_block_without_a_full_stop_too(end: str) -> None:
    case = f"3月5日，居民戚女士刷到招聘点赞员的广告，下载软件后被要求垫付3万元做连单，钱怎么也提不出来，这才发现被骗报警{end}"
    assert case in [text_of(block) for block in blocks_of(f"案例一：{case}\n案例二：{CALL}")]


@pytest.mark.parametrize(
    "marker", ["作案手法", "诈骗手法：", "【作案手法】", "常见套路", "诈骗套路", "手法分析", "作案手段：", "诈骗流程", "騙術揭秘", "**惯用手法**"]
)
def test_what_follows_a_method_marker_is_a_method(marker: str) -> None:
    assert about(f"刷单返利\n{TASKS}\n{marker}\n{METHOD}", METHOD).role == "method"


def test_a_method_keeps_the_type_of_its_section() -> None:
    heading = about(f"刷单返利\n{TASKS}\n作案手法\n{METHOD}", METHOD).heading
    assert heading is not None
    assert heading.category == "task_rebate"


@pytest.mark.parametrize(
    "marker",
    [
        "警方提醒",
        "民警提醒：",
        "【警方提示】",
        "反诈提醒",
        "温馨提示",
        "防范建议",
        "防骗提示：",
        "律师说法",
        "如何防范",
        "典型意义",
        "反詐提醒",
        "**防骗支招**",
    ],
)
def test_what_follows_an_advice_marker_is_advice(marker: str) -> None:
    assert about(f"刷单返利\n{TASKS}\n{marker}\n{ADVICE}", ADVICE).role == "advice"


@pytest.mark.parametrize("marker", ["警方提醒：", "民警提醒:", "【反诈提示】"])
def test_advice_on_the_line_of_its_marker_is_advice(marker: str) -> None:
    assert about(f"{TASKS}\n{marker}：{ADVICE}" if marker.endswith("】") else f"{TASKS}\n{marker}{ADVICE}", ADVICE).role == "advice"


@pytest.mark.parametrize("marker", ["案例二", "冒充客服", "二、冒充电商物流客服类"])
def test_advice_ends_at_the_next_case_or_type(marker: str) -> None:
    assert about(f"案例一\n{TASKS}\n警方提醒\n{ADVICE}\n{marker}\n{CALL}", CALL).role != "advice"


def test_a_paragraph_that_speaks_of_methods_and_advice_is_no_marker() -> None:
    paragraph = "柏先生说，事后民警提醒他核对流水，他才看清对方的作案手法，那个所谓的客服在他共享屏幕时记下了全部验证码，再把他卡里的5万元转走。"
    assert [(text_of(block), block.role) for block in blocks_of(f"{CALL}\n{paragraph}")] == [(CALL, "open"), (paragraph, "open")]


@pytest.mark.parametrize("sentence", ["戚女士被骗千万元，警方已立案侦查。", "经民警提醒，戚女士才发现被骗，损失3万元。"])
def test_a_short_sentence_of_a_case_is_no_advice_marker(sentence: str) -> None:
    roles = [block.role for block in blocks_of(f"{CALL}\n{sentence}\n{TASKS}")]
    assert "advice" not in roles


def test_short_lines_without_full_stops_make_one_paragraph_together() -> None:
    verse = "戚女士看到招聘广告\n下载软件后先得到返佣\n又被要求垫付三万元\n最后一分钱也提不出来"
    (block,) = blocks_of(f"案例一\n{verse}")
    assert text_of(block) == verse


PARAGRAPHS = [
    TASKS, CALL, METHOD, ADVICE, "戚女士看到招聘广告", "下载软件后先得到返佣", "案例一", "【案例2】", "第三骗：冒充客服", "壹", "02", "刷单返利",
    "三、冒充公检法", "作案手法", "警方提醒：", "**小心上当**", "案例四：" + CALL, "😀", "\ud83d",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARAGRAPHS), max_size=14))
@settings(deadline=None, max_examples=200)
def test_blocks_stand_in_the_order_of_the_page_and_nothing_stands_in_two(paragraphs: list[str]) -> None:
    places = [place for block in blocks_of("\n".join(paragraphs)) for line in block.lines for place in line.places]
    assert places == sorted(set(places))


@given(st.lists(st.sampled_from(PARAGRAPHS), max_size=14))
@settings(deadline=None, max_examples=200)
def test_no_block_is_empty_and_sections_never_go_back(paragraphs: list[str]) -> None:
    blocks = blocks_of("\n".join(paragraphs))
    assert all(text_of(block) for block in blocks)
    assert [block.section for block in blocks] == sorted(block.section for block in blocks)


@given(st.text(max_size=120))
@settings(deadline=None, max_examples=200)
def test_any_text_has_an_outline_that_holds_only_its_own_characters(page: str) -> None:
    for block in blocks_of(page):
        for line in block.lines:
            assert "".join(page[place] for place in line.places) == line.text


def test_the_folded_text_of_a_block_is_that_of_its_lines() -> None:
    (block,) = blocks_of("案例一\n戚女士發現被騙\n損失３萬元")
    assert block.folded == "戚女士发现被骗\n损失3万元"
