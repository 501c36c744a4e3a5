"""Holds underlined narratives to being read whole or refused by their row, what they say of terms to counts by hand, the shipped ones to the split."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import CaseFileError, InputError
from classifier.normalise import letters_of
from classifier.taxonomy import load_taxonomy
from training.corpus import Corpus, seeds_folder
from training.heldout import draws_out
from training.underlined import LEAST_NARRATIVES, PRIOR, Underlined, covered, read_underlined, telling

SECRET = "邬某机密的案情"


def written(folder: Path, *rows: object) -> Path:
    file = folder / "underlined.jsonl"
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows), encoding="utf-8")
    return file


def record(text: str = "网上刷单返利", readers: object = (("刷单",),), **more: object) -> dict[str, object]:
    return {"text": text, "category": "task_rebate", "readers": readers, **more}


# --- reading


def test_narratives_are_read_in_their_order_with_all_readers(tmp_path: Path) -> None:
    file = written(tmp_path, record(readers=[["刷单", "返利"], []]), record("办理贷款", [["贷款"], ["办理贷款"]], category="loan_card"))
    assert read_underlined(file) == [
        Underlined("网上刷单返利", "task_rebate", (("刷单", "返利"), ())),
        Underlined("办理贷款", "loan_card", (("贷款",), ("办理贷款",))),
    ]


BROKEN: list[object] = [
    "{",
    "[]",
    "null",
    "1",
    "[" * 100_000,
    {"category": "task_rebate", "readers": [["机密"]]},
    {"text": SECRET, "readers": [["机密"]]},
    {"text": SECRET, "category": "task_rebate"},
    record(SECRET, []),
    record(SECRET, None),
    record(SECRET, [None]),
    record(SECRET, [["没有的话"]]),
    record(SECRET, [["机密"], ["没有的话"]]),
    record(SECRET, [[""]]),
    record(SECRET, [[1]]),
    record(SECRET, [["机 密"]]),
    record(SECRET, ["机密"]),
    record(SECRET, "机密"),
    {**record(SECRET, [["机密"]]), "text": 7},
    {**record(SECRET, [["机密"]]), "category": None},
]


@pytest.mark.parametrize("broken", BROKEN, ids=range(len(BROKEN)))
def test_a_line_that_is_no_underlined_narrative_is_named_by_its_row_and_not_repeated(tmp_path: Path, broken: object) -> None:
    file = written(tmp_path, record(), record(), broken, record())
    with pytest.raises(CaseFileError, match="第 3 行") as caught:
        read_underlined(file)
    assert str(file) in str(caught.value)
    assert "机密" not in str(caught.value)
    assert "没有的话" not in str(caught.value)


def test_a_line_ends_where_json_says_and_blank_ones_are_passed_over(tmp_path: Path) -> None:
    file = written(tmp_path, "", record("网上\u2028刷单\x85"), "  ", record())
    assert [narrative.text for narrative in read_underlined(file)] == ["网上\u2028刷单\x85", "网上刷单返利"]


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_a_narrative_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "underlined.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InputError):
        read_underlined(tmp_path / "underlined.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nirgends"):
        read_underlined(tmp_path / "nirgends.jsonl")


# --- what is covered


@pytest.mark.parametrize(
    ("text", "phrases", "marks"),
    [
        ("网上刷单", ["刷单"], "..xx"),
        ("刷单，又刷单", ["刷单"], "xx..xx"),
        ("哈哈哈", ["哈哈"], "xxx"),
        ("刷单返利", ["刷单返", "单返利"], "xxxx"),
        ("刷单返利", ["返利", "刷"], "x.xx"),
        ("刷单返利", [], "...."),
        ("刷单返利", ["贷款"], "...."),
        ("", ["刷单"], ""),
        ("刷單", ["刷单"], ".."),
    ],
)
def test_a_phrase_covers_its_characters_wherever_it_stands(text: str, phrases: list[str], marks: str) -> None:
    assert covered(text, phrases).tolist() == [mark == "x" for mark in marks]


@settings(max_examples=200, deadline=None)
@given(st.text("刷单返", max_size=12), st.lists(st.text("刷单返", min_size=1, max_size=4), max_size=4))
def test_a_character_is_covered_if_and_only_if_an_occurrence_of_a_phrase_lies_on_it(text: str, phrases: list[str]) -> None:
    places = {i for p in phrases for start in range(len(text)) if text.startswith(p, start) for i in range(start, start + len(p))}
    assert set(np.flatnonzero(covered(text, phrases)).tolist()) == places


def test_each_reader_has_marks_of_their_own() -> None:
    narrative = Underlined("网上刷单返利", "task_rebate", (("刷单",), ("返利", "网上")))
    assert narrative.marks(0).tolist() == [False, False, True, True, False, False]
    assert narrative.marks(1).tolist() == [True, True, False, False, True, True]


# --- what is telling

TERMS = ("刷单", "天气", "²刷单", "¹刷", "贷款")


def told(text: str, *phrases: str) -> Underlined:
    return Underlined(text, "task_rebate", (phrases,))


def shares(narratives: list[Underlined], terms: tuple[str, ...] = TERMS) -> dict[str, float]:
    return dict(zip(terms, telling(terms, narratives).tolist(), strict=True))


THREE = [told("刷单，天气很好", "刷单"), told("天气好，刷单", "刷单"), told("他刷单，天气", "刷单")]


def test_a_term_that_is_always_underlined_is_telling_and_one_that_never_is_speaks_against() -> None:
    found = shares(THREE)
    assert found["刷单"] > 0
    assert found["²刷单"] > 0
    assert found["¹刷"] > 0
    assert found["天气"] < 0


def test_a_term_of_too_few_narratives_says_nothing_however_often_it_occurs() -> None:
    assert LEAST_NARRATIVES == 3
    few = [*THREE[:2], told("天气，散步，天气")]
    assert shares([*few, told("贷款，贷款，贷款，贷款", "贷款")])["贷款"] == 0
    assert shares([*few, *[told(f"{i}贷款，天气", "贷款") for i in "甲乙丙"]])["贷款"] > 0


def test_the_log_odds_are_those_of_the_counts_drawn_to_the_usual() -> None:
    # Each word three times, the one always underlined and the other never: the usual share is a half.
    odds = (3 + PRIOR / 2) / (0 + PRIOR / 2)
    found = shares(THREE, ("刷单", "天气"))
    assert found["刷单"] == pytest.approx(np.log(odds), rel=1e-3)
    assert found["天气"] == pytest.approx(-np.log(odds), rel=1e-3)


def test_a_term_that_is_underlined_by_half_counts_as_half() -> None:
    found = shares([told(f"{i}刷单，天气，贷款", "刷", "贷款") for i in "甲乙丙"], ("刷单", "天气", "贷款"))
    assert found["天气"] < found["刷单"] < found["贷款"]
    assert found["刷单"] == pytest.approx(0, abs=1e-3)


def test_only_the_first_reader_counts() -> None:
    both = [Underlined(each.text, each.category, (each.readers[0], ("天气",))) for each in THREE]
    assert shares(both) == shares(THREE)


def test_a_narrative_in_other_spelling_says_the_same() -> None:
    wide = [told("刷 單，天氣很好", "刷 單"), told("天氣好，刷\u200b單", "刷\u200b單"), told("他刷單，天氣", "刷單")]
    assert shares(wide) == shares(THREE)


def test_without_narratives_nothing_is_told() -> None:
    assert telling(TERMS, []).tolist() == [0.0] * len(TERMS)


@pytest.mark.parametrize("phrases", [(), ("刷单", "天气", "他", "，", "很好")])
def test_where_nothing_or_everything_is_underlined_nothing_is_told(phrases: tuple[str, ...]) -> None:
    narratives = [told(each.text, *[phrase for phrase in phrases if phrase in each.text]) for each in THREE]
    assert telling(("刷单", "天气"), narratives).tolist() == [0.0, 0.0]


def test_a_model_without_terms_is_told_nothing() -> None:
    assert telling((), THREE).shape == (0,)


def test_what_is_told_is_rounded_to_half_precision() -> None:
    found = telling(TERMS, THREE)
    assert found.dtype == np.float32
    assert np.array_equal(found, found.astype(np.float16).astype(np.float32))


# --- the shipped ones

FILES = ("telling", "choosing", "measuring")


@pytest.fixture(scope="module")
def shipped() -> dict[str, list[Underlined]]:
    return {name: read_underlined(seeds_folder() / "underlined" / f"{name}.jsonl") for name in FILES}


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_phrase_has_two_to_twenty_characters_and_no_reader_underlined_one_twice(
    shipped: dict[str, list[Underlined]], name: str
) -> None:
    for narrative in shipped[name]:
        for phrases in narrative.readers:
            assert all(2 <= len(phrase) <= 20 for phrase in phrases)
            assert len(set(phrases)) == len(phrases)


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_narrative_was_underlined_for_a_type(shipped: dict[str, list[Underlined]], name: str) -> None:
    assert {narrative.category for narrative in shipped[name]} == set(load_taxonomy().categories)
    assert all(phrases for narrative in shipped[name] for phrases in narrative.readers)


def test_two_readers_underlined_what_cues_are_measured_on_and_one_the_rest(shipped: dict[str, list[Underlined]]) -> None:
    readers = {name: {len(narrative.readers) for narrative in shipped[name]} for name in FILES}
    assert readers == {"telling": {1}, "choosing": {1}, "measuring": {2}}


def test_no_narrative_is_shared_between_the_files_nor_stands_twice_in_one(shipped: dict[str, list[Underlined]]) -> None:
    letters = [letters_of(narrative.text) for name in FILES for narrative in shipped[name]]
    assert len(set(letters)) == len(letters) == 1666 + 150 + 150


def test_what_the_model_is_told_by_is_not_held_out(shipped: dict[str, list[Underlined]], corpus: Corpus) -> None:
    out = {letters_of(case.text) for case in corpus.split(held_out=True)}
    assert not out & {letters_of(narrative.text) for narrative in shipped["telling"]}
    assert not any(draws_out(narrative.text) for narrative in shipped["telling"])


@pytest.mark.parametrize("name", ["choosing", "measuring"])
def test_what_thresholds_are_chosen_and_cues_measured_on_is_held_out_under_the_same_type(
    shipped: dict[str, list[Underlined]], corpus: Corpus, name: str
) -> None:
    out = {letters_of(case.text): case.category for case in corpus.split(held_out=True)}
    assert [narrative for narrative in shipped[name] if out.get(letters_of(narrative.text)) != narrative.category] == []
