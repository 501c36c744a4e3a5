"""Holds evaluation to figures worked out by hand, to scikit-learn's, and to giving the same every time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from classifier import ScamClassifier
from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from classifier.verdict import Contributions, Decision, Verdict
from training.cases import Case
from training.evaluation import NONE, Evaluation, calibration_error, evaluate, plain

TAXONOMY = load_taxonomy()


def verdict(
    code: str, confidence: float = 0.9, *, candidates: tuple[str, ...] | None = None, decision: Decision = "accept", official: str = ""
) -> Verdict:
    """What a model would answer that is so sure of a type; the rest goes to another one with another official name."""
    nothing = code == NOT_A_CASE
    other = "romance" if code != "romance" else "task_rebate"
    return Verdict(
        category=None if nothing else code,
        name=TAXONOMY[code].names["zh"],
        official=None if nothing else official or TAXONOMY[code].official,
        confidence=confidence,
        decision="not_a_case" if nothing else decision,
        candidates=candidates if candidates is not None else (code,),
        ranking=((code, confidence), (other, 1 - confidence)),
        margin=1.0,
        contributions=Contributions(),
        remainder=0.0,
        cues=(),
    )


class Foretold:
    """Answers each text with the verdict that was laid down for it: figures by hand need answers by hand."""

    taxonomy = TAXONOMY

    def __init__(self, answers: dict[str, Verdict]) -> None:
        self.answers = answers

    def classify_many(self, texts: Iterable[str], *, cues: bool = True) -> Iterator[Verdict]:
        return (self.answers[text] for text in texts)


def evaluated(pairs: list[tuple[str, str | Verdict]]) -> Evaluation:
    """Pairs of what is labelled and what is answered."""
    cases = [Case(text=f"第{i}位报案人", category=label) for i, (label, _) in enumerate(pairs)]
    answers = {case.text: answer if isinstance(answer, Verdict) else verdict(answer) for case, (_, answer) in zip(cases, pairs, strict=True)}
    return evaluate(cases, cast(ScamClassifier, Foretold(answers)))


FIVE: list[tuple[str, str | Verdict]] = [
    ("task_rebate", "task_rebate"), ("task_rebate", "task_rebate"), ("task_rebate", "romance"), ("romance", "romance"), ("romance", "task_rebate"),
]  # fmt: skip


def test_macro_f1_is_the_mean_of_the_f1_of_the_types() -> None:
    # 刷单: 2 right of 3 called and 3 labelled, 2/3. 婚恋: 1 of 2 and 2, 1/2.
    assert evaluated(FIVE).types.macro_f1 == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_accuracy_is_the_share_of_right_verdicts() -> None:
    assert evaluated(FIVE).types.accuracy == pytest.approx(3 / 5)


def test_each_type_has_its_precision_recall_f1_and_number_of_cases() -> None:
    found = evaluated([("task_rebate", "task_rebate"), ("task_rebate", "romance"), ("task_rebate", "romance"), ("romance", "romance")]).types.per_name
    assert found["task_rebate"] == pytest.approx({"precision": 1.0, "recall": 1 / 3, "f1": 1 / 2, "cases": 3})
    assert found["romance"] == pytest.approx({"precision": 1 / 3, "recall": 1.0, "f1": 1 / 2, "cases": 1})


def test_a_type_that_is_called_but_not_labelled_has_no_part_in_the_mean() -> None:
    scores = evaluated([("task_rebate", "task_rebate"), ("task_rebate", "game_trade")]).types
    assert scores.names == ("task_rebate",)
    assert scores.macro_f1 == pytest.approx(2 / 3)


def test_a_type_that_is_never_called_right_has_an_f1_of_nothing() -> None:
    assert evaluated([("task_rebate", "romance"), ("romance", "romance")]).types.per_name["task_rebate"]["f1"] == 0.0


def test_types_of_one_official_name_are_one_in_the_official_scores() -> None:
    found = evaluated([("flight_change", "fake_customer_service"), ("fake_customer_service", "flight_change"), ("romance", "romance")])
    assert found.official.macro_f1 == 1.0
    assert found.types.macro_f1 == pytest.approx(1 / 3)


def test_what_has_no_official_name_is_left_out_of_the_official_scores() -> None:
    found = evaluated([("phishing_theft", "phishing_theft"), (NOT_A_CASE, NOT_A_CASE), ("romance", "romance")])
    assert found.official.names == ("网络婚恋、交友类",)
    assert found.types.names == ("not_a_case", "phishing_theft", "romance")


def test_a_case_that_is_called_none_is_a_miss_of_its_official_name() -> None:
    found = evaluated([("romance", NOT_A_CASE), ("romance", "romance")])
    assert found.official.per_name["网络婚恋、交友类"]["recall"] == 0.5
    assert found.official.confusion == [("网络婚恋、交友类", NONE, 1)]
    assert found.types.confusion == [("romance", NOT_A_CASE, 1)]


def test_confusion_holds_the_wrong_verdicts_the_most_frequent_first() -> None:
    pairs: list[tuple[str, str | Verdict]] = [
        ("romance", "game_trade"), ("task_rebate", "romance"), ("task_rebate", "romance"), ("romance", "romance"), ("game_trade", "romance"),
    ]  # fmt: skip
    assert evaluated(pairs).types.confusion == [("task_rebate", "romance", 2), ("game_trade", "romance", 1), ("romance", "game_trade", 1)]


def test_cases_without_official_names_have_official_scores_of_nothing() -> None:
    official = evaluated([("crime_aiding", "crime_aiding")]).official
    assert (official.names, official.macro_f1, official.per_name, official.confusion) == ((), 0.0, {}, [])


CODES = ["task_rebate", "romance", "game_trade", "flight_change", "fake_customer_service", "crime_aiding", NOT_A_CASE]


@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), min_size=1, max_size=25))
@settings(deadline=None, max_examples=12)
def test_macro_f1_is_scikit_learns_over_the_labels_that_occur(pairs: list[tuple[str, str | Verdict]]) -> None:
    truth, called = [label for label, _ in pairs], [str(answer) for _, answer in pairs]
    expected = f1_score(truth, called, labels=sorted(set(truth)), average="macro", zero_division=0)
    assert evaluated(pairs).types.macro_f1 == pytest.approx(expected)


def test_the_interval_holds_the_macro_f1_and_is_the_same_every_time() -> None:
    pairs = FIVE * 12
    first, again = evaluated(pairs).types, evaluated(pairs).types
    assert first.interval == again.interval
    assert first.interval[0] < first.macro_f1 < first.interval[1]


def test_the_interval_narrows_with_more_cases() -> None:
    (few_low, few_high), (many_low, many_high) = evaluated(FIVE * 4).types.interval, evaluated(FIVE * 60).types.interval
    assert many_high - many_low < (few_high - few_low) / 2


def test_the_interval_of_a_faultless_model_is_a_point() -> None:
    assert evaluated([("romance", "romance"), ("task_rebate", "task_rebate")] * 10).types.interval == (1.0, 1.0)


@pytest.mark.parametrize(
    ("confidence", "right", "bins", "error"),
    [
        ([0.95, 0.95, 0.55, 0.55], [True, True, True, False], 10, 0.05),
        ([0.9, 0.9, 0.9, 0.9], [True, True, True, False], 10, 0.15),
        ([0.95, 0.05], [False, True], 10, 0.95),
        ([1.0, 1.0], [True, True], 10, 0.0),
        ([1.0, 1.0], [False, False], 15, 1.0),
        ([1.0, 0.95], [False, True], 10, 0.475),
        ([0.0], [True], 15, 1.0),
        ([0.6, 0.6, 0.6, 0.6, 0.6], [True, True, True, False, False], 15, 0.0),
        ([0.95, 0.85], [False, True], 10, 0.55),
        ([0.95, 0.85], [False, True], 1, 0.40),
    ],
)
def test_the_calibration_error_is_the_gap_of_confidence_and_accuracy_over_the_bins(
    confidence: list[float], right: list[bool], bins: int, error: float
) -> None:
    assert calibration_error(np.array(confidence), np.array(right), bins=bins) == pytest.approx(error)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40))
@settings(deadline=None, max_examples=150)
def test_the_calibration_error_is_between_nothing_and_one(pairs: list[tuple[float, bool]]) -> None:
    error = calibration_error(np.array([c for c, _ in pairs], dtype=float), np.array([r for _, r in pairs], dtype=bool))
    assert 0.0 <= error <= 1.0 + 1e-12


def test_reliability_tells_the_bins_whose_gaps_the_calibration_error_is() -> None:
    verdicts = [("romance", verdict("romance", 0.95)), ("loan_card", verdict("romance", 0.97)), ("romance", verdict("romance", 0.35))]
    found = evaluated(verdicts)
    assert [(row["cases"], row["confidence"], row["accuracy"]) for row in found.reliability] == [
        (1.0, pytest.approx(0.35), 1.0), (2.0, pytest.approx(0.96), 0.5),
    ]  # fmt: skip
    gaps = [row["cases"] / 3 * abs(row["confidence"] - row["accuracy"]) for row in found.reliability]
    assert found.calibration_error == pytest.approx(sum(gaps))


def test_the_calibration_error_of_verdicts_is_that_of_their_confidence() -> None:
    pairs: list[tuple[str, str | Verdict]] = [("romance", verdict("romance", 0.95)), ("romance", verdict("game_trade", 0.95))]
    assert evaluated(pairs).calibration_error == pytest.approx(0.45)


def test_the_confidence_in_an_official_name_is_that_of_all_its_types() -> None:
    both = replace(verdict("fake_customer_service", 0.6), ranking=(("fake_customer_service", 0.6), ("flight_change", 0.4)))
    assert evaluated([("flight_change", both)]).calibration_error == pytest.approx(0.0)


def test_the_confidence_that_a_text_is_no_case_is_calibrated_too() -> None:
    assert evaluated([(NOT_A_CASE, verdict(NOT_A_CASE, 0.8))]).calibration_error == pytest.approx(0.2)


def test_a_type_without_an_official_name_is_calibrated_by_its_own_probability() -> None:
    # A verdict names an official name beside every type: the one with the largest sum, however small.
    answer = verdict("phishing_theft", 0.95, official="网络婚恋、交友类")
    assert evaluated([("phishing_theft", answer)]).calibration_error == pytest.approx(0.05)


def test_a_right_and_sure_verdict_of_the_shipped_model_is_well_calibrated(classifier: ScamClassifier) -> None:
    text = "市民褚某点击短信里的链接进入仿冒银行网站，填写卡号、密码和验证码后，银行卡里的八千元被盗刷。"
    found = evaluate([Case(text=text, category="phishing_theft")], classifier)
    assert found.types.accuracy == 1.0
    assert found.calibration_error < 0.3


def test_the_surest_verdicts_are_scored_in_ten_steps() -> None:
    sure = [0.99, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55]
    pairs: list[tuple[str, str | Verdict]] = [("romance", verdict("romance" if c not in (0.9, 0.6) else "game_trade", c)) for c in sure]
    right = [1, 2, 2, 3, 4, 5, 6, 7, 7, 8]
    assert evaluated(pairs).surest == pytest.approx({f"{10 * n} %": right[n - 1] / n for n in range(1, 11)})


def test_of_fewer_than_ten_cases_the_surest_is_scored_first() -> None:
    pairs: list[tuple[str, str | Verdict]] = [("romance", verdict("romance", 0.9)), ("romance", verdict("game_trade", 0.6))]
    assert evaluated(pairs).surest == pytest.approx({f"{10 * n} %": 1.0 if n < 8 else 0.5 for n in range(1, 11)})


def test_the_brier_score_is_the_mean_squared_distance_from_right_and_wrong() -> None:
    pairs: list[tuple[str, str | Verdict]] = [("romance", verdict("romance", 0.9)), ("romance", verdict("game_trade", 0.6))]
    assert evaluated(pairs).brier == pytest.approx((0.1**2 + 0.6**2) / 2)


def test_the_brier_score_goes_by_the_confidence_in_the_official_name() -> None:
    answer = replace(verdict("fake_customer_service", 0.6), ranking=(("fake_customer_service", 0.6), ("flight_change", 0.3), ("romance", 0.1)))
    assert evaluated([("flight_change", answer)]).brier == pytest.approx(0.1**2)


def test_a_sure_and_right_model_has_a_brier_score_of_nothing_and_a_sure_and_wrong_one_of_one() -> None:
    assert evaluated([("romance", verdict("romance", 1.0))]).brier == 0.0
    assert evaluated([("romance", verdict("game_trade", 1.0))]).brier == 1.0


def test_the_order_of_the_cases_does_not_matter_to_the_surest() -> None:
    answers = [
        verdict("game_trade", 0.6),
        verdict("romance", 0.99),
        verdict("game_trade", 0.5),
        verdict("game_trade", 0.51),
        verdict("game_trade", 0.52),
    ]
    pairs: list[tuple[str, str | Verdict]] = [("romance", answer) for answer in answers]
    assert evaluated(pairs).surest["20 %"] == 1.0
    assert evaluated(pairs[::-1]).surest == evaluated(pairs).surest


def test_decisions_are_shares_and_accepted_ones_are_judged() -> None:
    found = evaluated(
        [
            ("romance", verdict("romance")),
            ("romance", verdict("game_trade")),
            ("romance", verdict("game_trade", 0.5, decision="review")),
            (NOT_A_CASE, verdict(NOT_A_CASE)),
        ]
    ).decisions
    assert found == pytest.approx({"accept": 0.5, "review": 0.25, "not_a_case": 0.25, "accepted_right": 0.5})


def test_where_nothing_is_accepted_nothing_accepted_is_right() -> None:
    assert evaluated([("romance", verdict("romance", 0.4, decision="review"))]).decisions["accepted_right"] == 0.0


def test_coverage_is_how_often_the_candidates_hold_the_type_overall_and_at_worst() -> None:
    found = evaluated(
        [
            ("romance", verdict("romance", candidates=("romance",))),
            ("romance", verdict("game_trade", candidates=("game_trade", "romance"))),
            ("game_trade", verdict("game_trade", candidates=("game_trade",))),
            ("game_trade", verdict("romance", candidates=("romance", "task_rebate", "loan_card"))),
        ]
    ).coverage
    assert found == pytest.approx({"overall": 0.75, "worst_type": 0.5, "mean_size": 7 / 4})


def test_coverage_of_what_is_no_case_counts_as_that_of_a_type() -> None:
    assert evaluated([(NOT_A_CASE, verdict("romance", candidates=("romance",))), ("romance", "romance")]).coverage["worst_type"] == 0.0


def test_each_labelled_type_has_its_confidence_accuracy_and_coverage() -> None:
    found = evaluated(
        [
            ("romance", verdict("romance", 0.9, candidates=("romance",))),
            ("romance", verdict("game_trade", 0.5, candidates=("game_trade", "romance", "loan_card"))),
            ("romance", verdict("game_trade", 0.7, candidates=("game_trade",))),
            (NOT_A_CASE, verdict(NOT_A_CASE, 0.8)),
        ]
    ).per_type
    assert list(found) == [NOT_A_CASE, "romance"]
    assert found["romance"] == pytest.approx({"cases": 3, "confidence": 0.7, "accuracy": 1 / 3, "coverage": 2 / 3, "mean_size": 5 / 3})
    assert found[NOT_A_CASE] == pytest.approx({"cases": 1, "confidence": 0.8, "accuracy": 1, "coverage": 1, "mean_size": 1})


def test_a_type_that_is_called_but_not_labelled_has_no_row() -> None:
    assert set(evaluated([("romance", "game_trade")]).per_type) == {"romance"}


@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), min_size=1, max_size=25))
@settings(deadline=None, max_examples=8)
def test_the_types_together_give_the_figures_of_all(pairs: list[tuple[str, str | Verdict]]) -> None:
    found = evaluated(pairs)
    rows = list(found.per_type.values())
    cases = np.array([row["cases"] for row in rows])
    assert cases.sum() == found.cases
    assert (cases * [row["coverage"] for row in rows]).sum() / found.cases == pytest.approx(found.coverage["overall"])
    assert min(row["coverage"] for row in rows) == pytest.approx(found.coverage["worst_type"])
    assert (cases * [row["mean_size"] for row in rows]).sum() / found.cases == pytest.approx(found.coverage["mean_size"])
    assert (cases * [row["accuracy"] for row in rows]).sum() / found.cases == pytest.approx(found.surest["100 %"])


def test_the_number_of_cases_is_told() -> None:
    assert evaluated(FIVE).cases == 5


def test_an_evaluation_becomes_plain_json_with_shares_of_four_places() -> None:
    found = plain(evaluated(FIVE))
    assert json.loads(json.dumps(found)) == found
    assert found["types"]["macro_f1"] == 0.5833
    assert set(found) == {
        "cases", "official", "types", "calibration_error", "brier", "reliability", "surest", "decisions", "coverage", "per_type",
    }  # fmt: skip


def test_no_narrative_stands_in_an_evaluation() -> None:
    assert "报案人" not in json.dumps(plain(evaluated(FIVE)), ensure_ascii=False)


def test_the_shipped_model_is_evaluated_alike_every_time(classifier: ScamClassifier) -> None:
    cases = [
        Case(text="褚女士在群里刷单，做完三单后对方说操作失误，要再充值六千元才能提现。", category="task_rebate"),
        Case(text="褚某收到航班取消的短信，拨打客服电话改签，共享屏幕后卡里的两万元没了。", category="flight_change"),
        Case(text="", category=NOT_A_CASE),
        Case(text="社区今天组织老人体检。\ud83d", category=NOT_A_CASE),
    ]
    assert plain(evaluate(cases, classifier)) == plain(evaluate(cases, classifier))
