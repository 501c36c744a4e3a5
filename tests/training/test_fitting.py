"""Holds training to its promises: the runtime is the pipeline, the shipped model can be made again, held-out cases are not trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import InputError, ScamClassifier
from classifier.loading import shipped_model
from classifier.normalise import normalise
from classifier.scoring import Scorer
from training import fit
from training.cases import Case
from training.corpus import Corpus, build_corpus, seeds_folder
from training.fitting import LEAST_CASES, Fitted, _folds, fit_corpus, vocabulary_of
from training.report import documents_of
from training.underlined import read_underlined, telling


@pytest.fixture(scope="module")
def fitted(corpus: Corpus) -> Fitted:
    return fit_corpus(corpus)


@pytest.fixture(scope="module")
def retrained(corpus: Corpus, fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "again"
    fitted.model.save(folder, documents_of(corpus, fitted)[0])
    return folder


def test_the_margins_of_the_runtime_are_those_of_the_pipeline_on_the_whole_corpus(corpus: Corpus, fitted: Fitted) -> None:
    scorer = Scorer(fitted.model)
    ours = np.stack([scorer.score(normalise(case.text).text).margins for case in corpus.cases])
    theirs = fitted.pipeline.decision_function([case.text for case in corpus.cases])
    columns = [list(fitted.pipeline.classes_).index(code) for code in fitted.model.codes]
    assert np.abs(ours - theirs[:, columns]).max() < 1e-5


def test_training_again_gives_the_shipped_model_byte_for_byte(retrained: Path) -> None:
    shipped = shipped_model()
    names = {file.name for file in retrained.iterdir()}
    assert names == {file.name for file in shipped.iterdir()} - {"run.json"}
    for name in names:
        assert (retrained / name).read_bytes() == (shipped / name).read_bytes(), name


def test_the_shipped_model_is_small(retrained: Path) -> None:
    assert sum(file.stat().st_size for file in retrained.iterdir()) <= 5_000_000


def test_every_term_occurs_in_enough_training_cases_that_are_no_twins(corpus: Corpus, fitted: Fitted) -> None:
    documents = [fitted.pipeline.named_steps["tfidf"].get_params()["analyzer"](case.text) for case in corpus.split(held_out=False)]
    groups = [group for group, out in zip(corpus.groups, corpus.out, strict=True) if not out]
    assert vocabulary_of(documents, groups, LEAST_CASES) == list(Scorer(fitted.model).names)


def test_a_word_of_two_twins_and_one_other_case_is_not_in_a_vocabulary() -> None:
    documents = [["甲", "乙"], ["甲", "乙"], ["甲"], ["乙", "丙"]]
    assert vocabulary_of(documents, [0, 0, 2, 3], least=3) == []
    assert vocabulary_of(documents, [0, 1, 2, 3], least=3) == ["乙", "甲"]


def test_no_personal_name_or_number_of_a_narrative_is_a_term(fitted: Fitted) -> None:
    names = Scorer(fitted.model).names
    assert not any(char.isdigit() for name in names for char in name.lstrip("¹²"))
    assert not any("某" in name and len(name) > 2 and name[0] in "张王李赵刘陈" for name in names)


def test_fit_gives_a_model_that_classifies(corpus: Corpus, tmp_path: Path) -> None:
    two = ("task_rebate", "fake_military")
    cases = [case for code in two for case in [c for c in corpus.cases if c.category == code][:60]]
    fit(cases).save(tmp_path / "model")
    verdict = ScamClassifier.load(tmp_path / "model").classify("自称部队的采购员向饭店订餐，又要老板先垫付货款向供应商买罐头")
    assert verdict.category == "fake_military"
    assert [code for code, _ in verdict.ranking] == ["fake_military", "task_rebate"]


# --- what is left out to calibrate on


def left_out(batches: list[str], truth: list[int]) -> list[list[int]]:
    """The cases that each fold leaves out; the rest must be all others."""
    folds = _folds(batches, np.array(truth))
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
    folds = _folds([batch for batch, _ in pairs], truth)
    out = [case for _, left in folds for case in left.tolist()]
    assert len(set(out)) == len(out)
    assert all(set(truth[rest]) == set(truth) for rest, _ in folds)


def test_the_shipped_model_is_calibrated_on_all_but_the_rarest(corpus: Corpus) -> None:
    cases = corpus.split(held_out=False)
    codes = sorted({str(case.category) for case in cases})
    folds = _folds([case.batch or case.source for case in cases], np.array([codes.index(str(case.category)) for case in cases]))
    assert len(folds) >= 7
    assert sum(len(left) for _, left in folds) == len(cases)


def test_what_underlined_narratives_say_of_terms_is_in_the_model(fitted: Fitted) -> None:
    told = telling(Scorer(fitted.model).names, read_underlined(seeds_folder() / "underlined" / "telling.jsonl"))
    assert np.array_equal(fitted.model.telling, told)
    assert (told > 0).any()
    assert (told < 0).any()


def test_one_class_alone_cannot_be_trained_on() -> None:
    with pytest.raises(InputError, match="至少需要两个类别"):
        fit([Case(text="刷单垫付", category="task_rebate")])


def test_held_out_cases_change_nothing_in_the_model(corpus: Corpus) -> None:
    few = [case for case, out in zip(corpus.cases, corpus.out, strict=True) if not out][::40]
    held = corpus.split(held_out=True)[:30]
    with_them, without = fit_corpus(build_corpus([*few, *held])).model, fit_corpus(build_corpus(few)).model
    assert with_them.vocabulary == without.vocabulary
    assert np.array_equal(with_them.coef, without.coef)
    assert (with_them.temperature, with_them.doubt, with_them.thresholds) == (without.temperature, without.doubt, without.thresholds)
