"""Holds the scores of cues to what is known beforehand: cues that carry all or nothing, agreement by hand, random phrases that are fair."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import ScamClassifier
from classifier.model import Model
from training.corpus import seeds_folder
from training.cue_scores import NUMBERS, _only, _random_spans, _without, faithfulness, plausibility
from training.underlined import Underlined, read_underlined, runs

TEXTS = [
    "报警人称在抖音上看到点赞兼职广告，加群后做任务，前几单都返了佣金，后来做连单垫付八千元，对方说操作失误要继续充值才能提现，才知道被骗。",
    "和网友视频裸聊后被录了屏，对方拿着我的通讯录威胁不给钱就群发。",
    "自称消防队的人到我五金店订货，又让我先垫钱帮他们从供应商那里买床垫和自热米饭。",
    "褚某收到航班取消的短信，拨打客服电话改签，共享屏幕后卡里的两万元没了。",
]
NOTHING = "明天下午三点开会，请大家准时参加。"


def toy(weight: float, lead: float) -> ScamClassifier:
    """A classifier that underlines one word, with so much weight, and whose types lead by so much whatever a text says."""
    words = ("刷单", "天气", "散步", "开会")
    coef = np.zeros((4, 2), np.float32)
    coef[0] = [weight / 2, -weight / 2]
    intercept = np.array([lead / 2, -lead / 2], np.float32)
    telling = np.array([20, -1, -1, -1], np.float32)
    codes = ("task_rebate", "not_a_case")
    thresholds = {"accept": 0.6, "second": 1e6}
    return ScamClassifier(
        Model(codes, (words, (), ()), coef, intercept, np.ones(4, np.float32), telling, 1.0, 0.0, thresholds, dict.fromkeys(codes, 0.5), {})
    )


STORY = "天气，散步，刷单，开会，" + "天气，散步，开会，" * 8


def test_the_toy_underlines_the_one_word() -> None:
    assert [cue.text for cue in toy(8.0, 0.0).classify(STORY).cues] == ["刷单"]


# --- faithfulness


def test_cues_that_carry_everything_leave_nothing_when_taken_away_and_all_when_left_alone() -> None:
    classifier = toy(8.0, 0.0)
    found, sure = faithfulness([STORY], classifier), classifier.classify(STORY).confidence
    assert sure > 0.6
    assert found.comprehensiveness == pytest.approx(dict.fromkeys(NUMBERS, sure - 0.5), abs=1e-6)
    # Alone, the word has all of the length: the verdict is even surer.
    assert all(fall < 0 for fall in found.sufficiency.values())
    assert found.type_kept == 1.0


def test_cues_that_carry_nothing_to_speak_of_can_be_taken_away_or_left_alone() -> None:
    found = faithfulness([STORY], toy(0.001, 3.0))
    for figures in (found.comprehensiveness, found.sufficiency, found.random_comprehensiveness, found.elsewhere_comprehensiveness):
        assert figures == pytest.approx(dict.fromkeys(NUMBERS, 0), abs=1e-3)


def test_what_stands_elsewhere_carries_nothing_where_the_cues_carry_everything() -> None:
    found = faithfulness([STORY], toy(8.0, 0.0))
    # Less of the rest leaves more of the length to the one word.
    assert all(found.elsewhere_comprehensiveness[n] < 0.01 < found.comprehensiveness[n] for n in NUMBERS)


def test_random_phrases_carry_less_than_the_cues(classifier: ScamClassifier) -> None:
    told = read_underlined(seeds_folder() / "underlined" / "measuring.jsonl")
    found = faithfulness([each.text for each in told if len(each.text) > 150], classifier)
    for n in NUMBERS:
        assert found.elsewhere_comprehensiveness[n] < found.random_comprehensiveness[n] < found.comprehensiveness[n]
        assert found.random_sufficiency[n] > found.sufficiency[n]


def test_the_falls_are_those_of_the_probability_of_the_first_verdict(classifier: ScamClassifier) -> None:
    """Worked out again, text by text."""
    found = faithfulness(TEXTS, classifier)
    for n in NUMBERS:
        taken, alone = [], []
        for text in TEXTS:
            verdict = classifier.classify(text)
            cues = sorted((cue.start, cue.end) for cue in verdict.cues[:n])
            kept = [text[start:end] for start, end in zip([0, *(end for _, end in cues)], [*(start for start, _ in cues), len(text)], strict=True)]
            for falls, changed in ((taken, "，".join(kept)), (alone, "，".join(text[start:end] for start, end in cues))):
                falls.append(verdict.confidence - dict(classifier.classify(changed).ranking)[verdict.ranking[0][0]])
        assert found.comprehensiveness[n] == pytest.approx(np.mean(taken))
        assert found.sufficiency[n] == pytest.approx(np.mean(alone))


def test_the_type_is_kept_where_the_cues_alone_of_an_accepted_text_give_it(classifier: ScamClassifier) -> None:
    accepted = [verdict for verdict in map(classifier.classify, TEXTS) if verdict.decision == "accept"]
    kept = [
        classifier.classify("，".join(cue.text for cue in sorted(verdict.cues, key=lambda cue: cue.start))).category == verdict.category
        for verdict in accepted
    ]
    assert len(accepted) >= 2
    assert faithfulness(TEXTS, classifier).type_kept == pytest.approx(np.mean(kept))


def test_a_text_under_review_has_no_type_to_keep(classifier: ScamClassifier) -> None:
    thin = "对方让我打开屏幕共享"
    assert classifier.classify(thin).decision == "review"
    assert faithfulness([*TEXTS, thin], classifier).type_kept == faithfulness(TEXTS, classifier).type_kept > 0


def test_texts_that_are_no_case_are_left_out(classifier: ScamClassifier) -> None:
    assert faithfulness([*TEXTS, NOTHING], classifier) == faithfulness(TEXTS, classifier)
    assert faithfulness(TEXTS, classifier).texts == len(TEXTS)


@pytest.mark.parametrize("texts", [[], [NOTHING]])
def test_without_a_case_nothing_falls(classifier: ScamClassifier, texts: list[str]) -> None:
    found = faithfulness(texts, classifier)
    assert (found.texts, found.type_kept) == (0, 0.0)
    assert found.comprehensiveness == found.random_sufficiency == dict.fromkeys(NUMBERS, 0.0)


def test_faithfulness_is_the_same_every_time(classifier: ScamClassifier) -> None:
    assert faithfulness(TEXTS, classifier) == faithfulness(TEXTS, classifier)


@pytest.mark.parametrize(
    ("spans", "without", "only"),
    [
        ([], "甲乙丙丁戊", ""),
        ([(1, 3)], "甲，丁戊", "乙丙"),
        ([(3, 5), (0, 2)], "，丙，", "甲乙，丁戊"),
        ([(0, 5)], "，", "甲乙丙丁戊"),
    ],
)
def test_a_gap_stands_where_a_phrase_was_and_between_phrases_left_alone(spans: list[tuple[int, int]], without: str, only: str) -> None:
    assert (_without("甲乙丙丁戊", spans), _only("甲乙丙丁戊", spans)) == (without, only)


# --- random phrases

LENGTHS = st.lists(st.integers(2, 20), max_size=max(NUMBERS))


@settings(max_examples=200, deadline=None)
@given(LENGTHS, st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_random_phrases_have_the_lengths_of_the_cues_and_overlap_nowhere(lengths: list[int], room: int, seed: int) -> None:
    # With so much room there is a place for each wherever the ones before came to lie.
    length = sum(lengths) + max(lengths, default=0) * (len(lengths) + 1) + room
    spans = _random_spans(length, [(0, n) for n in lengths], np.random.default_rng(seed))
    assert [end - start for start, end in spans] == lengths
    assert all(0 <= start < end <= length for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(sorted(spans)))


@settings(max_examples=200, deadline=None)
@given(LENGTHS, st.integers(0, 2**32 - 1))
def test_where_there_is_no_room_there_are_fewer(lengths: list[int], seed: int) -> None:
    spans = _random_spans(sum(lengths), [(0, n) for n in lengths], np.random.default_rng(seed))
    assert len(spans) <= len(lengths)
    assert all(0 <= start < end <= sum(lengths) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(sorted(spans)))


def test_random_phrases_are_the_same_every_time_with_the_same_seed() -> None:
    drawn = [_random_spans(300, [(0, 5), (0, 8)], np.random.default_rng(3)) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert _random_spans(300, [(0, 5), (0, 8)], np.random.default_rng(4)) != drawn[0]


def test_every_place_may_be_drawn() -> None:
    generator = np.random.default_rng(0)
    assert {_random_spans(5, [(0, 3)], generator)[0] for _ in range(50)} == {(0, 3), (1, 4), (2, 5)}


@settings(max_examples=200, deadline=None)
@given(LENGTHS, st.lists(st.tuples(st.integers(0, 150), st.integers(1, 20)), max_size=5), st.integers(0, 2**32 - 1))
def test_random_phrases_elsewhere_touch_none_of_those_that_are_taboo(lengths: list[int], taboo: list[tuple[int, int]], seed: int) -> None:
    forbidden = [(start, start + size) for start, size in taboo]
    spans = _random_spans(170, [(0, n) for n in lengths], np.random.default_rng(seed), forbidden)
    assert all(end <= first or last <= start for start, end in spans for first, last in forbidden)
    assert all(0 <= start < end <= 170 for start, end in spans)


def test_a_phrase_that_is_longer_than_the_text_is_not_drawn() -> None:
    assert _random_spans(4, [(0, 5), (0, 4)], np.random.default_rng(0)) == [(0, 4)]


# --- plausibility


def narratives(classifier: ScamClassifier, *readers: str) -> list[Underlined]:
    """The texts as readers underlined them: what is a cue (``same``), half of these (``half``), something else (``other``), or nothing."""
    found = []
    for text in TEXTS:
        verdict = classifier.classify(text)
        cues = [cue.text for cue in verdict.cues]
        first, last = min(cue.start for cue in verdict.cues), max(cue.end for cue in verdict.cues)
        other = [piece for piece in (text[:first], text[last:]) if len(piece) > 1 and not any(char in "".join(cues) for char in piece)]
        by_name = {"same": cues, "half": cues[::2], "other": other or ["。"], "nothing": []}
        found.append(Underlined(text, str(verdict.category), tuple(tuple(by_name[name]) for name in readers)))
    return found


def test_cues_that_are_what_was_underlined_agree_wholly(classifier: ScamClassifier) -> None:
    found = plausibility(narratives(classifier, "same"), classifier)
    assert (found.texts, found.f1, found.off) == (len(TEXTS), 1.0, 0.0)
    assert found.cues_per_text == pytest.approx(np.mean([len(classifier.classify(text).cues) for text in TEXTS]))


@pytest.mark.parametrize("reader", ["other", "nothing"])
def test_cues_that_touch_nothing_underlined_do_not_agree_at_all(classifier: ScamClassifier, reader: str) -> None:
    found = plausibility(narratives(classifier, reader), classifier)
    assert (found.f1, found.off) == (0.0, 1.0)


def test_agreement_is_f1_over_the_characters() -> None:
    classifier = toy(8.0, 0.0)
    narrative = Underlined(STORY, "task_rebate", (("散步，刷单，",),))
    # Of six underlined characters two are the cue's, which has no others: precision 1, recall 1/3.
    found = plausibility([narrative], classifier)
    assert found.f1 == pytest.approx(2 * 2 / (6 + 2))
    assert found.off == 0.0


def test_what_was_underlined_by_half_lowers_the_agreement_and_counts_the_rest_as_off(classifier: ScamClassifier) -> None:
    found = plausibility(narratives(classifier, "half"), classifier)
    assert 0 < found.f1 < 1
    counts = [len(classifier.classify(text).cues) for text in TEXTS]
    assert found.off == pytest.approx(sum(n // 2 for n in counts) / sum(counts))


def test_one_reader_agrees_with_nobody(classifier: ScamClassifier) -> None:
    found = plausibility(narratives(classifier, "same"), classifier)
    assert (found.readers_f1, found.readers_off) == (None, None)


@pytest.mark.parametrize(("readers", "f1", "off"), [(("same", "same"), 1.0, 0.0), (("same", "other"), 0.0, 1.0)])
def test_two_readers_are_compared_with_each_other(classifier: ScamClassifier, readers: tuple[str, str], f1: float, off: float) -> None:
    found = plausibility(narratives(classifier, *readers), classifier)
    assert (found.readers_f1, found.readers_off) == (f1, off)


def test_cues_are_compared_with_every_reader(classifier: ScamClassifier) -> None:
    found = plausibility(narratives(classifier, "same", "other"), classifier)
    assert (found.f1, found.off) == (0.5, 0.5)


def test_no_cue_where_nothing_is_underlined_is_agreement(classifier: ScamClassifier) -> None:
    found = plausibility([Underlined(NOTHING, "task_rebate", ((), ()))], classifier)
    assert (found.f1, found.off, found.cues_per_text) == (1.0, 0.0, 0.0)
    assert (found.readers_f1, found.readers_off) == (1.0, 0.0)


def test_the_probability_falls_without_what_a_reader_underlined_as_it_does_without_the_cues() -> None:
    classifier = toy(8.0, 0.0)
    found = plausibility([Underlined(STORY, "task_rebate", (("刷单",),))], classifier)
    assert found.readers_fall == pytest.approx(faithfulness([STORY], classifier).comprehensiveness[1])
    assert found.readers_random_fall < found.readers_fall


def test_the_falls_of_readers_are_means_over_them() -> None:
    classifier = toy(8.0, 0.0)
    one, nothing = (plausibility([Underlined(STORY, "task_rebate", (phrases,))], classifier) for phrases in (("刷单",), ()))
    both = plausibility([Underlined(STORY, "task_rebate", (("刷单",), ()))], classifier)
    assert nothing.readers_fall == 0.0
    assert both.readers_fall == pytest.approx(one.readers_fall / 2)


def test_a_narrative_that_is_called_another_type_says_nothing_of_what_readers_rest_on() -> None:
    assert plausibility([Underlined(STORY, "not_a_case", (("刷单",),))], toy(8.0, 0.0)).readers_fall == 0.0


@pytest.mark.parametrize(
    ("marks", "spans"),
    [([], []), ([0, 0], []), ([1], [(0, 1)]), ([1, 1, 0, 0, 1], [(0, 2), (4, 5)]), ([0, 1, 0, 1, 1], [(1, 2), (3, 5)])],
)
def test_runs_are_the_spans_of_what_is_marked(marks: list[int], spans: list[tuple[int, int]]) -> None:
    assert runs(np.array(marks, dtype=np.bool_)) == spans
