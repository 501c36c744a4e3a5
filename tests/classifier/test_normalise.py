"""Holds normalising to its offset map, and to reading a dodged, traditional or full-width spelling as the plain one."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import numpy as np
import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.normalise import BLOT, code_points, fold, folding, normalise
from classifier.terms import analyse
from training.corpus import Corpus

# Everything that a step of normalising may take hold of, so that the random texts are full of it.
FRAGMENTS = [
    "刷单返利", "對方讓我轉帳", "薇信", "薇\u200b 信", "VX", "V信", "刷dan", "刷 單", "S单", "扣扣群", "weixin", "１３８００００１２３４", "微 信：abc，", "账号:6222，", "2023年5月8日14时",
    "（网络游戏产品虚假交易类）", "三千元", "王某某", "工商银行卡", "http://a.cn/b", "𠮷", "\ud800", "\udfff", BLOT, "\u3000", "  ", "\r\n", "\t", "\x00", "\u200d", "\ufe0f", "😀", "👍🏽", "e\u0301",
    "ﷺ", "ß", "İ", "Ⅷ", "㎏", "，。", "(", ")", ":", "a", "0",
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.characters(exclude_categories=()), st.text(max_size=6))).map("".join)
MANY = settings(max_examples=100, deadline=None)


@MANY
@given(TEXTS)
def test_every_character_of_the_normalised_text_has_a_span_in_the_original(text: str) -> None:
    normalised = normalise(text)
    for i in range(len(normalised.text)):
        start, end = normalised.original_span(i, i + 1)
        assert 0 <= start < end <= len(text)


@MANY
@given(TEXTS)
def test_neighbouring_characters_have_spans_in_order_or_share_the_one_they_replace(text: str) -> None:
    normalised = normalise(text)
    spans = [normalised.original_span(i, i + 1) for i in range(len(normalised.text))]
    for this, following in pairwise(spans):
        assert this == following or this[1] <= following[0]


@MANY
@given(TEXTS, st.data())
def test_the_span_of_a_phrase_reaches_from_its_first_to_its_last_character(text: str, data: st.DataObject) -> None:
    normalised = normalise(text)
    if not normalised.text:
        return
    start = data.draw(st.integers(0, len(normalised.text) - 1))
    end = data.draw(st.integers(start + 1, len(normalised.text)))
    first, last = normalised.original_span(start, start + 1), normalised.original_span(end - 1, end)
    assert normalised.original_span(start, end) == (first[0], last[1])


@MANY
@given(TEXTS)
def test_a_character_that_replaces_one_character_is_what_that_one_folds_to(text: str) -> None:
    normalised = normalise(text)
    for i, character in enumerate(normalised.text):
        start, end = normalised.original_span(i, i + 1)
        if end == start + 1 and character != BLOT:
            assert fold(text[start]) == character


@MANY
@given(TEXTS)
def test_only_blanks_and_what_nobody_sees_are_left_out(text: str) -> None:
    normalised = normalise(text)
    covered: set[int] = set()
    for i in range(len(normalised.text)):
        covered.update(range(*normalised.original_span(i, i + 1)))
    unseen = {"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Sk"}
    for position in set(range(len(text))) - covered:
        character = text[position]
        assert fold(character) == " " or unicodedata.category(character) in unseen or character in "\ufffc\ufffd"


@MANY
@given(TEXTS)
def test_the_original_is_kept_as_it_was_given(text: str) -> None:
    assert normalise(text).original == text


@pytest.mark.parametrize(
    ("text", "phrase", "spelt"),
    [
        ("先加VX好友", "微信", "VX"),
        ("先加薇信好友", "微信", "薇信"),
        ("先加薇\u200b 信好友", "微信", "薇\u200b 信"),
        ("网上刷dan返利", "刷单返利", "刷dan返利"),
        ("網上刷\u200b單返利", "刷单返利", "刷\u200b單返利"),
        ("帮人刷　 単返利", "返利", "返利"),
        ("帮人刷 单 返 利被骗", "刷单返利", "刷 单 返 利"),
        ("转了3,000.50元后无法提现", "无法提现", "无法提现"),
        ("𠮷祥平台刷單", "刷单", "刷單"),
        ("\ufeff贷款\r\n要解冻费", "解冻费", "解冻费"),
        ("\x00\u202e贷\u00ad款", "贷款", "贷\u00ad款"),
        ("加VX：abc，再下ＡＰＰ", "app", "ＡＰＰ"),
        ("\ud800客服\udfff说", "客服", "客服"),
        ("加薇信13800001234，加VX聊刷dan，薇信群", "信群", "薇信群"),
    ],
)
def test_a_phrase_is_found_where_it_was_written(text: str, phrase: str, spelt: str) -> None:
    normalised = normalise(text)
    start = normalised.text.index(phrase)
    first, last = normalised.original_span(start, start + len(phrase))
    assert text[first:last] == spelt


def test_what_is_replaced_is_taken_whole_even_for_a_part_of_its_replacement() -> None:
    normalised = normalise("加我weixin聊")
    assert normalised.text == "加我微信聊"
    assert normalised.original_span(2, 3) == normalised.original_span(3, 4) == (2, 8)


def test_a_blot_spans_what_was_masked() -> None:
    text = "转给１３８\u200b００００１２３４后被骗"
    normalised = normalise(text)
    at = normalised.text.index(BLOT)
    first, last = normalised.original_span(at, at + 1)
    assert text[first:last] == "１３８\u200b００００１２３４"


def test_masks_side_by_side_are_one_blot() -> None:
    assert normalise("于2023年5月8日三千元转出").text == f"于{BLOT}转出"


@MANY
@given(TEXTS)
def test_no_two_blots_stand_side_by_side_and_no_digit_survives(text: str) -> None:
    normalised = normalise(text).text
    assert BLOT * 2 not in normalised
    assert not set(normalised) & set("0123456789")


@pytest.mark.parametrize("text", ["", " ", "刷", "a", "\ud800", "\u200b", BLOT])
def test_the_shortest_texts_are_normalised_too(text: str) -> None:
    assert normalise(text).text == ("" if text in ("\ud800", "\u200b", BLOT) else text)


@pytest.mark.parametrize("text", ["他说𠮷日开户", "报警人在家刷手机", "要求下载 app 后聊天", "公司有vip通道", "第一行\n第二行"])
def test_a_plain_text_is_left_as_it_is(text: str) -> None:
    assert normalise(text).text == text


# --- folding


@MANY
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_folding_twice_is_folding_once() -> None:
    table = folding()
    assert np.array_equal(table[table], table)


def test_folding_makes_no_surrogates_and_no_code_points_beyond_unicode() -> None:
    table = folding()
    moved = table[table != np.arange(0x110000)]
    assert moved.max() < 0x110000
    assert not ((moved >= 0xD800) & (moved < 0xE000)).any()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("轉帳到帳戶", "转账到账户"),
        ("暱稱與著作", "昵称与着作"),
        ("匯款給詐騙集團", "汇款给诈骗集团"),
        ("臺灣台灣", "台湾台湾"),
        ("ＱＱ：１２３（ＡＰＰ）", "qq:123(app)"),
        ("QQ群", "qq群"),
        ("Аpp", "app"),  # a Cyrillic А
        ("ⅹ", "x"),
        ("𝐪𝐪", "qq"),
        ("①②", "12"),
        ("\u3000\u00a0", "  "),
        ("，：；", ",:;"),
        ("\ud800", "\ud800"),
        ("", ""),
    ],
)
def test_a_character_is_read_as_the_plain_one(given: str, read: str) -> None:
    assert fold(given) == read


@MANY
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_code_points_are_those_of_the_characters(text: str) -> None:
    assert code_points(text).tolist() == [ord(character) for character in text]


# --- what nobody sees


@pytest.mark.parametrize(
    "character",
    [
        *"\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202e\u2066\u2069\u061c\u180e",  # zero-width, direction, soft hyphen
        *"\x00\x07\x08\x1b\x7f\x80\x9f",  # control
        *"\u0301\u0336\u034f\ufe0e\ufe0f\U000e0100\U0001f3fb\U000e0041",  # combining, variation, skin tone, tag
        *"\ud800\udbff\udc00\udfff",  # lone surrogates
        *f"{BLOT}\ue123\uf8ff\ufffd\uffff",  # private use, replacement, no character
    ],
)
def test_a_character_that_nobody_sees_is_ignored(character: str) -> None:
    assert normalise(f"{character}刷{character * 3}单{character}").text == "刷单"


@pytest.mark.parametrize("character", ["\u20dd", "\u20e0", "\u20e3", "\u0489", "\u1dc4", "\u180b"])
def test_combining_marks_of_other_blocks_are_ignored_too(character: str) -> None:
    assert normalise(f"刷{character}单{character}").text == "刷单"


def test_a_mark_of_our_own_in_the_given_text_masks_nothing() -> None:
    assert normalise(f"安全{BLOT}账户").text == "安全账户"


def test_a_picture_character_between_two_words_is_kept() -> None:
    assert normalise("刷😀单").text == "刷😀单"


# --- stray blanks


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("刷 单 返 利", "刷单返利"),
        ("刷\u3000单\u00a0 返\t利", "刷单返利"),
        ("刷 \u200b 单", "刷单"),
        ("刷\x00 \x7f单", "刷单"),
        ("  刷单  ", "  刷单  "),
        ("下载 app 后", "下载 app 后"),
        ("use the app", "use the app"),
        ("刷\n单", "刷\n单"),
    ],
)
def test_blanks_between_chinese_characters_are_closed_up_and_no_others(given: str, read: str) -> None:
    assert normalise(given).text == read


# --- other spellings


@pytest.mark.parametrize(
    "spelt",
    [
        "薇信",
        "威信",
        "维信",
        "徽信",
        "薇 信",
        "薇\u200b信",
        "V信",
        "v信",
        "VX",
        "vx",
        "Vx",
        "ＶＸ",
        "Vх",
        "WX",
        "w信",
        "weixin",
        "WeChat",
        "微X",
        "微信",
    ],
)
def test_every_spelling_of_weixin_is_read_as_it(spelt: str) -> None:
    assert normalise(f"让我加{spelt}，").text == "让我加微信,"


@pytest.mark.parametrize("spelt", ["刷dan", "刷DAN", "S单", "shua单", "shuadan", "刷單", "刷\u200bdan", "刷 单"])
def test_every_spelling_of_shuadan_is_read_as_it(spelt: str) -> None:
    assert normalise(f"做{spelt}返利").text == "做刷单返利"


@pytest.mark.parametrize("text", ["加扣扣号", "加扣扣群", "加扣扣好友"])
def test_koukou_is_read_as_qq_where_it_means_it(text: str) -> None:
    assert normalise(text).text == text.replace("扣扣", "qq")


@pytest.mark.parametrize("text", ["领导的威信力不够", "损害公司威信誉", "扣扣子", "开vxworks会", "avx指令", "在wxid里", "刷卡单", "他是维信用户"])
def test_a_word_that_only_looks_like_another_spelling_is_left(text: str) -> None:
    assert normalise(text).text == text


@pytest.mark.parametrize("text", ["请以官方发布的权威信息为准", "到安徽信访局反映", "运维信息部", "缺少思维信心"])
def test_two_words_whose_border_looks_like_weixin_are_left(text: str) -> None:
    assert normalise(text).text == text


@pytest.mark.parametrize("text", ["加VX13800001234", "加我wx138后聊"])
def test_vx_with_the_number_right_behind_it_is_weixin(text: str) -> None:
    assert "微信" in normalise(text).text


# --- twins in traditional characters


@pytest.mark.parametrize("variant", ["s2t", "s2tw", "s2hk"])
def test_a_narrative_and_its_traditional_twin_have_the_same_terms(corpus: Corpus, variant: str) -> None:
    convert = opencc.OpenCC(variant).convert
    texts = [case.text for case in corpus.cases[::20]]
    assert len(texts) >= 100
    same = sum(analyse(text) == analyse(convert(text)) for text in texts)
    assert same >= 0.99 * len(texts)


# --- very long texts


@pytest.mark.parametrize(
    "unit",
    ["刷", "a", "1", " ", "刷 ", " 刷", "薇信", "vx", "v", "\u200b", "刷\u200b", BLOT, "扣扣", "\ud800", "s单", "微", "weixin ", "1元", "\n", "😀"],
)
def test_a_hundred_thousand_characters_are_normalised(unit: str) -> None:
    text = "贷款" + (unit * 100_000)[:100_000] + "解冻"
    normalised = normalise(text)
    n = len(normalised.text)
    assert normalised.original_span(0, 2) == (0, 2)
    assert normalised.original_span(n - 2, n) == (100_002, 100_004)
