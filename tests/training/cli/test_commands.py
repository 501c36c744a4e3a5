"""Holds the commands of training to what they print, write and refuse."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from classifier import messages
from classifier.cli.app import main
from training.cases import read_cases
from training.corpus import seeds_folder
from training.corpus_checks import check_corpus
from training.cue_scores import NUMBERS
from training.subplots import MARK, subplot_table

BULLETINS = sorted(str(page) for page in (seeds_folder() / "bulletins").glob("*.txt"))
LABELLED = (
    '{"text": "对方自称快递客服说包裹丢了要理赔，让我开屏幕共享把钱转到安全账户", "label": "冒充电商物流客服类"}\n'
    '{"text": "群里派单做任务，垫付以后说卡单不能提现", "label": "刷单返利"}\n'
)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_corpus_writes_the_cases_of_all_pages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "corpus.jsonl"
    code, out, err = run(capsys, "corpus", *BULLETINS, "-o", str(target))
    cases = read_cases(target)
    assert (code, out) == (0, "")
    assert "5 个页面：16 个案例、4 段手法，0 个未定类" in err
    assert sum(case.kind == "method" for case in cases) == 4
    assert all(case.category and case.source for case in cases)
    assert list(tmp_path.iterdir()) == [target]


def test_corpus_prints_without_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "corpus", BULLETINS[0])
    assert code == 0
    assert [json.loads(line)["category"] for line in out.splitlines()][:2] == ["task_rebate", "task_rebate"]


def test_corpus_replaces_nothing_unless_forced(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "corpus.jsonl"
    target.write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "corpus", BULLETINS[0], "-o", str(target))
    assert (code, target.read_text(encoding="utf-8")) == (1, "mine")
    assert "--force" in err
    assert run(capsys, "corpus", BULLETINS[0], "-o", str(target), "--force")[0] == 0
    assert target.read_text(encoding="utf-8") != "mine"


def test_corpus_names_a_page_that_is_missing_and_writes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "corpus", BULLETINS[0], "nirgends.txt", "-o", str(tmp_path / "corpus.jsonl"))
    assert code == 1
    assert "nirgends.txt" in err
    assert list(tmp_path.iterdir()) == []


def test_evaluate_prints_macro_f1_with_its_interval(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(LABELLED, encoding="utf-8")
    code, out, _ = run(capsys, "evaluate", str(cases))
    assert code == 0
    assert "官方类别：macro-F1 1.0000（95 % 区间 " in out
    assert "official names: macro-F1 1.0000 (95 % " in run(capsys, "--lang", "en", "evaluate", str(cases))[1]
    answer = json.loads(run(capsys, "evaluate", str(cases), "--json")[1])
    assert answer["official"]["macro_f1"] == 1.0
    assert answer["cases"] == 2


def test_evaluate_scores_the_cues_on_the_cases_when_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(LABELLED, encoding="utf-8")
    code, out, _ = run(capsys, "evaluate", str(cases), "--cues")
    assert code == 0
    assert "线索，2 条：" in out
    assert all(f"  去掉 {n} 条 " in out for n in NUMBERS)
    assert "读者" not in out
    assert "线索，2 条：" not in run(capsys, "evaluate", str(cases))[1]


def test_evaluate_writes_a_page_for_its_owner_and_replaces_nothing_unless_forced(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cases, page = tmp_path / "cases.jsonl", tmp_path / "评估.html"
    cases.write_text(LABELLED, encoding="utf-8")
    code, out, err = run(capsys, "evaluate", str(cases), "--cues", "--html", str(page))
    assert (code, out) == (0, "")
    assert str(page) in err
    assert page.stat().st_mode & 0o777 == 0o600
    written = page.read_text(encoding="utf-8")
    assert "cases.jsonl" in written
    texts = [json.loads(line)["text"] for line in LABELLED.splitlines()]
    assert not any(text[start : start + 6] in written for text in texts for start in range(len(text) - 6))
    assert messages.text("evaluation_cues_title") in written
    page.write_text("mine", encoding="utf-8")
    assert run(capsys, "evaluate", str(cases), "--html", str(page))[0] == 1
    assert page.read_text(encoding="utf-8") == "mine"
    assert run(capsys, "evaluate", str(cases), "--html", str(page), "--force")[0] == 0
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_evaluate_gives_page_and_json_at_once_but_not_both_on_standard_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cases, page = tmp_path / "cases.jsonl", tmp_path / "page.html"
    cases.write_text(LABELLED, encoding="utf-8")
    code, out, _ = run(capsys, "evaluate", str(cases), "--json", "--html", str(page))
    assert (code, json.loads(out)["cases"], page.exists()) == (0, 2, True)
    assert run(capsys, "evaluate", str(cases), "--html", "-")[1].startswith("<!DOCTYPE html>")
    assert run(capsys, "evaluate", str(cases), "--json", "--html", "-")[0] == 2


def test_evaluate_writes_a_page_on_a_file_whose_name_is_no_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cases, page = os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.jsonl"), tmp_path / "page.html"
    Path(cases).write_text(LABELLED, encoding="utf-8")
    assert run(capsys, "evaluate", cases, "--html", str(page))[0] == 0
    assert "bad" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments",
    [("cases.jsonl", "--held-out"), ("cases.jsonl", "--bulletins", "."), ("--bulletins", ".", "--html", "p.html"), ("--bulletins", ".", "--cues")],
)
def test_evaluate_takes_one_thing_at_a_time(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    code, out, err = run(capsys, "evaluate", *arguments)
    assert (code, out) == (2, "")
    assert "--bulletins" in err


def test_evaluate_gives_the_scores_of_cues_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(LABELLED, encoding="utf-8")
    answer = json.loads(run(capsys, "evaluate", str(cases), "--cues", "--json")[1])
    assert set(answer["cues"]) == {"faithfulness"}
    assert answer["cues"]["faithfulness"]["texts"] == 2
    assert set(answer["cues"]["faithfulness"]["comprehensiveness"]) == {str(n) for n in NUMBERS}
    assert "cues" not in json.loads(run(capsys, "evaluate", str(cases), "--json")[1])


def test_evaluate_compares_cues_with_readers_on_held_out_narratives(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "evaluate", "--held-out", "--cues", "--json")
    answer = json.loads(out)
    readers = answer["cues"]["plausibility"]
    assert code == 0
    assert answer["cases"] >= 600
    assert readers["texts"] == 150
    # Far above chance and below what readers reach among themselves.
    assert 0.5 <= readers["f1"] <= readers["readers_f1"]
    assert readers["readers_off"] <= readers["off"] <= 0.4
    falls = answer["cues"]["faithfulness"]
    assert falls["comprehensiveness"]["5"] >= 0.4
    assert falls["comprehensiveness"]["5"] >= 5 * falls["random_comprehensiveness"]["5"]
    assert falls["type_kept"] >= 0.9


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"text": "机密的案情", "label": "没有这一类"}\n', "没有这一类"),
        ('{"text": "机密的案情"\n', "第 1 行"),
        ('{"label": "刷单"}\n', "第 1 行"),
        ('{"text": "机密的案情"}\n', "没有带类别的案件"),
        ("", "没有带类别的案件"),
    ],
)
def test_evaluate_says_what_is_wrong_with_a_file_of_cases(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str, words: str) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(content, encoding="utf-8")
    code, out, err = run(capsys, "evaluate", str(cases))
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert words in err
    assert "机密" not in err


def test_evaluate_without_anything_to_evaluate_on_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "evaluate")[0] == 2


def test_evaluate_scores_the_segmenter_on_annotated_pages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = Path(BULLETINS[0]).read_text(encoding="utf-8")
    start = page.index("4月初")
    (tmp_path / "p.txt").write_text(page, encoding="utf-8")
    annotation = [{"label": "刷单返利", "start_pos": start, "end_pos": page.index("共计损失7万元。") + 8}]
    (tmp_path / "p.gold.json").write_text(json.dumps(annotation), encoding="utf-8")
    code, out, _ = run(capsys, "evaluate", "--bulletins", str(tmp_path), "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["recall"], answer["precision"], answer["label_accuracy"]) == (1.0, 0.25, 1.0)


def test_train_replaces_nothing_unless_forced_and_says_so_before_it_works(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "train", "-o", str(tmp_path))
    assert code == 1
    assert "--force" in err
    assert "…" not in err


def test_the_shipped_narratives_pass_all_checks(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check")
    assert code == 0
    assert "near-twins: 0" in out
    assert "stock phrases: 0" in out
    assert "personal data: 0" in out


def test_check_finds_copies_personal_data_and_what_was_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    story = "对方自称是快递公司的客服人员，说其包裹在路上丢失了要给其三倍赔偿，让其下载会议软件操作"
    rows = [story + "。", story + "，电话13812345678。", "刷单群里的老师叫雷军，带大家做任务"]
    file.write_text("".join(json.dumps({"text": row, "label": "刷单"}) + "\n" for row in rows), encoding="utf-8")
    findings = check_corpus(read_cases(file), ["一", "二", "三"], ["前文" + story + "后文"])
    assert findings.near_twins == [("二", "一")]
    assert findings.personal == ["二", "三"]
    assert [name for name, _ in findings.taken] == ["一", "二"]
    assert not findings.passed


def test_the_table_of_sub_plots_is_that_of_the_narratives() -> None:
    folder = seeds_folder() / "narratives"
    cases = [case for path in sorted(folder.glob("*.jsonl")) for case in read_cases(path)]
    assert (folder / "README.md").read_text(encoding="utf-8").split(MARK)[1].strip() == subplot_table(cases).strip()


def test_every_type_has_enough_narratives_and_half_of_the_negatives_are_hard() -> None:
    folder = seeds_folder() / "narratives"
    counts = {path.stem: len(read_cases(path)) for path in folder.glob("*.jsonl")}
    small = {"flight_change", "phishing_theft", "health_product", "prize_subsidy", "crime_aiding"}
    assert sum(counts.values()) >= 6000
    assert min(counts[name] for name in small) >= 200
    assert min(n for name, n in counts.items() if name not in small) >= 350
    rows = [json.loads(line) for line in (folder / "not_a_case.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 800
    assert sum(row["hard"] for row in rows) >= len(rows) / 2
