"""Holds training to its promises: the runtime is the pipeline, the shipped model can be made again, held-out cases are not trained on."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from classifier import InputError, ScamClassifier
from classifier.loading import shipped_model
from classifier.normalise import normalise
from classifier.scoring import Scorer
from classifier.terms import analyse
from training import fit
from training.cases import Case
from training.corpus import Corpus, build_corpus, seeds_folder
from training.fitting import Fitted, count_terms, fit_corpus
from training.left_out import LEAST_CASES
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
    of_term = defaultdict(set)
    for group, document in zip(groups, documents, strict=True):
        for term in document:
            of_term[term].add(group)
    assert {term for term, of in of_term.items() if len(of) >= LEAST_CASES} == set(Scorer(fitted.model).names)


def test_a_word_of_two_twins_and_one_other_case_is_not_in_a_vocabulary() -> None:
    documents = [["甲", "乙"], ["甲", "乙"], ["甲"], ["乙", "丙"]]
    assert count_terms(documents, np.array([0, 0, 1, 2]), least=3)[1] == []
    assert count_terms(documents, np.array([0, 1, 2, 3]), least=3)[1] == ["乙", "甲"]


def test_terms_are_counted_as_scikit_learn_counts_them(corpus: Corpus) -> None:
    documents = [analyse(case.text) for case in corpus.cases[:200]]
    counts, terms = count_terms(documents, np.arange(200))
    expected = CountVectorizer(analyzer=list, vocabulary=terms, dtype=np.float64).fit_transform(documents)
    assert (counts != expected).nnz == 0
    assert counts.dtype == expected.dtype


def test_of_many_cases_it_is_told_how_many_are_read() -> None:
    told = []
    count_terms([["甲"]] * 20_001, np.arange(20_001), progress=lambda step, **how: told.append((step, how)))
    assert told == [("read", {"done": done, "total": 20_001}) for done in (10_000, 20_000)]


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
