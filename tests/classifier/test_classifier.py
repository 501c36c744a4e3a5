"""Holds the library call to what a verdict promises."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count, islice

import opencc
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import NOT_A_CASE, InputError, ScamClassifier, Verdict
from classifier.loading import shipped_model
from classifier.normalise import normalise
from classifier.scoring import Scorer
from classifier.words import boilerplate
from training.corpus import Corpus, seeds_folder
from training.underlined import read_underlined

REBATE = "报警人称在抖音上看到点赞兼职广告，加群后做任务，前几单都返了佣金，后来做连单垫付八千元，对方说操作失误要继续充值才能提现，才知道被骗。"
TRADITIONAL = "我在臉書認識網友，聊天後加入LINE，對方慫恿我到投資網站申請帳號，後來要提領獲利時卻無法出金，我才驚覺受騙報案。"
HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=60)
MIXED = st.lists(
    st.one_of(
        HAN, st.text(max_size=20), st.sampled_from([REBATE[:30], "刷单", "安全账户", "12,000元", "（女，35岁）", "\n", "ＱＱ：１２３", "\u200b"])
    )
).map("".join)


@pytest.fixture(scope="module")
def scorer(classifier: ScamClassifier) -> Scorer:
    return Scorer(classifier.model)


def check(verdict: Verdict, text: str) -> None:
    """What holds of every verdict."""
    assert math.isclose(sum(share for _, share in verdict.ranking), 1, abs_tol=1e-9)
    assert [share for _, share in verdict.ranking] == sorted((share for _, share in verdict.ranking), reverse=True)
    assert verdict.confidence == verdict.ranking[0][1]
    assert (verdict.category is None) == (verdict.decision == "not_a_case") == (verdict.official is None)
    assert verdict.ranking[0][0] == (verdict.category or NOT_A_CASE)
    assert verdict.ranking[0][0] in verdict.candidates
    assert math.isclose(math.fsum(share for _, share in verdict.contributions) + verdict.remainder, verdict.margin, abs_tol=1e-5)
    assert len(verdict.cues) <= 8
    weights = [cue.weight for cue in verdict.cues]
    assert weights == sorted(weights, reverse=True)
    taken: set[int] = set()
    for cue in verdict.cues:
        assert text[cue.start : cue.end] == cue.text
        assert 2 <= len(cue.text) <= 20
        assert taken.isdisjoint(range(cue.start, cue.end))
        taken.update(range(cue.start, cue.end))


def check_sum(classifier: ScamClassifier, verdict: Verdict, other: str) -> None:
    """The shares and what is left add up to the lead over the other class, and what is left is no more than the lead that texts begin with."""
    codes, intercept = classifier.model.codes, classifier.model.intercept
    begun = intercept[codes.index(verdict.ranking[0][0])] - intercept[codes.index(other)]
    assert math.fsum(share for _, share in verdict.contributions) + verdict.remainder == pytest.approx(verdict.margin, abs=1e-5)
    assert verdict.remainder == pytest.approx(float(begun), abs=1e-4)


def check_sums(classifier: ScamClassifier, scorer: Scorer, text: str, verdict: Verdict) -> None:
    """Against the second of the ranking, the last, and that a text is no case; the margins are those of the linear model."""
    check_sum(classifier, verdict, verdict.ranking[1][0])
    codes = classifier.model.codes
    margins = scorer.score(normalise(text).text).margins
    for other in {verdict.ranking[-1][0], NOT_A_CASE} - {verdict.ranking[0][0]}:
        asked = classifier.classify(text, against=other)
        check_sum(classifier, asked, other)
        assert asked.margin == pytest.approx(float(margins[codes.index(verdict.ranking[0][0])] - margins[codes.index(other)]), abs=1e-5)
        assert (asked.ranking, asked.decision, asked.candidates) == (verdict.ranking, verdict.decision, verdict.candidates)


def test_the_explanation_of_every_underlined_narrative_adds_up(classifier: ScamClassifier, scorer: Scorer) -> None:
    folder = seeds_folder() / "underlined"
    texts = [narrative.text for name in ("telling", "choosing", "measuring") for narrative in read_underlined(folder / f"{name}.jsonl")]
    for verdict in classifier.classify_many(texts, workers=1):
        check_sum(classifier, verdict, verdict.ranking[1][0])
    for text in texts[::40]:
        check_sums(classifier, scorer, text, classifier.classify(text))


@settings(max_examples=100, deadline=None)
@given(MIXED.filter(lambda text: any("\u4e00" <= char <= "\u9fa5" for char in text)))
def test_the_explanation_of_any_text_adds_up_against_every_type_that_is_named(classifier: ScamClassifier, scorer: Scorer, text: str) -> None:
    verdict = classifier.classify(text)
    if verdict.contributions:
        check_sums(classifier, scorer, text, verdict)


def test_a_text_without_a_known_term_has_nothing_to_add_up(classifier: ScamClassifier) -> None:
    verdict = classifier.classify("，。！")
    assert (len(verdict.contributions), verdict.remainder, verdict.margin) == (0, 0.0, 0.0)


def test_a_question_against_a_type_is_answered_with_cues_against_it(classifier: ScamClassifier) -> None:
    verdict = classifier.classify(REBATE, against="fake_military")
    assert verdict.category == "task_rebate"
    assert verdict.cues
    assert all(cue.weight > 0 for cue in verdict.cues)
    assert verdict.candidate_cues == ()
    check(verdict, REBATE)
    assert verdict.margin > classifier.classify(REBATE).margin


def test_a_question_against_a_type_is_about_the_first_alone_even_under_review(classifier: ScamClassifier) -> None:
    text = "他先说我的白条要注销，不然影响征信，让我把钱转到指定账户；后来又拉我进群做任务，垫付连单以后说操作失误不能提现。"
    assert classifier.classify(text).candidate_cues
    assert classifier.classify(text, against="fake_military").candidate_cues == ()


def test_a_question_against_the_second_of_the_ranking_is_the_one_that_is_always_answered(classifier: ScamClassifier) -> None:
    verdict = classifier.classify(REBATE)
    asked = classifier.classify(REBATE, against=verdict.ranking[1][0])
    assert (asked.margin, asked.contributions, asked.remainder) == (verdict.margin, verdict.contributions, verdict.remainder)


def test_a_question_against_a_type_that_nobody_knows_names_those_that_there_are(classifier: ScamClassifier) -> None:
    with pytest.raises(InputError, match="task_rebate") as caught:
        classifier.classify(REBATE, against="杀猪盘2")
    assert "抖音" not in str(caught.value)


@pytest.mark.parametrize(("text", "first"), [(REBATE, "task_rebate"), ("", NOT_A_CASE), ("明天下午三点开会，请大家准时参加。", NOT_A_CASE)])
def test_a_question_against_the_first_of_the_ranking_itself_is_none(classifier: ScamClassifier, text: str, first: str) -> None:
    with pytest.raises(InputError, match=first):
        classifier.classify(text, against=first)


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_every_text_gets_a_sound_verdict(classifier: ScamClassifier, text: str) -> None:
    check(classifier.classify(text), text)


def test_every_held_out_narrative_gets_a_sound_verdict(classifier: ScamClassifier, corpus: Corpus) -> None:
    for case in corpus.split(held_out=True)[::3]:
        check(classifier.classify(case.text), case.text)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (REBATE, "task_rebate"),
        (TRADITIONAL, "fake_investment"),
        ("对方自称京东客服，说我的白条没有注销会影响征信，让我开屏幕共享，把借出来的钱转到指定账户。", "credit_record"),
        ("妈，我手机摔坏了，这是同学的QQ，学校补课费要交一万二，你先转给老师。", "fake_acquaintance"),
        ("和网友视频裸聊后被录了屏，对方拿着我的通讯录威胁不给钱就群发。", "sextortion"),
        ("自称消防队的人到我五金店订货，又让我先垫钱帮他们从供应商那里买床垫和自热米饭。", "fake_military"),
    ],
)
def test_plain_stories_are_recognised(classifier: ScamClassifier, text: str, category: str) -> None:
    assert classifier.classify(text).category == category


@pytest.mark.parametrize("text", ["", "   ", "\n\t\u3000", "\u200b\ufeff", "12345", "？！。", "Hello, how are you?", "ok", "🙂🙂", "\ud800"])
def test_blank_text_and_text_without_chinese_is_not_a_case(classifier: ScamClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.decision == "not_a_case"
    assert verdict.category is None
    assert verdict.name == "非案情"
    assert verdict.cues == ()


@pytest.mark.parametrize("text", ["明天下午三点开会，请大家准时参加。", "番茄炒蛋：先把鸡蛋打散，热锅下油。", "今天气温二十度，适合出门散步。"])
def test_everyday_text_is_not_a_case(classifier: ScamClassifier, text: str) -> None:
    assert classifier.classify(text).decision == "not_a_case"


def test_a_cue_carries_the_story_and_no_boilerplate(classifier: ScamClassifier) -> None:
    cues = classifier.classify(REBATE).cues
    assert cues
    assert not any(cue.text in boilerplate() for cue in cues)
    assert any(word in cue.text for cue in cues for word in ("任务", "连单", "垫付", "佣金"))


def test_cues_are_quoted_in_the_characters_of_the_text(classifier: ScamClassifier) -> None:
    cues = classifier.classify(TRADITIONAL).cues
    assert any("投資" in cue.text or "出金" in cue.text or "獲利" in cue.text for cue in cues)


def test_only_strings_are_texts(classifier: ScamClassifier) -> None:
    with pytest.raises(InputError, match="须为字符串"):
        classifier.classify(None)  # type: ignore[arg-type]


def test_many_gives_what_one_gives_in_order(classifier: ScamClassifier, corpus: Corpus) -> None:
    texts = [case.text for case in corpus.cases[::60]] + [""]
    assert list(classifier.classify_many(texts, candidate_cues=True)) == [classifier.classify(text) for text in texts]


def test_many_without_cues_gives_the_same_answer(classifier: ScamClassifier) -> None:
    quick, full = next(classifier.classify_many([REBATE], cues=False)), classifier.classify(REBATE)
    assert (quick.ranking, quick.decision, quick.candidates, quick.margin) == (full.ranking, full.decision, full.candidates, full.margin)
    assert quick.cues == ()
    assert quick.remainder == quick.margin


def test_many_reads_only_a_little_ahead(classifier: ScamClassifier) -> None:
    read: list[int] = []

    def endless() -> Iterator[str]:
        for i in count():
            read.append(i)
            yield REBATE

    first = list(islice(classifier.classify_many(endless()), 5))
    assert len(first) == 5
    assert len(read) <= 16


def test_many_in_several_processes_gives_the_same_in_order(corpus: Corpus) -> None:
    loaded = ScamClassifier.load(shipped_model())
    texts = [f"第{i}个，{case.text[:40]}" for i, case in enumerate((corpus.cases * 2)[:5200])]
    alone = [verdict.ranking[0] for verdict in loaded.classify_many(texts, cues=False, workers=1)]
    assert [verdict.ranking[0] for verdict in loaded.classify_many(texts, cues=False, workers=2)] == alone


def test_a_frame_keeps_its_rows_and_columns_and_gets_new_ones(classifier: ScamClassifier) -> None:
    frame = pd.DataFrame({"编号": ["007", "008", "009"], "案情描述": [REBATE, None, TRADITIONAL]}, index=[5, 5, 9])
    before = frame.copy()
    labelled = classifier.label_frame(frame, text="案情描述")
    pd.testing.assert_frame_equal(frame, before)
    pd.testing.assert_frame_equal(labelled[["编号", "案情描述"]], before)
    assert list(labelled.columns[2:]) == ["诈骗类型", "类型代码", "置信度", "第二类型", "判定", "线索词", "出错"]
    assert list(labelled["类型代码"]) == ["task_rebate", "not_a_case", "fake_investment"]
    assert labelled["判定"].iloc[1] == "非案情"


def test_a_column_that_is_there_already_is_kept_and_the_new_one_suffixed(classifier: ScamClassifier) -> None:
    labelled = classifier.label_frame(pd.DataFrame({"text": [REBATE], "诈骗类型": ["旧"]}), text="text")
    assert labelled["诈骗类型"].tolist() == ["旧"]
    assert labelled["诈骗类型_2"].tolist() == ["刷单返利类"]


def test_a_frame_without_the_column_is_refused(classifier: ScamClassifier) -> None:
    with pytest.raises(InputError, match="没有唯一的一列"):
        classifier.label_frame(pd.DataFrame({"a": [1]}), text="案情描述")


@pytest.mark.parametrize("conversion", ["s2t", "s2tw", "s2hk"])
def test_a_text_and_its_twin_in_traditional_characters_get_the_same_type(classifier: ScamClassifier, corpus: Corpus, conversion: str) -> None:
    convert = opencc.OpenCC(conversion).convert
    texts = [case.text for case in corpus.cases[::8]]
    twins = classifier.classify_many([convert(text) for text in texts], cues=False, workers=1)
    plain = classifier.classify_many(texts, cues=False, workers=1)
    assert [verdict.category for verdict in twins] == [verdict.category for verdict in plain]
