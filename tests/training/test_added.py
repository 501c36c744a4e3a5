"""Holds the reading of users' labelled tables to finding columns, understanding labels, and telling what it leaves out, by row and never by text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from classifier.case_store import NewCase
from classifier.errors import CaseFileError, InputError, ScamtypeError
from classifier.taxonomy import load_taxonomy
from training.added import Columns, as_case, check_classes, read_added
from training.cases import Case
from training.corpus import Corpus

LOAN, TASK, CREDIT = "网贷说要先交保证金，交了又要解冻费", "群里派单让我垫付，三单以后提不了现", "自称京东客服说白条不注销影响征信"
BOARDING = {"code": "pet_boarding", "name": "宠物寄养类"}


def read(path: Path, *, mapping: dict[str, str] | None = None, columns: Columns | None = None) -> tuple[list[NewCase], list[str]]:
    said = list[str]()
    return read_added([path], load_taxonomy(), mapping, columns=columns, say=said.append), said


def write(path: Path, *rows: tuple[str, ...], header: tuple[str, ...] = ("编号", "简要案情", "案件类别"), encoding: str = "gb18030") -> Path:
    path.write_text("\r\n".join(",".join(row) for row in (header, *rows)) + "\r\n", encoding=encoding, newline="")
    return path


def labels(cases: list[NewCase]) -> list[str]:
    return [case.category for case in cases]


def test_a_csv_of_excel_is_read_with_its_columns_found_and_said(tmp_path: Path) -> None:
    file = write(tmp_path / "案件.csv", ("1", LOAN, "贷款、代办信用卡类"), ("2", TASK, "task_rebate"), ("3", CREDIT, " 【虚假徵信】 "))
    cases, said = read(file)
    assert [(case.text, case.category, case.source, case.row) for case in cases] == [
        (LOAN, "loan_card", "案件.csv", 2),
        (TASK, "task_rebate", "案件.csv", 3),
        (CREDIT, "credit_record", "案件.csv", 4),
    ]
    assert "“简要案情”" in said[0]
    assert "“案件类别”" in said[0]
    assert len({case.batch for case in cases}) == 1


def test_a_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "案件.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("案情描述", "诈骗类型"), (LOAN, "loan_card"), (TASK, "刷单返利")]):
            sheet.write_row(number, 0, row)
    assert labels(read(path)[0]) == ["loan_card", "task_rebate"]


@pytest.mark.parametrize("lines", [True, False])
def test_the_json_of_the_case_classification_task_is_read(tmp_path: Path, lines: bool) -> None:
    rows = [{"案情描述": LOAN, "案件类别": "贷款、代办信用卡类", "案件编号": 28673}, {"案情描述": TASK, "案件类别": "刷单返利类", "案件编号": 28674}]
    path = tmp_path / "train.json"
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) if lines else json.dumps(rows, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    assert labels(read(path)[0]) == ["loan_card", "task_rebate"]


def test_columns_can_be_given_by_name_or_number(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", (TASK, LOAN, "刷单返利", "loan_card"), header=("别的", "话", "甲", "乙"))
    assert read(file, columns=Columns("话", "4"))[0][0].category == "loan_card"
    assert read(file, columns=Columns("1", "甲"))[0][0].category == "task_rebate"


def test_all_unknown_labels_are_listed_with_near_ones_and_mapped(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ("1", LOAN, "假贷款骗局案"), ("2", TASK, "杂项"), ("3", CREDIT, "杂项"))
    with pytest.raises(InputError) as caught:
        read(file)
    said = str(caught.value)
    assert "“杂项”2 行（首见于第 3 行" in said
    assert "--map" in said
    assert LOAN not in said
    assert labels(read(file, mapping={"杂 项": "虚假征信", "假贷款骗局案": "loan_card"})[0]) == ["loan_card", "credit_record", "credit_record"]


def test_a_column_that_holds_no_labels_is_not_listed_to_its_end(tmp_path: Path) -> None:
    rows = [(str(number), f"{LOAN}{number}", f"编号{number:05d}") for number in range(300)]
    with pytest.raises(InputError) as caught:
        read(write(tmp_path / "a.csv", *rows))
    assert str(caught.value).count("首见于") == 50
    assert "(+250)" in str(caught.value)


def test_a_mapping_to_what_nobody_knows_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="loan_card"):
        read(write(tmp_path / "a.csv", ("1", LOAN, "杂项")), mapping={"杂项": "loan_crad"})


def test_a_long_label_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(write(tmp_path / "a.csv", ("1", LOAN, TASK * 3)))
    assert TASK not in str(caught.value)
    assert "…" in str(caught.value)


def test_doubles_count_once_and_contradictions_not_at_all_by_row_and_without_text(tmp_path: Path) -> None:
    rows = (("1", LOAN, "loan_card"), ("2", TASK, "task_rebate"), ("3", LOAN + "。", "loan_card"), ("4", TASK, "romance"))
    cases, said = read(write(tmp_path / "a.csv", *rows))
    assert labels(cases) == ["loan_card"]
    assert any("a.csv:2=a.csv:4" in line and "重复" in line for line in said)
    assert any("a.csv:3=a.csv:5" in line and "标签不同" in line for line in said)
    assert not any(LOAN in line or TASK in line for line in said)


def test_rows_without_label_or_narrative_are_left_out_and_told(tmp_path: Path) -> None:
    cases, said = read(write(tmp_path / "a.csv", ("1", LOAN, "loan_card"), ("2", TASK, ""), ("3", "", "romance")))
    assert labels(cases) == ["loan_card"]
    assert any("1 行没有标签" in line for line in said)
    assert any("没有案情" in line and "4" in line for line in said)


def test_a_line_of_another_encoding_is_named_and_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"{LOAN}{number},loan_card".encode() for number in range(300)]
    path.write_bytes(b"\r\n".join(["案情描述,类别".encode(), *rows, f"{TASK},task_rebate".encode("gb18030"), b""]))
    with pytest.raises(CaseFileError, match="第 302 行"):
        read(path)


def test_a_narrative_beyond_all_length_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="第 3 行"):
        read(write(tmp_path / "a.csv", ("1", LOAN, "loan_card"), ("2", "骗" * 1_000_001, "loan_card")))


@pytest.mark.parametrize(
    "content", ["", "案情描述,类别\r\n", "编号,日期\r\n1,2023-01-01\r\n", f"案情描述\r\n{LOAN}\r\n", f"案情描述,类别\r\n{LOAN},\r\n"]
)
def test_a_file_without_labelled_cases_is_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8", newline="")
    with pytest.raises(ScamtypeError) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert LOAN not in str(caught.value)


# --- what can be learnt


def corpus_of(**counts: int) -> Corpus:
    cases = [Case(text=f"{code}{number}", category=code) for code, n in counts.items() for number in range(n)]
    return Corpus(tuple(cases), tuple(range(len(cases))), (False,) * len(cases), (True,) * len(cases))


def test_one_class_alone_is_refused() -> None:
    with pytest.raises(InputError, match="两个类别"):
        check_classes(corpus_of(romance=50), load_taxonomy())


def test_a_class_of_one_case_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="loan_card 1"):
        check_classes(corpus_of(romance=50, loan_card=1), load_taxonomy())


def test_a_declared_type_needs_twenty_cases() -> None:
    taxonomy = load_taxonomy().extended([BOARDING])
    check_classes(corpus_of(romance=5, pet_boarding=20), taxonomy)
    with pytest.raises(InputError, match="pet_boarding 19"):
        check_classes(corpus_of(romance=5, pet_boarding=19), taxonomy)
    with pytest.raises(InputError, match="pet_boarding 0"):
        check_classes(corpus_of(romance=5, loan_card=5), taxonomy, ["pet_boarding"])


@pytest.mark.parametrize("out", [True, False])
def test_a_class_of_copies_is_refused_whether_they_are_held_out_or_not(out: bool) -> None:
    taxonomy = load_taxonomy().extended([BOARDING])
    corpus = corpus_of(romance=5, pet_boarding=20)
    copies = replace(corpus, groups=(0, 1, 2, 3, 4, *[5] * 20), out=(False,) * 5 + (out,) * 20)
    with pytest.raises(InputError, match=f"pet_boarding 20 → {int(not out)}"):
        check_classes(copies, taxonomy)


def test_an_import_counts_as_a_writer_and_a_case_tells_its_row() -> None:
    case = as_case(NewCase(text=LOAN, category="loan_card", source="a.csv", row=2, batch="2026 a.csv"))
    assert (case.batch, case.source, case.label_reason) == ("2026 a.csv", "a.csv:2", "given")
