"""Holds the gate to closing on a type that is read worse by more than chance, on nothing else, and to telling no narrative in the terminal."""

from __future__ import annotations

import math
from dataclasses import replace
from html import unescape

import pytest

from classifier import ScamClassifier
from classifier.taxonomy import load_taxonomy
from training.cases import Case
from training.corpus import Corpus, build_corpus
from training.fitting import fit_corpus
from training.gate import LEAST_JUDGED, compare, never_seen
from training.gate_text import lines, page
from training.heldout import draws_out

CODES = ("task_rebate", "fake_military", "romance")


@pytest.fixture(scope="module")
def trained(corpus: Corpus) -> list[Case]:
    return [case for code in CODES for case in [each for each in corpus.split(held_out=False) if each.category == code][:70]]


@pytest.fixture(scope="module")
def held_out(corpus: Corpus) -> list[Case]:
    return [case for code in CODES for case in [each for each in corpus.split(held_out=True) if each.category == code][:25]]


@pytest.fixture(scope="module")
def old(trained: list[Case]) -> ScamClassifier:
    return ScamClassifier(fit_corpus(build_corpus(trained)).model)


def spoilt(cases: list[Case], code: str, into: str) -> list[Case]:
    return [replace(case, category=into) if case.category == code and i % 5 else case for i, case in enumerate(cases)]


def test_a_model_beside_itself_changes_nothing(old: ScamClassifier, held_out: list[Case]) -> None:
    comparison = compare(old, old, {"shipped": held_out, "own": []})
    [each] = comparison.sets
    assert (each.name, each.cases, each.old, each.flips, each.phrases) == ("shipped", len(held_out), each.new, (), ())
    assert all((change.low, change.high, change.old) == (0.0, 0.0, change.new) for change in each.types)
    assert (comparison.fell, comparison.taken) == ((), {})


def test_a_type_that_is_read_worse_by_more_than_chance_closes_the_gate(old: ScamClassifier, trained: list[Case], held_out: list[Case]) -> None:
    new = ScamClassifier(fit_corpus(build_corpus(spoilt(trained, "romance", "task_rebate"))).model)
    comparison = compare(old, new, {"shipped": held_out})
    assert "romance" in comparison.fell
    [change] = [change for change in comparison.sets[0].types if change.code == "romance"]
    assert change.new < change.old
    assert change.high < 0
    assert all(flip.old != flip.new for flip in comparison.sets[0].flips)
    assert compare(new, old, {"shipped": held_out}).fell == ()


def test_a_type_of_few_held_out_cases_closes_nothing(old: ScamClassifier, trained: list[Case], held_out: list[Case]) -> None:
    new = ScamClassifier(fit_corpus(build_corpus(spoilt(trained, "romance", "task_rebate"))).model)
    few = [case for case in held_out if case.category != "romance"] + [case for case in held_out if case.category == "romance"][: LEAST_JUDGED - 1]
    assert "romance" not in compare(old, new, {"own": few}).fell


def test_a_new_type_tells_what_it_took_from_the_old_ones(old: ScamClassifier, trained: list[Case], held_out: list[Case]) -> None:
    taxonomy = load_taxonomy().extended([{"code": "cats", "name": "猫类"}])
    relabelled = [replace(case, category="cats") if case.category == "romance" else case for case in trained]
    new = ScamClassifier(fit_corpus(build_corpus(relabelled), taxonomy=taxonomy).model)
    comparison = compare(old, new, {"own": [replace(case, category="cats") if case.category == "romance" else case for case in held_out]})
    assert max(comparison.taken["cats"], key=comparison.taken["cats"].__getitem__) == "romance"
    assert comparison.fell == ("romance",)  # it is not known any more
    assert compare(old, new, {"own": []}).fell == ("romance",)
    assert any("猫类" in line and "网络婚恋" in line for line in lines(comparison, new.taxonomy))


def test_the_terminal_tells_no_narrative_and_the_page_all_that_changed(old: ScamClassifier, trained: list[Case], held_out: list[Case]) -> None:
    new = ScamClassifier(fit_corpus(build_corpus(spoilt(trained, "romance", "task_rebate"))).model)
    comparison = compare(old, new, {"shipped": held_out})
    shown, written = "\n".join(lines(comparison, new.taxonomy)), page(comparison, new.taxonomy, "新与旧")
    flips = comparison.sets[0].flips
    assert flips
    for flip in flips:
        first = flip.case.text.splitlines()[0]
        assert first not in shown
        assert first in unescape(written)
    assert "变差超出偶然范围" in shown
    assert "default-src 'none'" in written
    assert comparison.figures()["shipped"]["types"]["romance"]["f1"] == [
        round(value, 4) for change in comparison.sets[0].types if change.code == "romance" for value in (change.old, change.new)
    ]
    assert comparison.figures()["shipped"]["flips"] == len(flips)


def test_nothing_of_a_narrative_is_markup_of_the_page(old: ScamClassifier, trained: list[Case], held_out: list[Case]) -> None:
    new = ScamClassifier(fit_corpus(build_corpus(spoilt(trained, "romance", "task_rebate"))).model)
    marked = [replace(case, text="<script>alert(1)</script>" + case.text, source="<b>.csv:1") for case in held_out]
    written = page(compare(old, new, {"own": marked}), new.taxonomy, "<i>")
    assert "&lt;script&gt;" in written
    assert not any(tag in written for tag in ("<script", "<b>.csv", "<i>"))


def test_a_type_that_one_model_alone_declared_is_told_by_its_code(old: ScamClassifier, trained: list[Case], held_out: list[Case]) -> None:
    taxonomy = load_taxonomy().extended([{"code": "cats", "name": "猫类"}])
    relabelled = [replace(case, category="cats") if case.category == "romance" else case for case in trained]
    with_cats = ScamClassifier(fit_corpus(build_corpus(relabelled), taxonomy=taxonomy).model)
    cats = [replace(case, category="cats") if case.category == "romance" else case for case in held_out]
    comparison = compare(with_cats, old, {"own": cats})
    assert comparison.fell == ("cats",)
    assert "cats" in lines(comparison, old.taxonomy)[-1]
    assert "cats" in page(comparison, old.taxonomy, "")


def test_calibration_is_compared_on_the_cases_whose_type_both_know(old: ScamClassifier, trained: list[Case], held_out: list[Case]) -> None:
    taxonomy = load_taxonomy().extended([{"code": "cats", "name": "猫类"}])
    relabelled = [replace(case, category="cats") if case.category == "romance" else case for case in trained]
    new = ScamClassifier(fit_corpus(build_corpus(relabelled), taxonomy=taxonomy).model)
    known = [case for case in held_out if case.category != "romance"]
    cats = [replace(case, category="cats") for case in held_out if case.category == "romance"]
    assert compare(old, new, {"own": [*known, *cats]}).sets[0].calibration == compare(old, new, {"own": known}).sets[0].calibration
    [only_new] = compare(old, new, {"own": cats}).sets
    assert all(map(math.isnan, only_new.calibration))
    assert "–" in lines(compare(old, new, {"own": cats}), new.taxonomy)[0]


def test_models_are_compared_on_what_neither_can_have_seen(corpus: Corpus) -> None:
    out = next(case for case, held in zip(corpus.cases, corpus.out, strict=True) if held and draws_out(case.text))
    seen = next(case for case, held in zip(corpus.cases, corpus.out, strict=True) if not held)
    # A twin of a case that was trained on takes it along out of training now; the model of before has seen it.
    sets = never_seen([out, seen, out], [False, False, True])
    assert sets == {"shipped": [out], "own": [out]}
