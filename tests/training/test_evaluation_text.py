"""Holds the figures on a terminal to being those of the evaluation, each where it is named, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classifier import ScamClassifier, messages
from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from training.bulletin_scores import BulletinScores
from training.cases import Case
from training.cue_scores import Faithfulness, Plausibility
from training.evaluation import NONE, Evaluation, evaluate
from training.evaluation_text import bulletin_lines, called_in, cue_lines, evaluation_lines, shown_fall

TAXONOMY = load_taxonomy()
CASES = [
    Case(text="褚女士在群里刷单，做完三单后对方说操作失误，要再充值六千元才能提现。", category="task_rebate"),
    Case(text="褚某收到航班取消的短信，拨打客服电话改签，共享屏幕后卡里的两万元没了。", category="flight_change"),
    Case(text="社区今天组织老人体检。", category=NOT_A_CASE),
]
FAITHFUL = Faithfulness(
    texts=7,
    comprehensiveness={1: 0.2, 3: 0.4, 5: 0.5},
    sufficiency={1: 0.25, 3: 0.05, 5: 0.025},
    random_comprehensiveness={1: 0.02, 3: 0.1, 5: 0.0},
    random_sufficiency={1: 0.7, 3: 0.6, 5: 0.55},
    elsewhere_comprehensiveness={1: 0.003, 3: 0.001, 5: -0.0001},
    type_kept=0.96,
)
PLAUSIBLE = Plausibility(
    texts=9, f1=0.5, off=0.25, cues_per_text=5.125, readers_f1=0.8, readers_off=0.125, readers_fall=0.375, readers_random_fall=0.114
)


@pytest.fixture(scope="module")
def evaluation(classifier: ScamClassifier) -> Evaluation:
    return evaluate(CASES, classifier)


@pytest.fixture
def english() -> None:
    messages.set_language("en")


@pytest.mark.usefixtures("english")
def test_every_labelled_type_has_a_line_with_its_figures(evaluation: Evaluation) -> None:
    lines = evaluation_lines(evaluation, TAXONOMY, official_only=False)
    head = next(i for i, line in enumerate(lines) if line.startswith("by labelled type"))
    for line, (code, row) in zip(lines[head + 1 :], evaluation.per_type.items(), strict=True):
        figures = [f"{row[name]:.2f}" for name in ("confidence", "accuracy", "coverage", "mean_size")]
        assert line.split(maxsplit=5) == [*figures, "1", TAXONOMY[code].names["en"]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_types_go_by_their_names_in_the_language_of_messages(evaluation: Evaluation, lang: str) -> None:
    messages.set_language(lang)
    lines = evaluation_lines(evaluation, TAXONOMY, official_only=False)
    for code in ("task_rebate", "flight_change", NOT_A_CASE):
        assert sum(line.endswith(f"  {TAXONOMY[code].names[lang]}") for line in lines) >= 2


@pytest.mark.parametrize(("lang", "words"), [("zh", "3 条带标签的案例"), ("en", "labelled cases: 3")])
def test_the_figures_are_told_in_either_language(evaluation: Evaluation, lang: str, words: str) -> None:
    messages.set_language(lang)
    lines = evaluation_lines(evaluation, TAXONOMY, official_only=False)
    assert lines[0] == words
    assert any(f"{evaluation.types.macro_f1:.4f}" in line for line in lines)
    assert any(f"{evaluation.coverage['overall']:.1%}" in line for line in lines)


@pytest.mark.usefixtures("english")
def test_the_surest_are_told_in_ten_steps_beside_the_brier_score(evaluation: Evaluation) -> None:
    lines = evaluation_lines(evaluation, TAXONOMY, official_only=False)
    surest = next(line for line in lines if line.startswith("accuracy of the surest"))
    assert surest.count("%") == 10
    assert "100 % 1.000" in surest
    assert any(f"Brier score {evaluation.brier:.3f}" in line for line in lines)


@pytest.mark.usefixtures("english")
def test_types_are_left_out_where_the_labels_are_official_names(evaluation: Evaluation) -> None:
    assert any(line.startswith("types: macro-F1") for line in evaluation_lines(evaluation, TAXONOMY, official_only=False))
    assert not any(line.startswith("types: macro-F1") for line in evaluation_lines(evaluation, TAXONOMY, official_only=True))


def test_what_is_confused_is_told_where_anything_is(classifier: ScamClassifier) -> None:
    wrong = evaluate([Case(text=CASES[0].text, category="romance"), *CASES], classifier)
    assert f"      1  网络婚恋、交友类 → {TAXONOMY['task_rebate'].names['zh']}" in evaluation_lines(wrong, TAXONOMY, official_only=False)
    assert not any("→" in line and "标签" in line for line in evaluation_lines(evaluate(CASES, classifier), TAXONOMY, official_only=False)[:8])


@pytest.mark.usefixtures("english")
def test_the_falls_are_told_by_the_number_of_cues_with_those_of_random_phrases() -> None:
    lines = cue_lines(FAITHFUL, None)
    assert "texts: 7" in lines[1]
    assert lines[2:5] == [
        "  1 taken away 0.200; as many random phrases anywhere 0.020 (10.0 times), elsewhere 0.003; 1 left alone 0.250 (random 0.700)",
        "  3 taken away 0.400; as many random phrases anywhere 0.100 (4.0 times), elsewhere 0.001; 3 left alone 0.050 (random 0.600)",
        "  5 taken away 0.500; as many random phrases anywhere 0.000, elsewhere 0.000; 5 left alone 0.025 (random 0.550)",
    ]
    assert lines[5:] == ["  of the accepted texts the cues alone keep the type in 96.0%"]


@pytest.mark.usefixtures("english")
def test_what_readers_underlined_is_told_where_it_was_asked_for() -> None:
    lines = cue_lines(FAITHFUL, PLAUSIBLE)[6:]
    assert "9 narratives" in lines[0]
    assert lines[1:] == [
        "  F1 of characters 0.500, touching nothing 25.0%, 5.1 cues a text",
        "  between the readers: F1 0.800, touching nothing 12.5%",
        "  without all that a reader underlined the probability falls by 0.375; without as many random phrases by 0.114",
    ]


@pytest.mark.usefixtures("english")
def test_one_reader_is_not_compared_with_another() -> None:
    alone = Plausibility(
        texts=9, f1=0.5, off=0.25, cues_per_text=5.125, readers_f1=None, readers_off=None, readers_fall=0.375, readers_random_fall=0.114
    )
    assert not any("between the readers" in line for line in cue_lines(FAITHFUL, alone))


@pytest.mark.parametrize(("fall", "shown"), [(0.1234, "0.123"), (-0.01, "-0.010"), (-0.0004, "0.000"), (0.0, "0.000")])
def test_nothing_falls_without_a_sign(fall: float, shown: str) -> None:
    assert shown_fall(fall) == shown


@pytest.mark.usefixtures("english")
def test_a_verdict_without_an_official_name_is_said_to_have_none() -> None:
    assert called_in(TAXONOMY, NONE) == "(no official name)"
    assert called_in(TAXONOMY, "task_rebate") == TAXONOMY["task_rebate"].names["en"]
    assert called_in(TAXONOMY, "网黑案件") == "网黑案件"


@pytest.mark.usefixtures("english")
def test_the_segmenter_is_told_by_what_it_found_and_how_it_was_labelled() -> None:
    scores = BulletinScores(found=5, gold=4, matched=3, labelled=3, right=2)
    assert bulletin_lines(scores) == [
        "cases found F1 0.667 (precision 0.600, recall 0.750; 4 annotated, 5 found, 3 of both)",
        "label accuracy 0.667 (2/3)",
    ]


@pytest.mark.usefixtures("english")
def test_what_cannot_be_scored_is_not_told_as_if_it_were_wrong(classifier: ScamClassifier) -> None:
    lines = evaluation_lines(evaluate(CASES[2:], classifier), TAXONOMY, official_only=False)
    assert not any(line.startswith("official names") for line in lines)
    assert any(line.endswith("of the accepted – are right") for line in lines)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(("taken", "by_chance", "times"), [(0.5, 0.0000001, False), (-0.01, 0.002, False), (0.5, 0.1, True)])
def test_times_are_told_where_both_falls_are_something(taken: float, by_chance: float, times: bool) -> None:
    faithful = replace(FAITHFUL, comprehensiveness={1: taken, 3: 0.4, 5: 0.5}, random_comprehensiveness={1: by_chance, 3: 0.1, 5: 0.1})
    assert ("times" in cue_lines(faithful, None)[2]) == times
