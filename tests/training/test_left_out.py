"""Holds the folds to leaving out a whole writer or parts of the user's cases, and the weight of those to what reads them best."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from training.corpus import Corpus
from training.left_out import (
    _MOST_OWN,
    LEAST_OWN,
    Counted,
    Fold,
    _with_fewer_own,
    batch_folds,
    find_own_weight,
    left_out_margins,
    own_folds,
)


def shipped(truth: list[int]) -> Counted:
    return counted(truth, [False] * len(truth))


def shipped_folds(batches: list[str], truth: list[int]) -> list[Fold]:
    return batch_folds(batches, np.array(truth), np.zeros(len(truth), dtype=bool))


def counted(truth: list[int], own: list[bool], terms: list[list[int]] | None = None) -> Counted:
    counts = np.array(terms, dtype=float) if terms else np.ones((len(truth), 1))
    return Counted(csr_matrix(counts), np.array(truth), np.arange(len(truth)), np.array(own))


def left_out(batches: list[str], truth: list[int]) -> list[list[int]]:
    """The cases that each fold leaves out; the rest must be all others."""
    folds = shipped_folds(batches, truth)
    for rest, left in folds:
        assert sorted([*rest, *left]) == list(range(len(truth)))
    return [left.tolist() for _, left in folds]


TWO = [0, 1] * 30  # a batch of sixty cases of both classes


def test_each_writers_batch_of_several_classes_is_left_out_as_a_whole() -> None:
    assert left_out(["甲"] * 60 + ["乙"] * 60, TWO * 2) == [list(range(60)), list(range(60, 120))]


def test_a_batch_of_one_class_is_no_fold_but_left_out_in_parts() -> None:
    three = [0, 1, 2] * 20
    folds = left_out(["甲"] * 60 + ["非案情"] * 60 + ["乙"] * 60, three + [2] * 60 + three)
    writers, parts = folds[:2], folds[2:]
    assert writers == [list(range(60)), list(range(120, 180))]
    assert [len(part) for part in parts] == [12] * 5
    assert sorted(case for part in parts for case in part) == list(range(60, 120))


def test_small_batches_are_left_out_in_five_parts_together() -> None:
    folds = left_out(["甲"] * 60 + ["乙"] * 20 + ["丙"] * 20, TWO + [0, 1] * 20)
    assert folds[0] == list(range(60))
    assert [len(part) for part in folds[1:]] == [8] * 5
    assert folds[1] == list(range(60, 100, 5))


def test_a_batch_without_which_a_class_would_be_missing_is_no_fold() -> None:
    folds = left_out(["甲"] * 60 + ["乙"] * 60, [0, 1, 2] * 20 + TWO)
    assert folds[0] == list(range(60, 120))
    assert len(folds) == 6


def test_a_class_of_one_case_is_never_left_out() -> None:
    folds = left_out(["甲"] * 10, [0, 1] * 4 + [1, 2])
    assert 9 not in [case for fold in folds for case in fold]
    assert sorted(case for fold in folds for case in fold) == list(range(9))


@given(st.lists(st.tuples(st.sampled_from("甲乙丙丁"), st.integers(0, 3)), min_size=2, max_size=150))
@settings(deadline=None, max_examples=100)
def test_no_case_is_left_out_twice_and_no_fold_lacks_a_class(pairs: list[tuple[str, int]]) -> None:
    _, truth = np.unique([label for _, label in pairs], return_inverse=True)
    folds = shipped_folds([batch for batch, _ in pairs], truth.tolist())
    out = [case for _, left in folds for case in left.tolist()]
    assert len(set(out)) == len(out)
    assert all(set(truth[rest]) == set(truth) for rest, _ in folds)


def test_the_shipped_model_is_calibrated_on_all_but_the_rarest(corpus: Corpus) -> None:
    cases = corpus.split(held_out=False)
    codes = sorted({str(case.category) for case in cases})
    folds = shipped_folds([case.batch or case.source for case in cases], [codes.index(str(case.category)) for case in cases])
    assert len(folds) >= 7
    assert sum(len(left) for _, left in folds) == len(cases)


# --- the user's own cases


def test_the_users_cases_are_left_out_in_five_parts_and_never_with_a_writer() -> None:
    data = counted(TWO * 2, [False] * 60 + [True] * 60)
    writers, parts = batch_folds(["甲"] * 120, data.truth, data.own), own_folds(data)
    assert sorted(i for _, left in writers for i in left) == list(range(60))
    assert [len(left) for _, left in parts] == [12] * 5
    assert sorted(i for _, left in parts for i in left) == list(range(60, 120))


def test_near_twins_of_the_user_are_left_out_together() -> None:
    data = counted([0, 1] * 10, [True] * 20)
    twins = Counted(data.counts, data.truth, np.arange(20) // 2, data.own)
    assert all(len(set(left.tolist()) & {i, i + 1}) != 1 for _, left in own_folds(twins) for i in range(0, 20, 2))


def test_without_cases_of_the_users_there_is_nothing_to_weigh() -> None:
    assert own_folds(shipped(TWO)) == []
    assert find_own_weight(shipped(TWO)) == 1.0
    assert find_own_weight(counted(TWO, [True] * 60)) == 1.0


def test_few_cases_of_the_users_count_as_any_others() -> None:
    assert find_own_weight(counted(TWO * 2, [False] * 60 + [True] * 60)) == 1.0


def test_of_many_cases_of_the_user_a_part_decides_with_something_of_every_class() -> None:
    n = 3 * _MOST_OWN
    truth = [0, 1] * (n // 2) + [2]
    data = counted([0, 1, 2, *truth], [False] * 3 + [True] * (n + 1))
    fewer = _with_fewer_own(data)
    assert fewer.own.sum() <= _MOST_OWN + 3
    assert np.bincount(fewer.truth[fewer.own]).tolist()[2] == 1
    assert abs(np.diff(np.bincount(fewer.truth[fewer.own])[:2])[0]) <= 1
    assert (~fewer.own).sum() == 3
    assert fewer.counts.shape[0] == len(fewer.truth) == len(fewer.members)
    few = counted(TWO, [True] * 60)
    assert _with_fewer_own(few) is few


def test_cases_of_the_user_that_contradict_the_shipped_ones_weigh_as_much_as_it_takes() -> None:
    # A word that means one type in the shipped cases means the other in the user's, of which there are fewer.
    n = LEAST_OWN
    truth = [0, 1] * n + [1, 0] * (n // 2)
    words = [[1, 0], [0, 1]] * (n + n // 2)
    data = counted(truth, [False] * 2 * n + [True] * n, words)
    weight = find_own_weight(data)
    right = {w: (left_out_margins(data, own_folds(data), w)[data.own].argmax(axis=1) == data.truth[data.own]).mean() for w in (1.0, weight)}
    assert weight > 1
    assert right == {1.0: 0.0, weight: 1.0}
