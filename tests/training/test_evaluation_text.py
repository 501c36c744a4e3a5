"""Holds the figures on a terminal to being those of the evaluation, each where it is named."""

from __future__ import annotations

import pytest

from classifier import ScamClassifier
from classifier.taxonomy import NOT_A_CASE
from training.cases import Case
from training.cue_scores import Faithfulness, Plausibility
from training.evaluation import Evaluation, evaluate
from training.evaluation_text import cue_lines, evaluation_lines

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
    type_kept=0.96,
)
PLAUSIBLE = Plausibility(texts=9, f1=0.5, off=0.25, cues_per_text=5.125, readers_f1=0.8, readers_off=0.125)


@pytest.fixture(scope="module")
def evaluation(classifier: ScamClassifier) -> Evaluation:
    return evaluate(CASES, classifier)


def test_every_labelled_type_has_a_line_with_its_figures(evaluation: Evaluation) -> None:
    lines = evaluation_lines(evaluation, official_only=False)
    head = next(i for i, line in enumerate(lines) if line.startswith("by labelled type"))
    for line, (code, row) in zip(lines[head + 1 :], evaluation.per_type.items(), strict=True):
        figures = [f"{row[name]:.2f}" for name in ("confidence", "accuracy", "coverage", "mean_size")]
        assert line.split() == [*figures, "1", code]


def test_the_surest_are_told_in_ten_steps_beside_the_brier_score(evaluation: Evaluation) -> None:
    lines = evaluation_lines(evaluation, official_only=False)
    surest = next(line for line in lines if line.startswith("accuracy of the surest"))
    assert surest.count("%") == 10
    assert "100 % 1.000" in surest
    assert any(f"Brier score {evaluation.brier:.3f}" in line for line in lines)


def test_types_are_left_out_where_the_labels_are_official_names(evaluation: Evaluation) -> None:
    assert any(line.startswith("types: macro-F1") for line in evaluation_lines(evaluation, official_only=False))
    assert not any(line.startswith("types: macro-F1") for line in evaluation_lines(evaluation, official_only=True))


def test_the_falls_are_told_by_the_number_of_cues_with_those_of_random_phrases() -> None:
    lines = cue_lines(FAITHFUL, None)
    assert "7 texts" in lines[1]
    assert lines[2:5] == [
        "  1 taken away 0.200 (0.020, 10.0 times)  1 left alone 0.250 (0.700)",
        "  3 taken away 0.400 (0.100, 4.0 times)  3 left alone 0.050 (0.600)",
        "  5 taken away 0.500 (0.000)  5 left alone 0.025 (0.550)",
    ]
    assert lines[5:] == ["  of the accepted texts the cues alone keep the type in 96.0%"]


def test_what_readers_underlined_is_told_where_it_was_asked_for() -> None:
    lines = cue_lines(FAITHFUL, PLAUSIBLE)[6:]
    assert "9 narratives" in lines[0]
    assert lines[1:] == [
        "  F1 of characters 0.500, touching nothing 25.0%, 5.1 cues a text",
        "  between the readers: F1 0.800, touching nothing 12.5%",
    ]


def test_one_reader_is_not_compared_with_another() -> None:
    alone = Plausibility(texts=9, f1=0.5, off=0.25, cues_per_text=5.125, readers_f1=None, readers_off=None)
    assert not any("between the readers" in line for line in cue_lines(FAITHFUL, alone))
