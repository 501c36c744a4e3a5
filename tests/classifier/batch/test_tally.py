"""Holds the counts behind the report to the rows, to bounded memory, and to going on where they stopped."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.batch.frequent import Frequent
from classifier.batch.months import month_of
from classifier.batch.tally import BINS, MOST_REVIEWED, Tally
from classifier.columns import error_row
from classifier.taxonomy import load_taxonomy

PHRASES = st.lists(st.sampled_from("甲乙丙丁戊己庚辛壬癸子丑"), max_size=60)


def row(
    code: str = "task_rebate", confidence: float = 0.95, second: str = "loan_card", decision: str = "确认", cues: str = "连单；垫付"
) -> tuple[object, ...]:
    names = load_taxonomy()
    return (names[code].names["zh"], code, confidence, names[second].names["zh"], decision, cues, "")


def tally_of(*rows: tuple[object, ...], dates: list[str | None] | None = None) -> Tally:
    tally = Tally()
    tally.add(rows, dates or [None] * len(rows), range(2, 2 + len(rows)), "a.csv")
    return tally


def test_decisions_and_confidences_are_counted() -> None:
    tally = tally_of(row(), row(confidence=0.5, decision="复核"), row("not_a_case", 1.0, decision="非案情", cues=""), error_row("坏了"))
    assert tally.decisions == Counter(accept=1, review=1, not_a_case=1)
    assert tally.confidences["accept"][BINS - 1] == 1
    assert tally.confidences["review"][BINS // 2] == 1
    assert tally.confidences["not_a_case"][BINS - 1] == 1


def test_english_cells_are_understood() -> None:
    tally = Tally("en")
    tally.add([("task rebate", "task_rebate", 0.5, "loan or credit card", "review", "", "")], [None], [2])
    assert tally.decisions == Counter(review=1)
    assert tally.reviewed[0].second == "loan_card"


def test_types_are_counted_by_month() -> None:
    tally = tally_of(row(), row(), row("romance"), row(), dates=["2023-05-08", "2023/5/9 12:00", "2023年6月", "去年"])
    assert tally.months == {"2023-05": {"task_rebate": 2}, "2023-06": {"romance": 1}}
    assert tally.undated == 1


def test_the_least_sure_rows_are_to_be_reviewed_first() -> None:
    tally = tally_of(row(confidence=0.6, decision="复核"), row(confidence=0.99), row("romance", 0.4, decision="复核"))
    assert tally.reviewed == [(0.4, "a.csv", 4, "romance", "loan_card"), (0.6, "a.csv", 2, "task_rebate", "loan_card")]


def test_rows_as_sure_as_each_other_stay_in_order_and_are_bounded() -> None:
    tally = tally_of(*[row(confidence=0.5, decision="复核")] * (3 * MOST_REVIEWED))
    assert [reviewed.number for reviewed in tally.reviewed] == list(range(2, 2 + MOST_REVIEWED))


def test_a_cue_is_telling_when_it_is_frequent_in_its_type_and_rare_elsewhere() -> None:
    tally = tally_of(*[row(cues="报警；连单")] * 10, *[row("romance", cues="报警；网恋")] * 10)
    assert [(cue.phrase, cue.count, cue.share) for cue in tally.telling("task_rebate")] == [("连单", 10, 1.0), ("报警", 10, 0.5)]
    assert tally.telling("loan_card") == []


def test_no_more_cues_are_given_than_asked_for() -> None:
    assert len(tally_of(row(cues="；".join("甲乙丙丁戊"))).telling("task_rebate", most=3)) == 3


CELLS = st.builds(
    row,
    code=st.sampled_from(["task_rebate", "romance"]),
    confidence=st.floats(0, 1),
    decision=st.sampled_from(["确认", "复核"]),
    cues=st.lists(st.sampled_from("甲乙丙丁"), max_size=3, unique=True).map("；".join),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, max_size=30), st.integers(0, 30))
def test_a_tally_goes_on_after_json_as_if_nothing_had_been(rows: list[tuple[object, ...]], at: int) -> None:
    days: list[str | None] = ["2023-05-08", None, "?"]
    dates, numbers = [days[i % 3] for i in range(len(rows))], range(len(rows))
    whole, broken = Tally(), Tally()
    for tally in (whole, broken):
        tally.add(rows[:at], dates[:at], numbers[:at])
    broken = Tally.from_json(json.loads(json.dumps(broken.to_json())))
    for tally in (whole, broken):
        tally.add(rows[at:], dates[at:], numbers[at:])
    assert broken.to_json() == whole.to_json()


@settings(max_examples=100, deadline=None)
@given(st.lists(CELLS, max_size=30), st.integers(0, 30))
def test_tallies_of_parts_merge_into_that_of_the_whole(rows: list[tuple[object, ...]], at: int) -> None:
    numbers, dates = range(len(rows)), ["2023-05-08"] * len(rows)
    whole, first, second = Tally(), Tally(), Tally()
    whole.add(rows, dates, numbers)
    first.add(rows[:at], dates[:at], numbers[:at])
    second.add(rows[at:], dates[at:], numbers[at:])
    first.merge(second)
    assert first.to_json() == whole.to_json()


@settings(max_examples=300, deadline=None)
@given(st.lists(PHRASES, max_size=20), st.integers(1, 5))
def test_counts_of_the_frequent_are_never_too_high_and_too_low_by_what_is_missed_at_most(blocks: list[list[str]], capacity: int) -> None:
    frequent, exact = Frequent(capacity), Counter[str]()
    for block in blocks:
        frequent.add(block)
        exact.update(block)
    assert len(frequent.counts) <= 2 * capacity
    assert frequent.missed <= sum(exact.values()) / capacity
    for phrase, count in exact.items():
        assert count - frequent.missed <= frequent.counts.get(phrase, 0) <= count


@settings(max_examples=300, deadline=None)
@given(PHRASES, PHRASES, st.integers(1, 5))
def test_merged_counts_keep_the_same_promise(one: list[str], other: list[str], capacity: int) -> None:
    frequent, second = Frequent(capacity), Frequent(capacity)
    frequent.add(one)
    second.add(other)
    frequent.merge(second)
    assert len(frequent.counts) <= 2 * capacity
    for phrase, count in Counter(one + other).items():
        assert count - frequent.missed <= frequent.counts.get(phrase, 0) <= count


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2023-05-08", "2023-05"),
        ("2023-05-08 14:30:00", "2023-05"),
        ("2023-05-08T14:30:00+08:00", "2023-05"),
        ("2023/5/8", "2023-05"),
        ("2023.5.8", "2023-05"),
        ("2023年5月8日", "2023-05"),
        ("２０２３年５月", "2023-05"),
        ("20230508", "2023-05"),
        ("20230508143000", "2023-05"),
        ("202305", "2023-05"),
        ("民國112年5月8日", "2023-05"),
        ("112/05/08", "2023-05"),
        ("25/12/2023", "2023-12"),
        ("12/25/2023", "2023-12"),
        ("45054", "2023-05"),
        ("45054.5", "2023-05"),
        ("05/08/2023", None),
        ("2023-13-01", None),
        ("去年五月", None),
        ("13800138000", None),
        ("", None),
    ],
)
def test_months_are_read_from_dates_as_people_write_them(cell: str, month: str | None) -> None:
    assert month_of(cell) == month
