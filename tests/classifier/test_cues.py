"""Holds cues to being what readers would underline: whole words of one clause, verbatim, heaviest first, nothing masked, no boilerplate, no padding."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import opencc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import ScamClassifier, Verdict
from classifier import cues as cue_finder
from classifier.cues import LEAST, LONGEST, MOST, SHORTEST, UNIT, CueFinder, _stretches
from classifier.model import Model
from classifier.normalise import BLOT, normalise
from classifier.scoring import Scorer
from classifier.underlining import Reader
from classifier.verdict import Cue
from classifier.words import boilerplate, cutter, leaning, negations, word_list
from training.corpus import seeds_folder
from training.underlined import read_underlined

#: What a likely word gains for each character, and an unlikely one loses.
LIKELY, UNLIKELY = 0.5, -0.2
CODES = ("task_rebate", "not_a_case")


def phrases(text: str, likely: Sequence[str], shares: dict[str, float] | None = None, gains: dict[str, float] | None = None) -> tuple[Cue, ...]:
    """The cues of a text of which these words are likely to be underlined, and where each word speaks so much for the type, by default 1."""
    return block_of([text], likely, shares, gains)[0]


def block_of(
    texts: Sequence[str], likely: Sequence[str], shares: dict[str, float] | None = None, gains: dict[str, float] | None = None
) -> list[tuple[Cue, ...]]:
    """The same for texts that are read together."""
    normalised = [normalise(text) for text in texts]
    words = dict.fromkeys(word for text in normalised for word in cutter()(text.text) if word.isalpha())
    share_of, gain_of = shares or {}, {**dict.fromkeys(likely, LIKELY), **(gains or {})}
    n = len(words)
    zero = np.zeros(2, np.float32)
    model = Model(CODES, (tuple(words), (), ()), np.ones((n, 2), np.float32), zero, *(np.ones(n, np.float32),) * 2, 1, 0, {}, {}, {})
    scorer = Scorer(model)
    scored = [scorer.score(text.text) for text in normalised]
    share = [np.array([share_of.get(scorer.names[row], 1.0) for row in each.rows]) for each in scored]
    read = Reader(model.telling, model.vocabulary[0]).read([text.text for text in normalised], scored, share)
    each = np.array([gain_of.get(word, UNLIKELY) for one in scored for word in one.words])
    return cue_finder.phrases(normalised, read, np.rint(each * read.lengths / UNIT).astype(np.int64))


def texts_of(text: str, likely: Sequence[str], **more: dict[str, float]) -> list[str]:
    return [cue.text for cue in phrases(text, likely, **more)]


# --- from likely words to phrases


def test_a_likely_word_is_a_cue_with_its_place_and_weight() -> None:
    assert phrases("今天把钱转到安全账户", ["安全账户"], {"安全账户": 0.5}) == (Cue("安全账户", 6, 10, 0.5),)


def test_neighbouring_words_are_one_phrase_and_their_shares_are_added() -> None:
    (cue,) = phrases("他让我刷单返利，", ["刷单", "返利"], {"刷单": 0.5, "返利": 0.25})
    assert (cue.text, cue.start, cue.end, cue.weight) == ("刷单返利", 3, 7, pytest.approx(0.75))


def test_less_likely_words_between_two_likely_ones_are_taken_along() -> None:
    assert texts_of("说安全账户天气老家屏幕共享吧", ["安全账户", "屏幕共享"]) == ["安全账户天气老家屏幕共享"]


def test_what_costs_more_than_it_joins_parts_two_phrases() -> None:
    between = {"天气": -0.6, "老家": -0.6}
    assert texts_of("说安全账户天气老家屏幕共享吧", ["安全账户", "屏幕共享"], gains=between) == ["安全账户", "屏幕共享"]


@pytest.mark.parametrize(
    "between",
    ["，", "。", "\n", "“", "3000元", "13800001234", "2023年5月8日", "王某", "；天气", "（冒充客服类）", "(女,41岁,汉族)", "工商银行", "😀"],
)
def test_a_phrase_reaches_across_no_break(between: str) -> None:
    assert texts_of(f"说安全账户{between}屏幕共享吧", ["安全账户", "屏幕共享", "天气"], gains={"天气": 0.0}) == ["安全账户", "屏幕共享"]


def test_a_phrase_said_again_is_one_cue() -> None:
    assert [(cue.text, cue.start) for cue in phrases("刷单，刷单，刷单", ["刷单"])] == [("刷单", 0)]


def test_the_share_of_a_word_is_divided_among_its_places() -> None:
    found = {cue.text: cue.weight for cue in phrases("贷款，刷单，贷款返利，", ["贷款", "返利", "刷单"], {"贷款": 0.6, "返利": 0.3, "刷单": 0.5})}
    assert found == {"贷款返利": pytest.approx(0.6), "刷单": pytest.approx(0.5), "贷款": pytest.approx(0.3)}


@pytest.mark.parametrize("share", [0.0, -0.5])
def test_a_likely_phrase_that_does_not_speak_for_the_type_is_no_cue(share: float) -> None:
    assert texts_of("刷单，散步", ["刷单", "散步"], shares={"散步": share}) == ["刷单"]


def test_a_phrase_that_speaks_hardly_at_all_beside_the_heaviest_is_no_cue() -> None:
    assert texts_of("安全账户，刷单", ["安全账户", "刷单"], shares={"刷单": 0.02}) == ["安全账户", "刷单"]
    assert texts_of("安全账户，刷单", ["安全账户", "刷单"], shares={"刷单": 0.005}) == ["安全账户"]


def test_a_phrase_that_is_hardly_likelier_than_not_is_no_cue() -> None:
    just = LEAST / 2
    assert texts_of("刷单，散步", [], gains={"刷单": just + 0.01, "散步": just - 0.01}) == ["刷单"]


def test_a_single_character_is_no_cue() -> None:
    assert texts_of("贷，刷单", ["贷", "刷单"], gains={"贷": 5.0}) == ["刷单"]
    assert SHORTEST == 2


def test_where_no_word_is_likely_the_one_that_speaks_most_for_the_type_is_the_cue() -> None:
    assert texts_of("网上刷单，散步", [], shares={"网上": 0.2, "刷单": 0.5, "散步": -0.5}) == ["刷单"]


@pytest.mark.parametrize("text", ["，", "123", "1", "报警人转账", "散步"])
def test_where_no_word_speaks_for_the_type_there_are_no_cues(text: str) -> None:
    assert phrases(text, [], shares={"散步": -0.5}) == ()


DISTINCT = [word for word in word_list() if len(word) >= 2 and word not in boilerplate() and cutter()(f",{word},") == [",", word, ","]][:12]


def test_of_more_than_eight_phrases_the_likeliest_stay_and_the_heaviest_of_these_stand_first() -> None:
    assert (len(DISTINCT), MOST) == (12, 8)
    likelihood = {word: (12 - i) / len(word) for i, word in enumerate(DISTINCT)}
    weights = {word: 1.0 + i for i, word in enumerate(DISTINCT)}
    assert texts_of("，".join(DISTINCT), [], gains=likelihood, shares=weights) == DISTINCT[7::-1]


def test_equally_heavy_cues_stand_in_the_order_of_the_text() -> None:
    assert texts_of("贷款，刷单，返利", ["刷单", "返利", "贷款"]) == ["贷款", "刷单", "返利"]


def test_a_long_phrase_is_shortened_at_its_less_likely_end_to_twenty_characters() -> None:
    text = "安全账户屏幕共享百万保障远程控制远程协助验证码"
    words = cutter()(text)
    assert texts_of(text, words, gains={"验证码": 0.3}) == ["安全账户屏幕共享百万保障远程控制远程协助"]
    assert texts_of(text, words, gains={"安全账户": 0.2}) == ["屏幕共享百万保障远程控制远程协助验证码"]
    assert LONGEST == 20


def test_a_phrase_that_was_torn_apart_to_more_than_twenty_characters_is_not_given() -> None:
    likely = ["安全账户", "刷单"]
    assert texts_of("安" + "\u200b" * 16 + "全账户，刷单", likely) == ["安" + "\u200b" * 16 + "全账户", "刷单"]
    assert texts_of("安" + "\u200b" * 17 + "全账户，刷单", likely) == ["刷单"]


# --- boilerplate


@pytest.mark.parametrize("word", ["报警", "民警", "派出所", "被骗", "受害人", "转账", "微信"])
def test_a_word_of_every_record_is_no_cue_however_likely(word: str) -> None:
    assert texts_of(f"{word}，刷单", [word, "刷单"]) == ["刷单"]


def test_a_word_of_every_record_neither_begins_nor_ends_a_cue() -> None:
    assert texts_of("报警人转账刷单返利转账民警", ["报警人", "转账", "刷单", "返利", "民警"]) == ["刷单返利"]


def test_a_word_of_every_record_may_stand_within_a_cue() -> None:
    assert texts_of("刷单转账返利", ["刷单", "转账", "返利"]) == ["刷单转账返利"]


@pytest.mark.parametrize(("heavier", "lighter"), [("安全账户", "验证码"), ("验证码", "安全账户")])
def test_a_word_of_every_record_ends_no_cue_that_was_shortened_either(heavier: str, lighter: str) -> None:
    middle = "屏幕共享百万保障远程控制"
    text = f"{heavier}{middle}转账{lighter}" if lighter == "验证码" else f"{lighter}转账{middle}{heavier}"
    (phrase,) = texts_of(text, cutter()(text), gains={lighter: 0.3})
    words = cutter()(phrase)
    assert not {words[0], words[-1]} & boilerplate()


def test_no_entry_of_the_list_is_a_cue_alone() -> None:
    given_away = [word for word in sorted(boilerplate()) if texts_of(f"，{word}，", cutter()(word)) != []]
    assert given_away == []


# --- where a phrase begins and ends


@pytest.mark.parametrize(
    ("text", "likely", "cues"),
    [
        ("今天不注销影响征信", ["注销", "影响", "征信"], ["不注销影响征信"]),
        ("今天没有安全账户", ["安全账户"], ["没有安全账户"]),
        ("今天，安全账户", ["安全账户"], ["安全账户"]),
        ("今天不，安全账户", ["安全账户"], ["安全账户"]),
        ("不影响征信", ["影响", "征信"], ["不影响征信"]),
        ("影响征信不", ["影响", "征信", "不"], ["影响征信"]),
    ],
)
def test_a_cue_begins_with_the_negation_before_it(text: str, likely: list[str], cues: list[str]) -> None:
    assert texts_of(text, likely) == cues


@pytest.mark.parametrize(
    ("text", "likely", "cues"),
    [
        ("让我充值才能提现", ["充值", "才能"], ["充值才能提现"]),
        ("让我充值才能，提现", ["充值", "才能"], ["充值"]),
        ("让我充值才能", ["充值", "才能"], ["充值"]),
        ("让我充值才能转账", ["充值", "才能"], ["充值"]),
        ("让我充值必须继续提现", ["充值", "必须"], ["充值"]),
        ("让我充值才能提现", ["充值", "才能", "提现"], ["充值才能提现"]),
    ],
)
def test_a_cue_ends_with_what_its_last_word_leans_on_or_without_that_word(text: str, likely: list[str], cues: list[str]) -> None:
    assert cutter()(text)[0] == "让"
    assert texts_of(text, likely, shares={"提现": 0.5}) == cues


def test_a_cue_takes_nothing_from_the_texts_beside_its_own() -> None:
    texts = ["今天不", "注销账号", "充值才能", "提现"]
    found = block_of(texts, ["注销", "充值", "才能", "提现"], gains={"今天": -9.0})
    assert [[cue.text for cue in cues] for cues in found[1:]] == [["注销"], ["充值"], ["提现"]]


def test_a_long_cue_is_shortened_the_same_alone_and_after_a_text_that_ends_with_a_negation() -> None:
    text, gains = "注销屏幕共享百万保障远程控制安全账户验证码", {"注销": 0.5, "验证码": 0.1}
    words = cutter()(text)
    assert (
        block_of([text], words, gains=gains)[0]
        == block_of(["今天不", text], words, gains=gains)[1]
        == block_of([text, "，今天不"], words, gains=gains)[0]
    )


def test_a_cue_is_left_likely_where_its_last_word_is_cut() -> None:
    assert texts_of("让我贷款才能，提现，安全账户", [], gains={"贷款": 0.01, "才能": 0.5, "安全账户": 0.5}) == ["安全账户"]


def test_a_cue_neither_takes_nor_ends_with_a_negation_that_the_next_begins_with() -> None:
    gains = {"充值": 0.5, "必须": 0.5, "无法": -3.0, "提现": 0.5}
    assert texts_of("让我充值必须无法提现", [], gains=gains) == ["无法提现", "充值"]


def test_every_word_of_the_edges_is_one_word() -> None:
    assert [word for word in sorted(negations() | leaning()) if cutter()(word) != [word]] == []


def test_a_cue_is_shortened_from_its_first_word_on() -> None:
    gains = {"注销": 0.5, "验证码": 0.1}
    words = cutter()("注销屏幕共享百万保障远程控制安全账户验证码")
    (alone,) = texts_of("注销屏幕共享百万保障远程控制安全账户验证码", words, gains=gains)
    assert alone.startswith("注销")


def test_a_single_word_that_may_not_end_a_cue_is_none_however_it_was_torn_apart() -> None:
    assert texts_of("不能注" + "\u200b" * 30 + "销，安全账户", ["不能", "注销", "安全账户"]) == ["安全账户"]


def test_where_the_negation_speaks_against_the_type_the_word_stands_alone() -> None:
    assert texts_of("今天不注销", [], shares={"注销": 1.0, "不": -2.0, "今天": 0.0}) == ["注销"]


def test_a_word_that_leans_on_the_next_is_no_cue_alone() -> None:
    given_away = [word for word in sorted(leaning()) if texts_of(f"，{word}，", cutter()(word)) != []]
    assert given_away == []


def test_the_word_that_a_cue_takes_is_not_the_next_cues() -> None:
    assert texts_of("充值才能提现安全账户", [], gains={"充值": 0.5, "才能": 0.5, "提现": -2.0, "安全账户": 0.5}) == ["充值才能提现", "安全账户"]


def test_where_no_word_is_likely_the_one_cue_keeps_its_negation() -> None:
    assert texts_of("今天不注销", [], shares={"注销": 2.0}) == ["不注销"]


def test_a_cue_that_is_shortened_keeps_or_loses_a_negation_with_its_word() -> None:
    text = "不注销屏幕共享百万保障远程控制安全账户验证码"
    words = cutter()(text)
    assert words[:2] == ["不", "注销"]
    (phrase,) = texts_of(text, words, gains={"不": 0.1, "注销": 0.4})
    assert phrase == "屏幕共享百万保障远程控制安全账户验证码"
    assert len(phrase) <= LONGEST


# --- maximal stretches

GAINS = st.lists(st.one_of(st.integers(-4, 4).map(float), st.just(-np.inf)), max_size=12)


def by_definition(gains: Sequence[float]) -> list[tuple[int, int]]:
    """The stretch of the largest sum, the shortest of several, then the same to its left and to its right (Ruzzo & Tompa, 1999)."""
    spans = [(i, j) for i in range(len(gains)) for j in range(i + 1, len(gains) + 1)]
    best = max(spans, key=lambda span: (sum(gains[slice(*span)]), span[0] - span[1], -span[0]), default=None)
    if best is None or sum(gains[slice(*best)]) <= 0:
        return []
    first, last = best
    return [*by_definition(gains[:first]), best, *[(last + i, last + j) for i, j in by_definition(gains[last:])]]


def stretches_of(gains: Sequence[float]) -> list[tuple[int, int]]:
    """The stretches of words of which each gains so much; what loses all is a break."""
    runs: list[list[float]] = []
    total, clause = 0.0, 0
    for i, gain in enumerate(gains):
        if gain == -np.inf:
            clause += 1
            continue
        if gain > 0 and runs and runs[-1][1] == i and runs[-1][4] == clause:
            runs[-1][1], runs[-1][3] = i + 1, total + gain
        elif gain > 0:
            runs.append([i, i + 1, total, total + gain, clause])
        total += gain
    return _stretches(*map(list, zip(*runs, strict=True))) if runs else []


@settings(max_examples=500, deadline=None)
@given(GAINS)
def test_stretches_are_the_maximal_ones(gains: list[float]) -> None:
    assert sorted(stretches_of(gains)) == by_definition(gains)


@settings(max_examples=200, deadline=None)
@given(GAINS)
def test_no_stretch_reaches_across_a_break_nor_begins_or_ends_with_a_loss(gains: list[float]) -> None:
    for first, last in stretches_of(gains):
        assert -np.inf not in gains[first:last]
        assert gains[first] > 0
        assert gains[last - 1] > 0


@pytest.mark.parametrize(
    ("gains", "stretches"),
    [
        ([], []),
        ([-1.0, 0.0, -np.inf], []),
        ([1.0, 1.0], [(0, 2)]),
        ([2.0, -1.0, 2.0], [(0, 3)]),
        ([2.0, -3.0, 2.0], [(0, 1), (2, 3)]),
        ([2.0, -np.inf, 2.0], [(0, 1), (2, 3)]),
        ([4.0, -5.0, 3.0, -3.0, 1.0, 2.0, -2.0, 2.0, -2.0, 1.0, 5.0], [(0, 1), (2, 3), (4, 11)]),  # the example of the paper
    ],
)
def test_stretches_worked_out_by_hand(gains: list[float], stretches: list[tuple[int, int]]) -> None:
    assert stretches_of(gains) == stretches


def test_no_texts_have_no_cues() -> None:
    assert CueFinder(np.zeros(3, np.float32), ()).find([], [], []) == []


# --- the cues of the shipped model

Narratives = list[str]


@cache
def narratives() -> Narratives:
    """Every underlined narrative, and every text that tells of two scams."""
    folder = seeds_folder()
    told = [each.text for name in ("telling", "choosing", "measuring") for each in read_underlined(folder / "underlined" / f"{name}.jsonl")]
    lines = (Path(__file__).parents[2] / "benchmarks" / "two_scams.jsonl").read_text(encoding="utf-8").splitlines()
    return told + [json.loads(line)["text"] for line in lines]


def check(text: str, verdict: Verdict) -> int:
    """What holds of the cues of every text, and of those of every further candidate; how many there were."""
    normalised = normalise(text)
    spans, masked, at = {}, set[int](), 0
    for word in cutter()(normalised.text):
        span = normalised.original_span(at, at + len(word))
        spans[span] = word
        masked |= set(range(*span)) if BLOT in word else set()
        at += len(word)
    starts, ends = {start: word for (start, _), word in spans.items()}, {end: word for (_, end), word in spans.items()}
    for cues in (verdict.cues, *(cues for _, cues in verdict.candidate_cues)):
        assert len(cues) <= MOST
        assert all(text[cue.start : cue.end] == cue.text and SHORTEST <= len(cue.text) <= LONGEST for cue in cues)
        assert all(first.weight >= second.weight for first, second in pairwise(cues))
        assert all(cue.weight > 0 for cue in cues)
        assert len({cue.text for cue in cues}) == len(cues)
        assert all(first.end <= second.start for first, second in pairwise(sorted(cues, key=lambda cue: cue.start)))
        for cue in cues:
            assert cue.start in starts
            assert cue.end in ends
            assert starts[cue.start] not in boilerplate() - negations()
            assert ends[cue.end] not in boilerplate() | leaning()
            assert ends.get(cue.start) not in negations()
            assert masked.isdisjoint(range(cue.start, cue.end))
            assert not any(char.isdigit() or char in "，。；：！？\n" for char in cue.text)
    return len(verdict.cues)


def test_the_cues_of_every_narrative_are_whole_words_unmasked_verbatim_and_heaviest_first(classifier: ScamClassifier) -> None:
    texts = narratives()
    counts = [check(text, verdict) for text, verdict in zip(texts, classifier.classify_many(texts, candidate_cues=True, workers=1), strict=True)]
    assert len(counts) == 1666 + 150 + 150 + 160
    assert sum(count > 0 for count in counts) > 0.98 * len(counts)


def full_width(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    "respelt",
    [
        opencc.OpenCC("s2t").convert, opencc.OpenCC("s2tw").convert, opencc.OpenCC("s2hk").convert,
        full_width, " ".join, "\u200b".join, lambda text: text.replace("，", "，\n"), "·".join,
    ],
    ids=["s2t", "s2tw", "s2hk", "full width", "spaces", "zero width", "lines", "dots"],
)  # fmt: skip
def test_the_cues_of_a_text_in_another_spelling_are_quoted_as_it_is_spelt(classifier: ScamClassifier, respelt: Callable[[str], str]) -> None:
    texts = [respelt(text) for text in narratives()[::9]]
    counts = [check(text, verdict) for text, verdict in zip(texts, classifier.classify_many(texts, candidate_cues=True, workers=1), strict=True)]
    assert sum(count > 0 for count in counts) > 0.9 * len(counts)


@pytest.mark.parametrize("conversion", ["s2t", "s2tw", "s2hk"])
def test_the_cues_of_a_text_in_traditional_characters_stand_where_they_stand_in_the_simplified(classifier: ScamClassifier, conversion: str) -> None:
    texts = narratives()[::9]
    twins = [opencc.OpenCC(conversion).convert(text) for text in texts]
    pairs = [
        ([cue.start for cue in one.cues], [cue.start for cue in other.cues])
        for text, twin, one, other in zip(texts, twins, classifier.classify_many(texts), classifier.classify_many(twins), strict=True)
        if len(text) == len(twin)
    ]
    assert len(pairs) > 100
    assert sum(one == other for one, other in pairs) > 0.95 * len(pairs)


# Stories without fraud in them, so that what a cue may hold is told by the pieces.
STORIES = [
    "对方让我刷单返利", "做完任务不能提现", "把钱转到安全账户", "打开屏幕共享", "冒充客服说要取消百万保障", "拍下裸聊视频威胁群发", "办理贷款先交解冻费", "在游戏平台卖装备",
    "报警人称被骗", "民警到达后了解", "到派出所报案称", "共计损失", "天气很好", "，", "。", "\n", "；", "王某", "（女，41岁，汉族）", "3000元", "2023年5月8日",
    "卡号：6222021234567890，", "薇信", "VX", "驗 證 碼", "\u200b", "\ud800", "a", "😀", "哈哈哈哈", "接指挥中心指令称", "（虚假征信类）",
]  # fmt: skip
MADE = st.lists(st.one_of(st.sampled_from(STORIES), st.text(max_size=3)), max_size=25).map("".join)


@settings(max_examples=200, deadline=None)
@given(MADE)
def test_the_cues_of_any_text_are_sound(classifier: ScamClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    check(text, verdict)
    assert verdict.decision != "not_a_case" or (verdict.cues, verdict.candidate_cues) == ((), ())


LEDGER = "2023年5月8日14时30分转账3000元至户名：王某，卡号：6222021234567890123，开户行：工商银行；5月9日转账12000元至李某，账号：6217001234567890；"


@pytest.mark.parametrize(
    "record",
    [
        LEDGER,
        "（女，41岁，身份证号：110101198001011234，现住某市某区某路1号）",
        "某市公安局某分局某派出所接到报警，",
        "到派出所报案称，",
        "接指挥中心指令称，",
        "报警人王某某，",
        "受害人被骗，共计损失三千元，民警调查。",
    ],
)
def test_no_cue_lies_in_what_an_officer_adds_to_every_record(classifier: ScamClassifier, record: str) -> None:
    story = "对方以刷单返利为由拉她进群，前两单返了佣金，后来要垫付连单，做完任务也不能提现。"
    text = f"{record}{story}{record}"
    cues = classifier.classify(text).cues
    assert cues
    assert all(len(record) <= cue.start and cue.end <= len(record) + len(story) for cue in cues)


@pytest.mark.parametrize(
    ("text", "phrase", "category"),
    [
        ("他让我刷单返利。", "刷单返利", "task_rebate"),
        ("昨天有人联系我，后来让我裸聊，我就报警了。", "裸聊", "sextortion"),
        ("那天中午吃完饭，有人说我中奖了，我没去领。", "中奖", "prize_subsidy"),
        ("我今天去散步，回来有人叫我打开屏幕共享取消百万保障。", "打开屏幕共享取消百万保障", "fake_customer_service"),
        ("上周三下班回家路上，接到自称消防队的人订货的电话，我没理他。", "自称消防队的人订货", "fake_military"),
    ],
)
def test_a_text_that_supports_its_type_with_one_phrase_has_one_cue(classifier: ScamClassifier, text: str, phrase: str, category: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.category == category
    (cue,) = verdict.cues
    assert phrase in cue.text


@pytest.mark.parametrize("text", ["受害人到派出所报警，被骗转账，共计损失三千元。", "报警人称被诈骗，民警到达后了解情况。"])
def test_a_record_of_boilerplate_alone_has_no_cue(classifier: ScamClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.cues == ()
    assert all(cues == () for _, cues in verdict.candidate_cues)


@pytest.mark.parametrize("text", ["", "明天下午三点开会，请大家准时参加。", "民警到小区宣传反诈，提醒居民不要刷单，不要把钱转到安全账户。"])
def test_what_is_not_a_case_has_no_cue(classifier: ScamClassifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.decision == "not_a_case"
    assert (verdict.cues, verdict.candidate_cues) == ((), ())


# --- further candidates


def test_only_where_a_person_has_to_decide_are_there_cues_for_further_candidates(classifier: ScamClassifier) -> None:
    seen = set()
    for verdict in classifier.classify_many(narratives(), candidate_cues=True, workers=1):
        seen.add(verdict.decision)
        further = tuple(code for code in verdict.candidates if code not in (verdict.category, "not_a_case"))
        assert tuple(code for code, _ in verdict.candidate_cues) == (further if verdict.decision == "review" else ())
    assert seen == {"accept", "review", "not_a_case"}


def test_the_cues_of_a_further_candidate_carry_its_lead_over_the_mean_of_all_types(classifier: ScamClassifier) -> None:
    """Weighed again here: what the class weighs more than the mean of all, over the terms of each character of a cue."""
    scorer = Scorer(classifier.model)
    codes = classifier.model.codes
    checked = 0
    for text in narratives()[-160::8]:
        verdict = classifier.classify(text)
        normalised = normalise(text)
        scored = scorer.score(normalised.text)
        for code, cues in verdict.candidate_cues:
            share = scored.values * (scored.weights[:, codes.index(code)] - scored.weights.mean(axis=1)) / scored.counts
            of_term = dict(zip(scored.rows.tolist(), share.tolist(), strict=True))
            by_character = np.zeros(len(normalised.text))
            at = 0
            for word, row in zip(scored.words, scored.in_words.tolist(), strict=True):
                by_character[at : at + len(word)] += of_term.get(row, 0.0) / len(word)
                at += len(word)
            by_character += [of_term.get(row, 0.0) for row in scored.in_characters.tolist()]
            for i, row in enumerate(scored.in_pairs.tolist()):
                by_character[i : i + 2] += of_term.get(row, 0.0) / 2
            for cue in cues:
                inside = [i for i in range(len(by_character)) if cue.start <= normalised.original_span(i, i + 1)[0] < cue.end]
                assert cue.weight == pytest.approx(by_character[inside].sum(), rel=1e-3, abs=1e-5)
                checked += 1
    assert checked > 20


def test_most_texts_that_tell_two_scams_are_reviewed_with_cues_for_both(classifier: ScamClassifier) -> None:
    lines = (Path(__file__).parents[2] / "benchmarks" / "two_scams.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    found = 0
    for record, verdict in zip(told, classifier.classify_many((record["text"] for record in told), candidate_cues=True, workers=1), strict=True):
        cues = {verdict.category: verdict.cues, **dict(verdict.candidate_cues)}
        found += verdict.decision == "review" and set(record["types"]) <= set(verdict.candidates) and all(cues.get(code) for code in record["types"])
    assert len(told) == 160
    assert found >= 0.8 * len(told)
