"""Holds the held-out rule to being settled once and for all: by the letters of a text, for one in ten, and never taken back."""

from __future__ import annotations

import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.heldout import SHARE, draws_out, held_out
from training.twins import twin_groups

STORY = "事主邬某在直播间抽中手机，客服让其先付{}元的运费和税费，付款后对方失联，邬某遂到所里报警求助。"
CLAUSES = [
    "邬女士接到自称客服的电话", "对方说她误开了会员", "她下载会议软件后共享屏幕", "卡里的三万元被转走", "她发现后马上报警", "骗子发来伪造的证件", "让她把钱转到安全账户",
    "群里的老师带她炒股", "平台关闭后无法提现", "先垫付再返佣金", "里面的余额干脆被冻结", "听着像是系统后台的语音", "只好找亲戚借了两千块", "云南的卖家发来面条照片",
]  # fmt: skip
NARRATIVES = st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=8).map("，".join)


@pytest.fixture(scope="module")
def converters() -> list[opencc.OpenCC]:
    return [opencc.OpenCC(name) for name in ("s2t", "s2tw", "s2hk")]


def test_about_one_text_in_ten_is_held_out() -> None:
    share = sum(draws_out(STORY.format(number)) for number in range(20_000)) / 20_000
    assert share == pytest.approx(SHARE, abs=0.008)


def test_the_share_is_one_in_ten() -> None:
    assert SHARE == 0.1


def test_the_draw_of_a_text_is_settled_for_ever() -> None:
    # Computed once; whoever changes this moves held-out cases of published models into training.
    drawn = [number for number in range(60) if draws_out(STORY.format(number))]
    assert drawn == [4, 16, 44, 46, 48]


@given(NARRATIVES)
@settings(deadline=None, max_examples=150)
def test_the_script_does_not_matter(converters: list[opencc.OpenCC], text: str) -> None:
    assert {draws_out(converter.convert(text)) for converter in converters} == {draws_out(text)}


@given(
    NARRATIVES,
    st.lists(st.tuples(st.integers(0, 80), st.sampled_from(" 　\n\t\r，。！？；：、“”‘’《》（）【】…—·,.!?;:-'\"()[]/\\\u200b\ufeff")), max_size=8),
)
@settings(deadline=None, max_examples=200)
def test_blanks_and_punctuation_do_not_matter(text: str, added: list[tuple[int, str]]) -> None:
    changed = text
    for place, char in added:
        changed = changed[:place] + char + changed[place:]
    assert draws_out(changed) == draws_out(text)


def test_full_width_letters_and_digits_do_not_matter() -> None:
    texts = [f"邬某下载ABC软件后转账{number}元" for number in range(200)]
    wide = [text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}) for text in texts]
    assert [draws_out(text) for text in wide] == [draws_out(text) for text in texts]


def test_the_low_line_is_punctuation_too() -> None:
    texts = [STORY.format(number) for number in range(200)]
    assert [draws_out(text.replace("，", "_")) for text in texts] == [draws_out(text) for text in texts]


def test_a_changed_letter_is_another_draw() -> None:
    draws = [draws_out(STORY.format(number)) != draws_out(STORY.format(number).replace("邬", "冯")) for number in range(500)]
    assert 0.1 < sum(draws) / 500 < 0.26


@pytest.mark.parametrize("text", ["", "。", "\ud83d", "邬", "邬某" * 50_000])
def test_any_text_can_be_drawn(text: str) -> None:
    assert draws_out(text) == draws_out(f"“{text}”。")


def test_a_text_without_letters_is_drawn_as_an_empty_one() -> None:
    assert draws_out("？！\ud83d") == draws_out("")


def test_a_group_is_held_out_as_soon_as_one_of_its_texts_is() -> None:
    out = next(text for number in range(1000) if draws_out(text := STORY.format(number)))
    kept = [text for number in range(1000) if not draws_out(text := STORY.format(number))]
    assert held_out([kept[0], out, kept[1], kept[2]], [0, 0, 0, 3]) == [True, True, True, False]


def test_a_group_that_draws_no_text_out_is_trained_on() -> None:
    kept = [text for number in range(1000) if not draws_out(text := STORY.format(number))]
    assert held_out(kept[:3], [0, 0, 0]) == [False, False, False]


def test_no_texts_are_held_out_of_none() -> None:
    assert held_out([], []) == []


def test_texts_and_groups_must_go_together() -> None:
    with pytest.raises(ValueError, match="shorter"):
        held_out(["邬某被骗"], [])


@given(st.lists(NARRATIVES, max_size=8), st.lists(NARRATIVES, max_size=8))
@settings(deadline=None, max_examples=150)
def test_adding_cases_never_moves_a_held_out_case_into_training(texts: list[str], added: list[str]) -> None:
    before = held_out(texts, twin_groups(texts))
    after = held_out(texts + added, twin_groups(texts + added))[: len(texts)]
    assert all(now for was, now in zip(before, after, strict=True) if was)


@given(st.lists(NARRATIVES, max_size=10).flatmap(lambda texts: st.tuples(st.just(texts), st.permutations(range(len(texts))))))
@settings(deadline=None, max_examples=100)
def test_the_order_of_the_cases_does_not_matter(drawn: tuple[list[str], list[int]]) -> None:
    texts, order = drawn
    shuffled = [texts[i] for i in order]
    straight, mixed = held_out(texts, twin_groups(texts)), held_out(shuffled, twin_groups(shuffled))
    assert mixed == [straight[i] for i in order]


def test_adding_very_many_copies_never_moves_a_held_out_case_into_training() -> None:
    texts = [STORY.format(number) for number in range(1000, 1060)]
    before = held_out(texts[:25], twin_groups(texts[:25]))
    assert all(before)
    assert all(held_out(texts, twin_groups(texts))[:25])
