"""Holds the search for near-twins to its definition: texts that share more than half of their runs of five letters, and chains of such."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.normalise import letters_of
from training.twins import LIKENESS, twin_groups

CAMERA = "事主骆某在短视频平台看到低价转让二手相机的信息，添加对方后先付定金两千元，对方又以运费险为由再要一千元，付款后被拉黑。"
FLIGHT = "柴女士收到航班取消的短信，拨打里面的号码后，自称航空公司的人让她下载会议软件共享屏幕，随后银行卡里的一万二千元被转走。"


def grams(text: str) -> set[str]:
    """The different runs of five letters and digits; the whole text where it is shorter."""
    letters = letters_of(text)
    return {letters[i : i + 5] for i in range(max(1, len(letters) - 4))}


def by_hand(texts: list[str]) -> list[int]:
    """The groups, by comparing every text with every other."""
    sets = [grams(text) for text in texts]
    groups = list(range(len(texts)))
    for i in range(len(texts)):
        for j in range(i):
            if len(sets[i] & sets[j]) / len(sets[i] | sets[j]) > LIKENESS and groups[i] != groups[j]:
                old, new = max(groups[i], groups[j]), min(groups[i], groups[j])
                groups = [new if group == old else group for group in groups]
    return groups


@pytest.mark.parametrize(
    "twin",
    [
        CAMERA,
        CAMERA.replace("骆某", "贺某"),
        CAMERA.replace("，", ", ").replace("。", ""),
        "事主駱某在短視頻平臺看到低價轉讓二手相機的信息，添加對方後先付定金兩千元，對方又以運費險為由再要一千元，付款後被拉黑。",
        CAMERA + "骆某随后报警。",
    ],
)
def test_a_copy_with_small_changes_is_a_twin(twin: str) -> None:
    assert twin_groups([CAMERA, FLIGHT, twin]) == [0, 1, 0]


@pytest.mark.parametrize("other", [FLIGHT, "", "骆某", CAMERA[:20], "骆某在别的平台买手机，付款后卖家不发货。"])
def test_another_story_is_no_twin(other: str) -> None:
    assert twin_groups([CAMERA, other]) == [0, 1]


def test_stock_phrases_make_no_twins() -> None:
    stories = ["买相机的定金", "租房子的押金", "换零钱的手续费", "抢门票的代购费", "办证件的工本费"]
    assert twin_groups([f"骆某付了{story}后，发现被对方拉黑，遂来所报警。" for story in stories]) == [0, 1, 2, 3, 4]


def test_twins_of_twins_are_in_one_group() -> None:
    letters = [chr(0x4E00 + i) for i in range(130)]
    first, second, third = ("".join(letters[start : start + 80]) for start in (0, 25, 50))
    assert twin_groups([first, third]) == [0, 1]
    assert twin_groups([first, third, second]) == [0, 0, 0]


def test_just_half_in_common_is_not_enough() -> None:
    # 12 runs each, 8 of them in common: 8 of 16. With a letter more 13 each, 9 in common: 9 of 17.
    letters = "".join(chr(0x4E00 + i) for i in range(40))
    assert len(grams(letters[0:16]) & grams(letters[4:20])) / len(grams(letters[0:16]) | grams(letters[4:20])) == 0.5
    assert twin_groups([letters[0:16], letters[4:20]]) == [0, 1]
    assert twin_groups([letters[0:17], letters[4:21]]) == [0, 0]


def test_texts_without_letters_are_no_twins_of_each_other() -> None:
    assert twin_groups(["？？？", "……", "\ud83d", ""]) == [0, 1, 2, 3]


def test_no_texts_have_no_groups() -> None:
    assert twin_groups([]) == []


@pytest.mark.parametrize("copies", [2, 10, 30])
def test_many_copies_are_one_group(copies: int) -> None:
    assert set(twin_groups([CAMERA.replace("两千", f"{number}") for number in range(2000, 2000 + copies)])) == {0}


@pytest.mark.parametrize("copies", [31, 60])
def test_very_many_copies_are_one_group(copies: int) -> None:
    assert set(twin_groups([CAMERA.replace("两千", f"{number}") for number in range(2000, 2000 + copies)])) == {0}


TEXTS = st.lists(
    st.lists(st.sampled_from(["骆某在网上买相机", "付了两千元定金", "对方失联", "他到派出所报警", "被拉黑"]), max_size=4).map("，".join), max_size=12
)


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_groups_are_those_found_by_comparing_all_pairs(texts: list[str]) -> None:
    assert twin_groups(texts) == by_hand(texts)


@given(TEXTS)
@settings(deadline=None, max_examples=100)
def test_a_group_bears_the_index_of_its_first_text(texts: list[str]) -> None:
    groups = twin_groups(texts)
    assert all(groups[group] == group <= i for i, group in enumerate(groups))
