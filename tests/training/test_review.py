"""Holds the search for wrong labels to finding planted ones first, and its file to going back into training as it is."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from classifier import InputError, ScamClassifier
from classifier.cli.app import main
from classifier.taxonomy import load_taxonomy
from training.added import read_added, read_unlabelled
from training.cases import Case
from training.corpus import Corpus, build_corpus
from training.review.labels import _ranked, suspects
from training.review.next import MOST_GROUPS, choose, next_to_label
from training.review.written import write_review

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


# --- what to label next

STARTS = (
    "出差前我把家里的猫放在网友家寄养半个月，", "小区群里有人说可以代养宠物，我就把金毛送过去了，", "网上找了一家宠物寄养中心，说环境好还能看监控，",
    "朋友介绍的寄养家庭，我把柯基和狗粮都交给了她，", "放假回老家，布偶猫没人管，在平台上约了上门寄养，",
)  # fmt: skip
ENDS = (
    "到时间去接，地址是假的，人也把我拉黑了。", "后来发来一张别人的照片，说我的宠物跑丢了。", "一直推说没空，不肯把宠物还给我，还要再交饲养费。",
    "去店里一看根本没有这家寄养中心，电话也打不通。", "收了寄养的钱以后说要买保险才能接回宠物，不买就不还。",
)  # fmt: skip


@pytest.fixture(scope="module")
def pets() -> list[str]:
    return [start + end for i, start in enumerate(STARTS) for end in (ENDS[i], ENDS[(i + 2) % 5])]


@pytest.fixture(scope="module")
def held_out(corpus: Corpus) -> list[str]:
    return [case.text for case in corpus.split(held_out=True)]


@pytest.fixture(scope="module")
def classifier() -> ScamClassifier:
    return ScamClassifier.load()


def test_cases_of_a_type_that_nobody_listed_come_as_a_group_with_their_words(
    held_out: list[str], pets: list[str], classifier: ScamClassifier
) -> None:
    picks = next_to_label([*held_out, *pets], classifier, 20)
    first = [pick for pick in picks if pick.group == 1]
    assert sum(pick.number >= len(held_out) for pick in first) >= max(4, 0.8 * len(first))
    assert "寄养" in first[0].phrases
    assert sum(not pick.group for pick in picks) == 20
    assert len({pick.number for pick in picks}) == len(picks)
    assert max(pick.group for pick in picks) <= MOST_GROUPS


def test_what_is_picked_is_less_certain_than_the_rest_and_no_text_comes_with_its_twin(held_out: list[str], classifier: ScamClassifier) -> None:
    doubled = [text for text in held_out[:300] for _ in range(2)]
    doubled[1::2] = [f"{text}后报警。" for text in held_out[:300]]
    picks = next_to_label(doubled, classifier, 30)
    assert len({pick.number // 2 for pick in picks}) == len(picks)
    of_all = np.mean([verdict.confidence for verdict in classifier.classify_many(doubled, cues=False)])
    assert np.mean([pick.verdict.confidence for pick in picks]) < of_all - 0.2


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_texts_are_all_picked(held_out: list[str], classifier: ScamClassifier, count: int) -> None:
    picks = next_to_label(held_out[:count], classifier, 10)
    assert sorted(pick.number for pick in picks) == list(range(count))


def test_those_chosen_are_spread_over_what_the_texts_tell() -> None:
    counts = csr_matrix(np.eye(2)[[0, 0, 0, 0, 1, 1]])
    assert set(counts[choose(np.zeros(6), counts, 2)].indices.tolist()) == {0, 1}
    assert choose(np.linspace(0.0, 0.5, 6), counts, 6).tolist() == [0, 1, 2, 3, 4, 5]
    assert choose(np.array([0.0, 0.0, 0.0, 0.9, 0.1, 0.1]), counts, 1)[0] != 3  # six are not among the three least certain
    assert choose(np.array([0.3, 0.1]), counts[:2], 5).tolist() == [1, 0]


@pytest.mark.parametrize("name", ["标注.csv", "标注.xlsx"])
def test_the_picks_are_a_file_that_goes_back_into_training(
    held_out: list[str], pets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    table, out = tmp_path / "未标注.jsonl", tmp_path / name
    rows = [json.dumps({"案情描述": text}, ensure_ascii=False) for text in [*held_out[:200], *pets]]
    table.write_text("\n".join(rows), encoding="utf-8")
    assert main(["review", str(table), "--next", "--limit", "20", "-o", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "--relabel" in said.err
    assert out.stat().st_mode & 0o777 == 0o600
    lines = pd.read_excel(out, engine="calamine") if name.endswith("xlsx") else pd.read_csv(out)
    assert lines["标签"].isna().all()
    assert lines["行"].tolist() == [[*held_out[:200], *pets].index(text) + 1 for text in lines["案情"]]
    with pytest.raises(InputError):
        read_added([out], load_taxonomy())  # nobody has filled it in
    lines["标签"] = lines["标签"].astype(object)
    lines.loc[3, "标签"] = "刷单返利"
    lines.to_csv(tmp_path / "填好.csv", index=False)
    [added] = read_added([tmp_path / "填好.csv"], load_taxonomy())
    assert (added.text, added.category) == (lines.loc[3, "案情"], "task_rebate")


def test_without_a_file_a_short_table_tells_no_narrative(held_out: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "未标注.csv"
    pd.DataFrame({"案情": held_out[:40]}).to_csv(table, index=False)
    assert main(["review", str(table), "--next", "--limit", "5"]) == 0
    said = capsys.readouterr()
    head, *lines = said.out.splitlines()
    assert head.split("\t")[:2] == ["文件", "行"]
    assert len(lines) >= 5
    assert not any(text[:10] in said.out + said.err for text in held_out[:40])
    assert "-o" in said.err


def test_rows_that_are_labelled_or_cannot_be_read_are_told_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "混合.csv"
    pd.DataFrame({"案情": ["群里派单让我垫付", "网上贷款要交解冻费", "骗" * 1_000_001], "类别": ["刷单返利", "", ""]}).to_csv(table, index=False)
    said: list[str] = []
    [case] = read_unlabelled([table], say=said.append)
    assert (case.text, case.row) == ("网上贷款要交解冻费", 3)
    assert any("1 行已有标签" in line for line in said)
    assert any(line.endswith("4。") for line in said)
    pd.DataFrame({"案情": ["群里派单让我垫付"], "类别": ["刷单返利"]}).to_csv(table, index=False)
    assert main(["review", str(table), "--next"]) == 1
    assert "没有一行未标注" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["复查.docx", "复查"])
def test_a_file_of_another_kind_is_refused_before_any_work(tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str) -> None:
    assert main(["review", str(tmp_path / "没有.csv"), "-o", str(tmp_path / output)]) == 1
    assert "csv, xlsx" in capsys.readouterr().err


def test_a_narrative_beyond_a_cell_of_a_workbook_is_refused_and_not_cut(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="csv"):
        write_review(str(tmp_path / "a.xlsx"), ["row", "text"], [[2, "骗" * 32_768]])
    assert list(tmp_path.iterdir()) == []
    write_review(str(tmp_path / "a.csv"), ["row", "text"], [[2, "=1+1"]])
    assert "'=1+1" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
