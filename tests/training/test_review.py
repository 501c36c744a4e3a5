"""Holds the search for wrong labels to finding planted ones first, and its file to going back into training as it is."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier.cli.app import main
from classifier.taxonomy import load_taxonomy
from training.added import read_added
from training.cases import Case
from training.corpus import Corpus, build_corpus
from training.review.labels import _ranked, suspects

CODES = ("task_rebate", "fake_military", "romance", "sextortion", "loan_card")


@pytest.fixture(scope="module")
def rows(corpus: Corpus) -> list[Case]:
    return [replace(case, source="案件.csv") for code in CODES for case in [each for each in corpus.cases if each.category == code][:80]]


@pytest.fixture(scope="module")
def planted(rows: list[Case]) -> tuple[list[Case], set[str]]:
    generator = np.random.default_rng(1)
    wrong = set(generator.choice(len(rows), len(rows) // 20, replace=False).tolist())
    changed = [
        replace(case, category=next(code for code in CODES[i % 5 :] + CODES if code != case.category)) if i in wrong else case
        for i, case in enumerate(rows)
    ]
    return changed, {rows[i].text for i in wrong}


def test_the_first_tenth_holds_most_of_the_planted_errors(planted: tuple[list[Case], set[str]], rows: list[Case]) -> None:
    cases, wrong = planted
    found = suspects(build_corpus([], cases), load_taxonomy())
    assert len(found) == len(cases)
    first = found[: len(found) // 10]
    hits = [suspect for suspect in first if suspect.case.text in wrong]
    assert len(hits) >= 0.85 * len(wrong)
    right = {case.text: case.category for case in rows}
    assert sum(suspect.suggested == right[suspect.case.text] for suspect in hits) >= 0.8 * len(hits)
    assert [suspect.given_probability for suspect in found] == sorted(suspect.given_probability for suspect in found)


def test_shipped_cases_are_never_suspects(planted: tuple[list[Case], set[str]]) -> None:
    cases, _ = planted
    found = suspects(build_corpus(cases[::2], cases[1::2]), load_taxonomy())
    assert {suspect.case.text for suspect in found} <= {case.text for case in cases[1::2]}


def test_another_type_is_suggested_where_it_is_as_sure_as_usual() -> None:
    share = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.1, 0.8, 0.1], [0.3, 0.4, 0.3], [0.0, 0.1, 0.9]])
    found = _ranked(share, np.array([0, 0, 1, 2, 2]))
    assert [case for case, _, _ in found] == [1, 3, 2, 0, 4]
    assert found[0] == (1, 1, False)  # 0.7 is less than the usual 0.8
    share[1] = [0.05, 0.85, 0.1]
    assert _ranked(share, np.array([0, 0, 1, 2, 2]))[0] == (1, 1, True)


def test_the_file_goes_back_into_training_once_its_label_is_filled_in(
    planted: tuple[list[Case], set[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases, wrong = planted
    table, out = tmp_path / "案件.csv", tmp_path / "复查.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("简要案情", "类别"), *((case.text, case.category) for case in cases)])
    assert main(["review", str(table), "--without-shipped", "-o", str(out), "--limit", "30"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert not any(text[:12] in said.err for text in wrong)
    assert out.stat().st_mode & 0o777 == 0o600
    with out.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert len(lines) == 30
    assert sum(line["案情"] in wrong for line in lines) >= 0.8 * len(wrong)
    texts = [case.text for case in cases]
    assert all(int(line["行"]) == texts.index(line["案情"]) + 2 for line in lines)
    assert {line["标签"] for line in lines} == {""}
    lines[0]["标签"] = "刷单返利"
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    [added] = read_added([out], load_taxonomy())
    assert (added.text, added.category) == (lines[0]["案情"], "task_rebate")
    assert main(["review", str(table), "-o", str(table)]) == 1
    assert main(["review", str(table), "-o", str(out)]) == 1
