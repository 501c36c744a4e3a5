"""Holds what is shown of a text to the text: short ones whole, long ones around their cues, marks where the cues are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from shown import TRADITIONAL, cue

from classifier import ScamClassifier
from classifier.render.excerpt import AROUND, WHOLE, Mark, Piece, excerpt, one_line, printable
from classifier.verdict import Cue

FILLER = "今天天气很好，大家都出门散步。"


def marked(pieces: list[Piece], side: int) -> list[str]:
    """The text of each cue of a side, put together again."""
    found, now = list[str](), ""
    for piece in pieces:
        for mark in piece.marks:
            if mark.side == side:
                now = piece.text if mark.first else now + piece.text
                if mark.last:
                    found.append(now)
    return found


def test_a_short_text_is_shown_whole() -> None:
    text = "先返佣金，后要充值。"
    pieces = excerpt(text, [[cue(text, "返佣金")]])
    assert "".join(piece.text for piece in pieces) == text
    assert not any(piece.gap for piece in pieces)


def test_blanks_around_a_text_are_not_shown() -> None:
    assert excerpt("\n\n  做任务 \n", []) == [Piece("做任务")]


def test_a_text_of_blanks_has_nothing_to_show() -> None:
    assert excerpt(" \n\t", []) == []


def test_cues_of_two_sides_that_overlap_keep_their_beginnings_and_ends() -> None:
    text = "交解冻费后才能提现"
    pieces = excerpt(text, [[cue(text, "解冻费后")], [cue(text, "冻费后才能")]])
    assert pieces == [
        Piece("交"),
        Piece("解", (Mark(0, 2, True, False),)),
        Piece("冻费后", (Mark(0, 2, False, True), Mark(1, 2, True, False))),
        Piece("才能", (Mark(1, 2, False, True),)),
        Piece("提现"),
    ]


def test_the_same_words_may_be_a_cue_of_two_sides() -> None:
    text = "说要交解冻费"
    assert excerpt(text, [[cue(text, "解冻费")], [cue(text, "解冻费")]])[1] == Piece("解冻费", (Mark(0, 2, True, True), Mark(1, 2, True, True)))


def test_levels_are_beside_the_heaviest_cue_of_the_same_side() -> None:
    text = "甲乙丙丁"
    pieces = excerpt(text, [[cue(text, "甲", 1.0), cue(text, "乙", 0.6), cue(text, "丙", 0.3), cue(text, "丁", 0.29)]])
    assert [piece.marks[0].level for piece in pieces] == [2, 2, 1, 0]


def test_a_long_text_is_shown_around_its_cues_of_every_side() -> None:
    text = FILLER * 200 + "做任务返佣金" + FILLER * 200 + "交解冻费" + FILLER * 200
    pieces = excerpt(text, [[cue(text, "返佣金")], [cue(text, "解冻费")]])
    assert [piece.gap for piece in pieces] == [True, False, False, False, True, False, False, False, True]
    assert [piece.text for piece in pieces if piece.marks] == ["返佣金", "解冻费"]
    assert len("".join(piece.text for piece in pieces)) < 4 * AROUND + 30


def test_surroundings_that_meet_are_shown_once() -> None:
    text = FILLER * 200 + "做任务返佣金，再派连单" + FILLER * 200
    shown = "".join(piece.text for piece in excerpt(text, [[cue(text, "返佣金"), cue(text, "连单")]]))
    assert shown.count("做任务返佣金，再派连单") == 1
    assert shown.count("…") == 2


def test_a_long_text_without_cues_is_shown_from_its_beginning() -> None:
    pieces = excerpt(FILLER * 1000, [])
    assert pieces[0].text == (FILLER * 1000)[:WHOLE]
    assert pieces[1].gap


def test_ten_million_characters_are_shown_as_some_hundred() -> None:
    text = FILLER * 700_000 + "返佣金"
    assert sum(len(piece.text) for piece in excerpt(text, [[cue(text, "返佣金")]])) < 200


def test_marks_are_right_in_traditional_text(classifier: ScamClassifier) -> None:
    verdict = classifier.classify(TRADITIONAL)
    assert verdict.cues
    assert marked(excerpt(TRADITIONAL, [verdict.cues]), 0) == [c.text for c in sorted(verdict.cues, key=lambda c: c.start)]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_cue_is_marked_whole_whatever_overlaps_it_and_however_long_the_text(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([1, 40, 400])) * "甲乙丙丁戊己庚辛"
    spans = st.tuples(st.integers(0, len(text) - 1), st.integers(1, 20)).map(lambda span: (span[0], min(span[0] + span[1], len(text))))
    sides = [
        [Cue(text[start:end], start, end, 0.5) for start, end in _apart(data.draw(st.lists(spans, max_size=5)))]
        for _ in range(data.draw(st.integers(0, 3)))
    ]
    pieces = excerpt(text, sides)
    for side, cues in enumerate(sides):
        assert marked(pieces, side) == [c.text for c in cues]


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept = list[tuple[int, int]]()
    for start, end in sorted(spans):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=[]) | st.sampled_from("\n\r\t\x1b\x07\ud800\u202e\u200b"), max_size=60))
def test_nothing_printable_is_a_control_character_or_a_lone_surrogate(text: str) -> None:
    shown = printable(text)
    assert all(char.isprintable() or char in "\n\t\u3000" for char in shown)
    shown.encode("utf-8")
    assert "\n\n\n" not in shown


def test_lines_end_alike_and_two_blank_lines_do_not_follow_each_other() -> None:
    assert printable("一\r\n\r\n \r\n\r\n二\u00a0三") == "一\n\n二 三"


def test_a_phrase_in_a_list_is_one_line() -> None:
    assert one_line("解\n冻\x1b费\u3000了") == "解 冻费 了"
