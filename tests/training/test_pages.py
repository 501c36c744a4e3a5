"""Holds page cleaning to its promise: markup, debris and furniture go, and every character that stays keeps its place in the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifier.errors import InputError
from classifier.reading import read_text
from training.pages import Line, lines_of

NARRATIVE = "3月8日，家住城南的蒋女士接到一个陌生来电，对方自称是某购物平台的客服，说她误开了直播会员，若不取消每月要扣费八百元。"
LONG_ARTICLE = "\n".join(f"{NARRATIVE}这是第{number}位来所里报案的居民。" for number in "一二三四五六")

# What a stored page is made of, for pages made at random.
PIECES = [
    NARRATIVE, "## 案例一", "**警方提醒**", "![现场](pic/03.jpg)", "[更多](http://x.example/a)", "<p>", "</p>", "<!-- 广告 -->", "&nbsp;", "\u200b", "\ufeff",
    "?!?/font>", "流?至", "报警?F民警", "首页 > 要闻", "来源：某某网", "相关阅读", "\r\n", "\n", "\n\n", "　", " ", "- ", "> ", "【案例】", "《》", "“好”", "\ud83d", "😀",
    "詐騙集團", "1,997元", "?", "？", "*", "[", "]", "(", ")", "!", "<", ">", "`", "__", "#",
]  # fmt: skip
PAGES = st.one_of(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.text(st.characters(), max_size=80))


def texts_of(page: str) -> list[str]:
    return [line.text for line in lines_of(page)]


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("![民警走访](images/zoufang.jpg)卢某发现被骗", "卢某发现被骗"),
        ("卢某[点此报警](https://report.example/110)后被骗", "卢某点此报警后被骗"),
        ("<p>卢某<span class='red'>被骗</span>了</p>", "卢某被骗了"),
        ("卢某<br/>被骗", "卢某被骗"),
        ("卢某<!-- 统计代码 -->被骗", "卢某被骗"),
        ("### 卢某被骗经过", "卢某被骗经过"),
        ("> 卢某被骗经过", "卢某被骗经过"),
        ("- 卢某被骗经过", "卢某被骗经过"),
        ("● 卢某被骗经过", "卢某被骗经过"),
        ("▶卢某被骗经过", "卢某被骗经过"),
        ("**卢某**被骗__经过__", "卢某被骗经过"),
        ("`卢某`被骗", "卢某被骗"),
        ("卢某&nbsp;被骗", "卢某被骗"),
        ("卢\u200b某\u2060被\ufeff骗", "卢某被骗"),
        ("\ufeff卢某被骗", "卢某被骗"),
        ("　　卢某被骗 \t", "卢某被骗"),
    ],
)
def test_markup_goes_and_what_it_marks_stays(raw: str, seen: str) -> None:
    assert texts_of(raw) == [seen]


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("损失继续上升?!?/font>警方已立案", "损失继续上升警方已立案"),
        ("损失继续上升？/p>警方已立案", "损失继续上升警方已立案"),
        ("损失继续上升?/strong>", "损失继续上升"),
        ("资金流?至境外账户", "资金流至境外账户"),
        ("赃款分散?在多张卡里", "赃款分散在多张卡里"),
        ("卢某到所里报案?F警方已立案", "卢某到所里报案警方已立案"),
    ],
)
def test_debris_of_broken_conversions_goes(raw: str, seen: str) -> None:
    assert texts_of(raw) == [seen]


@pytest.mark.parametrize(
    "text",
    [
        "这样的兼职你敢做吗？",
        "他问：“钱什么时候到账?”",
        "对方要他拨打1*2*3转人工",
        "当晚气温-5度，卢某独自去取款",
        "利率<3%且秒到账",
        "诈骗金额3>2万元",
        "【案例】",
        "收到验证码为[6688]的短信",
        "文中“卢某”(化名)被骗",
    ],
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert texts_of(text) == [text]


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        pytest.param(
            "[![现场](a.jpg)](http://x.example/a) 卢某被骗",
            "卢某被骗",
        ),
        pytest.param(
            "![](https://x.example/微信图片(1).jpg)卢某被骗",
            "卢某被骗",
        ),
        pytest.param(f'<p style="{"margin:0;" * 40}">卢某被骗</p>', "卢某被骗"),
        pytest.param("&ldquo;卢某&rdquo;&mdash;被骗", "“卢某”—被骗"),
        pytest.param("损失继续上升?/h2>", "损失继续上升"),
        pytest.param("损失继续上升?/FONT>", "损失继续上升"),
    ],
)
def test_markup_goes_in_its_rarer_forms_too(raw: str, seen: str) -> None:
    assert "".join(texts_of(raw)) == seen


def test_a_full_width_question_mark_is_no_lost_character() -> None:
    assert texts_of("你还在吗？在的话请尽快回电") == ["你还在吗？在的话请尽快回电"]


def test_a_comment_goes_although_it_runs_over_several_lines() -> None:
    assert texts_of("<!-- 广告位\n第二行广告\n-->\n卢某被骗") == ["卢某被骗"]


@given(PAGES)
@example("")
@example("**a**\r\n![](b)c")
@settings(deadline=None, max_examples=300)
def test_every_character_of_a_line_keeps_its_place(page: str) -> None:
    for line in lines_of(page):
        assert "".join(page[place] for place in line.places) == line.text


@given(PAGES)
@settings(deadline=None, max_examples=200)
def test_places_rise_through_the_whole_page(page: str) -> None:
    places = [place for line in lines_of(page) for place in line.places]
    assert places == sorted(set(places))


@given(PAGES)
@settings(deadline=None, max_examples=200)
def test_a_line_is_never_blank_and_never_holds_a_line_end(page: str) -> None:
    for text in texts_of(page):
        assert text == text.strip()
        assert text
        assert "\n" not in text


@given(PAGES)
@settings(deadline=None, max_examples=200)
def test_folding_a_line_keeps_its_length(page: str) -> None:
    assert all(len(line.folded) == len(line.text) for line in lines_of(page))


def test_places_count_characters_of_the_page_not_of_the_line() -> None:
    page = "# 通报\n\n<p>卢某被骗</p>\n"
    assert lines_of(page)[1] == Line("卢某被骗", (9, 10, 11, 12), strong=False)


def test_a_folded_line_is_simplified_with_ascii_punctuation() -> None:
    assert lines_of("警方：盧某遭詐騙（３萬元）")[0].folded == "警方:卢某遭诈骗(3万元)"


def test_a_part_of_a_line_has_no_blanks_at_its_ends() -> None:
    line = lines_of("案例一　 卢某被骗 。")[0]
    part = line.part(3, 10)
    assert part.text == "卢某被骗"
    assert part.places == line.places[5:9]


def test_a_part_of_nothing_but_blanks_is_empty() -> None:
    assert lines_of("案例一　　卢某")[0].part(3, 5).text == ""


@pytest.mark.parametrize("raw", ["## 卢某的遭遇", "**卢某的遭遇**", "**卢某** **的遭遇**", "【卢某的遭遇】", "  【卢某的遭遇】 "])
def test_a_line_that_is_set_apart_as_a_whole_is_strong(raw: str) -> None:
    assert [line.strong for line in lines_of(raw)] == [True]


@pytest.mark.parametrize("raw", ["卢某的遭遇", "**卢某**的遭遇", "【卢某】的遭遇", "- 卢某的遭遇"])
def test_a_line_that_is_not_set_apart_as_a_whole_is_not_strong(raw: str) -> None:
    assert [line.strong for line in lines_of(raw)] == [False]


@pytest.mark.parametrize("raw", ["<strong>卢某的遭遇</strong>", "<b>卢某的遭遇</b>", "<h3>卢某的遭遇</h3>", "__卢某的遭遇__"])
def test_a_line_in_bold_or_heading_tags_is_strong(raw: str) -> None:
    assert [line.strong for line in lines_of(raw)] == [True]


@pytest.mark.parametrize(
    "line",
    [
        "首页 > 平安建设 > 反诈专栏", "首頁", "当前位置：首页", "您的位置：反诈专栏", "来源：临江晚报", "來源：臨江警方", "编辑：小宁", "责任编辑：小宁", "审核/老高",
        "上一篇：夏季防溺水", "下一篇 冬季防火", "分享到：", "扫一扫关注我们", "点击蓝字关注", "版权所有 临江网", "某ICP备20240001号", "阅读原文", "浏览次数：325", "字号：大 中 小", "打印",
        "https://news.example/2024/0308.html", "0", "325", "——————", "***", "2024-03-08 09:15", "2024年3月8日 临江晚报", "发布时间：2024-03-08", "标签：反诈", "| 返回 |",
    ],
)  # fmt: skip
def test_furniture_of_the_page_is_left_out(line: str) -> None:
    assert texts_of(f"{NARRATIVE}\n{line}\n卢某随后报警。") == [NARRATIVE, "卢某随后报警。"]


@pytest.mark.parametrize("name", ["IMG_20240308.jpg", "fz-01.PNG", "微信图片_20240308.jpeg", "banner.gif", "640.webp"])
def test_a_line_that_is_an_image_name_is_left_out(name: str) -> None:
    assert texts_of(f"{NARRATIVE}\n{name}\n卢某随后报警。") == [NARRATIVE, "卢某随后报警。"]


def test_a_long_paragraph_is_no_furniture_however_it_begins() -> None:
    paragraph = "扫码进群后，蒋女士先完成了两单点赞任务，拿到十二元佣金，" + NARRATIVE * 2
    assert texts_of(paragraph) == [paragraph]


@pytest.mark.parametrize(
    "sentence",
    [
        "扫码进群后，卢某被拉去刷单，损失3万元。",
        "分享屏幕后，卢某卡里的8万元被转走。",
        "取消会员的来电让卢某慌了神，他先后转账2万元。",
        "允许对方远程控制手机后，卢某的5万元被转走。",
        "知道了自己被骗，卢某立即到所里报警。",
        "打印店老板卢某接到“部队”的订单，被骗4万元。",
        "未经授权的两笔扣款让卢某发现银行卡被盗刷。",
        "转自卢某账户的5万元当晚就被取走。",
    ],
)
def test_a_sentence_of_a_case_is_no_furniture_for_its_first_word(sentence: str) -> None:
    assert texts_of(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "卢某点开短信里的http://bank.example/login后填了卡号和密码，卡里的3万元被盗刷。",
        "嫌疑人企图为境外团伙转移赃款时被抓获。",
        "卢某在2024年3月8日收到一个文件，名为kehu.jpg",
    ],
)
def test_a_sentence_that_names_an_address_or_a_picture_is_no_furniture(sentence: str) -> None:
    assert texts_of(sentence) == [sentence]


@pytest.mark.parametrize("turn", ["相关阅读", "相關新聞", "推荐阅读：", "◆ 热门文章", "猜你喜欢", "往期回顾", "延伸阅读", "网友评论", "更多精彩"])
def test_what_stands_after_the_turn_to_other_pages_is_left_out(turn: str) -> None:
    page = f"{LONG_ARTICLE}\n{turn}\n另一地的卢某在网上买车被骗20万元。"
    assert texts_of(page) == texts_of(LONG_ARTICLE)


def test_a_turn_to_other_pages_at_the_top_of_the_page_cuts_nothing_off() -> None:
    assert texts_of(f"相关阅读\n{LONG_ARTICLE}") == texts_of(LONG_ARTICLE)


def test_a_paragraph_that_begins_like_a_turn_to_other_pages_is_part_of_the_article() -> None:
    paragraph = "相关报道刊出后，又有居民蒋女士前来报案，称自己年初也在同一个平台上投了钱，前后一共转出十二万元，至今一分钱也没能提现出来，平台的客服早已失联，建群的那位老师也把她拉黑了。"
    assert texts_of(f"{LONG_ARTICLE}\n{paragraph}")[-1] == paragraph


def test_windows_line_ends_leave_no_trace_in_the_lines() -> None:
    assert texts_of("卢某被骗。\r\n蒋某报警。\r\n") == ["卢某被骗。", "蒋某报警。"]


@pytest.mark.parametrize("page", ["", "\n", " \r\n\t\n　", "<p></p>", "![](a.jpg)"])
def test_a_page_without_text_has_no_lines(page: str) -> None:
    assert lines_of(page) == []


def test_a_lone_surrogate_does_not_stop_the_cleaning() -> None:
    assert texts_of("卢某\ud83d被骗。") == ["卢某\ud83d被骗。"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk"])
def test_a_page_is_read_in_utf_8_and_in_gb18030(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "通报.txt"
    path.write_bytes(NARRATIVE.encode(encoding))
    assert read_text(path) == NARRATIVE


def test_a_page_that_could_be_either_is_read_in_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes("卢某被骗".encode())
    assert "卢某被骗".encode().decode("gb18030")
    assert read_text(path) == "卢某被骗"


def test_a_byte_order_mark_is_in_no_line(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(NARRATIVE.encode("utf-8-sig"))
    assert texts_of(read_text(path)) == [NARRATIVE]


def test_line_ends_of_a_page_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes("卢某被骗。\r\n蒋某报警。\r".encode())
    assert read_text(path) == "卢某被骗。\r\n蒋某报警。\r"


def test_an_empty_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"")
    assert read_text(path) == ""


def test_a_missing_page_is_an_input_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path / "没有.txt")
    assert caught.value.key == "file_missing"
    assert "没有.txt" in str(caught.value)


def test_a_folder_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path)
    assert caught.value.key == "file_unreadable"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\xff\xff"])
def test_a_page_in_no_known_encoding_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_text(path)
    assert caught.value.key == "file_undecodable"
