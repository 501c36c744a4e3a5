"""Holds verdicts to being values that nobody changes, and contributions to being a sequence that travels light."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, asdict, fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import ScamClassifier
from classifier.verdict import Contributions, Cue, Verdict

STORY = "对方拉我进群做任务，先返了两单佣金，又说操作失误，要再充值才能提现。"
PAIRS = st.lists(st.tuples(st.text(min_size=1, max_size=4), st.floats(-1, 1)))


def made(pairs: list[tuple[str, float]]) -> Contributions:
    return Contributions([name for name, _ in pairs], range(len(pairs)), [share for _, share in pairs])


@pytest.fixture
def verdict(classifier: ScamClassifier) -> Verdict:
    return classifier.classify(STORY)


@pytest.mark.parametrize("name", [field.name for field in fields(Verdict)])
def test_a_verdict_cannot_be_changed(verdict: Verdict, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(verdict, name, None)


@pytest.mark.parametrize("name", ["text", "start", "end", "weight"])
def test_a_cue_cannot_be_changed(name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(Cue("做任务", 0, 3, 0.5), name, None)


@pytest.mark.parametrize("value", [Cue("做任务", 0, 3, 0.5), Contributions(["刷单"], [0], [0.5])])
def test_nothing_can_be_hung_on_a_value(value: object) -> None:
    with pytest.raises((AttributeError, TypeError)):
        value.remark = "备注"  # type: ignore[attr-defined]


def test_a_verdict_has_the_fields_that_are_promised() -> None:
    assert [field.name for field in fields(Verdict)] == [
        "category", "name", "official", "confidence", "decision", "candidates", "ranking", "margin", "contributions", "remainder", "cues",
        "candidate_cues",
    ]  # fmt: skip


def test_equal_texts_have_equal_verdicts_that_count_as_one(classifier: ScamClassifier, verdict: Verdict) -> None:
    again = classifier.classify(STORY)
    assert again == verdict
    assert len({again, verdict}) == 1


def test_verdicts_that_differ_in_one_share_are_not_equal(verdict: Verdict) -> None:
    pairs = list(verdict.contributions)
    other = replace(verdict, contributions=made([*pairs[:-1], (pairs[-1][0], pairs[-1][1] + 1)]))
    assert other != verdict


@pytest.mark.parametrize("again", [lambda value: pickle.loads(pickle.dumps(value)), copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
def test_a_verdict_survives_the_way_from_one_process_to_another(verdict: Verdict, again: object) -> None:
    assert again(verdict) == verdict  # type: ignore[operator]


def test_a_verdict_travels_without_the_names_of_all_terms(classifier: ScamClassifier, verdict: Verdict) -> None:
    parcel = pickle.dumps(verdict)
    missing = next(name for name in classifier.model.vocabulary[0] if len(name) >= 3 and name not in STORY)
    assert missing.encode() not in parcel
    assert len(parcel) < 20_000


def test_a_verdict_can_be_taken_apart(verdict: Verdict) -> None:
    plain = asdict(verdict)
    assert plain["category"] == verdict.category
    assert plain["contributions"] == verdict.contributions
    assert plain["cues"] == tuple(asdict(cue) for cue in verdict.cues)


# --- contributions


@settings(max_examples=200, deadline=None)
@given(PAIRS)
def test_contributions_are_the_sequence_of_their_pairs(pairs: list[tuple[str, float]]) -> None:
    contributions = made(pairs)
    assert isinstance(contributions, Sequence)
    assert list(contributions) == pairs
    assert len(contributions) == len(pairs)
    assert list(reversed(contributions)) == pairs[::-1]
    assert [contributions[i] for i in range(-len(pairs), len(pairs))] == pairs * 2
    assert all(pair in contributions for pair in pairs)


@settings(max_examples=200, deadline=None)
@given(PAIRS, st.slices(12))
def test_a_slice_of_contributions_is_a_tuple_of_pairs(pairs: list[tuple[str, float]], cut: slice) -> None:
    assert made(pairs)[cut] == tuple(pairs[cut])


@settings(max_examples=200, deadline=None)
@given(PAIRS)
def test_contributions_travel_whole(pairs: list[tuple[str, float]]) -> None:
    assert list(pickle.loads(pickle.dumps(made(pairs)))) == pairs


@pytest.mark.parametrize("index", [1, -2, 100])
def test_a_contribution_that_is_not_there_is_an_index_error(index: int) -> None:
    with pytest.raises(IndexError):
        made([("刷单", 0.5)])[index]


def test_no_contributions_are_empty_and_false() -> None:
    assert list(Contributions()) == []
    assert not Contributions()


def test_contributions_name_the_rows_of_the_model_and_no_others() -> None:
    contributions = Contributions(["刷单", "贷款", "¹刷"], np.array([0, 2]), np.array([0.5, -0.25], dtype=np.float32))
    assert list(contributions) == [("刷单", 0.5), ("¹刷", -0.25)]
    assert all(type(share) is float for _, share in contributions)


def test_equal_contributions_are_equal_wherever_their_names_come_from() -> None:
    one = Contributions(["刷单", "贷款", "¹刷"], np.array([0, 2]), np.array([0.5, -0.25]))
    other = Contributions(("刷单", "¹刷"), range(2), (0.5, -0.25))
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    "other", [made([("刷单", 0.25)]), made([("贷款", 0.5)]), made([]), made([("刷单", 0.5)] * 2), (("刷单", 0.5),), None, "刷单"]
)
def test_other_contributions_are_not_equal(other: object) -> None:
    assert made([("刷单", 0.5)]) != other


def test_contributions_cannot_be_changed() -> None:
    contributions = made([("刷单", 0.5)])
    with pytest.raises(TypeError):
        contributions[0] = ("贷款", 1.0)  # type: ignore[index]
    with pytest.raises(TypeError):
        del contributions[0]  # type: ignore[attr-defined]


def test_contributions_show_their_pairs() -> None:
    assert repr(made([("刷单", 0.5)])) == "Contributions([('刷单', 0.5)])"


def test_rows_and_shares_that_are_not_in_step_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(Contributions(["刷单", "贷款"], [0, 1], [0.5]))
