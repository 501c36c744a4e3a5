"""Holds the search for the weights of underlining to what readers underlined, on words as the classifier reads them."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from classifier import ScamClassifier
from classifier.underlining import FEATURES, inclination
from training.corpus import seeds_folder
from training.underlined import Underlined, read_underlined
from training.underlining import TARGET, find_weights, words_of

STORY = "对方让其刷单，天气很好"


@pytest.fixture(scope="module")
def narratives() -> list[Underlined]:
    return read_underlined(seeds_folder() / "underlined" / "telling.jsonl")[::12]


def test_a_word_is_underlined_where_more_than_half_of_it_is(classifier: ScamClassifier) -> None:
    for phrases, expected in [(("刷单",), ["刷单"]), (("刷",), []), (("让其刷", "天气"), ["让", "其", "天气"]), ((), []), ((STORY,), None)]:
        words, marks = words_of([Underlined(STORY, "task_rebate", (phrases,))], classifier.model)
        ends = np.cumsum(words.lengths)
        underlined = [STORY[end - n : end] for end, n, mark in zip(ends, words.lengths, marks, strict=True) if mark]
        assert underlined == expected if expected is not None else len(underlined) == len(marks)


def test_the_marks_of_a_text_in_another_spelling_fall_on_the_same_words(classifier: ScamClassifier) -> None:
    plain = words_of([Underlined(STORY, "task_rebate", (("刷单",),))], classifier.model)[1]
    spelt = words_of([Underlined("對方讓其刷\u200b單，天氣很好", "task_rebate", (("刷\u200b單",),))], classifier.model)[1]
    assert spelt.tolist() == plain.tolist()


def test_there_is_one_mark_for_each_word_of_all_narratives(classifier: ScamClassifier, narratives: list[Underlined]) -> None:
    words, marks = words_of(narratives, classifier.model)
    assert len(marks) == len(words.lengths) == words.borders[-1]
    assert 0.1 < marks[~words.breaks].mean() < 0.6


def test_the_first_reader_alone_is_learnt_from(classifier: ScamClassifier) -> None:
    one, other = Underlined(STORY, "task_rebate", (("刷单",),)), Underlined(STORY, "task_rebate", (("刷单",), ("天气",)))
    assert np.array_equal(words_of([one], classifier.model)[1], words_of([other], classifier.model)[1])


def test_weights_are_found_for_every_feature_in_their_order(classifier: ScamClassifier, narratives: list[Underlined]) -> None:
    weights, intercept = find_weights(narratives, classifier.model)
    assert tuple(weights) == FEATURES
    assert np.isfinite([*weights.values(), intercept]).all()
    assert weights["telling"] > 0
    assert weights["break_before"] < 0


def test_the_shipped_weights_stand_where_they_are_written_to() -> None:
    assert tuple(tomllib.loads(TARGET.read_text(encoding="utf-8"))["weights"]) == FEATURES


def test_words_that_readers_underlined_in_held_out_narratives_are_the_likelier_ones(classifier: ScamClassifier) -> None:
    words, marks = words_of(read_underlined(seeds_folder() / "underlined" / "measuring.jsonl"), classifier.model)
    spoken = ~words.breaks
    likely, underlined = inclination(words.features)[spoken], marks[spoken]
    higher = (likely[underlined][:, None] > likely[~underlined][None, ::7]).mean()
    assert higher > 0.75
    # Calibrated, too: about as many are underlined as is said; readers differ by that much.
    assert likely.mean() == pytest.approx(underlined.mean(), abs=0.08)
