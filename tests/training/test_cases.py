"""Holds the one reader and writer of files of cases to its formats, encodings and labels, and its errors to naming a row and no narrative."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import messages
from classifier.errors import CaseFileError, InputError
from classifier.tables.header import NARRATIVE_NAMES
from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from training.cases import LABEL_COLUMNS, Case, read_cases, write_cases

TASKS = "喻女士在求职群里看到点赞兼职，做了三单后对方要求垫付六千元，之后无法提现。"
CALL = "丁先生接到自称快递客服的电话，按提示共享屏幕后，卡里少了四万元。"
CODES = [*load_taxonomy().categories, NOT_A_CASE]


def file(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def as_text(kind: str, rows: list[dict[str, str]]) -> str:
    if kind == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1)
    if kind == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    separator = {"csv": ",", "tsv": "\t", "txt": "\t"}[kind]
    return "\r\n".join(separator.join(cells) for cells in [list(rows[0]), *(list(row.values()) for row in rows)]) + "\r\n"


def error_of(path: Path) -> CaseFileError:
    with pytest.raises(CaseFileError) as caught:
        read_cases(path)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("kind", ["jsonl", "json", "csv", "tsv", "txt"])
def test_every_format_is_read_in_every_encoding(tmp_path: Path, kind: str, encoding: str) -> None:
    rows = [{"text": TASKS, "label": "刷单返利类"}, {"text": CALL, "label": "冒充客服"}]
    cases = read_cases(file(tmp_path, f"案件.{kind}", as_text(kind, rows), encoding))
    assert [(case.text, case.category) for case in cases] == [(TASKS, "task_rebate"), (CALL, "fake_customer_service")]


def test_a_file_that_could_be_either_is_read_in_utf_8(tmp_path: Path) -> None:
    content = "text,label\n丁先生被骗了,刷单\n".encode()
    assert content.decode("gb18030")
    assert [case.text for case in read_cases(file(tmp_path, "a.csv", content))] == ["丁先生被骗了"]


def test_a_case_of_a_users_file_says_that_its_label_was_given_and_by_which_file(tmp_path: Path) -> None:
    (case,) = read_cases(file(tmp_path, "三月.csv", f"text,label\n{TASKS},刷单\n"))
    assert (case.label_reason, case.source) == ("given", "三月.csv")


@pytest.mark.parametrize("suffix", [".CSV", ".Csv"])
def test_the_suffix_may_be_in_capitals(tmp_path: Path, suffix: str) -> None:
    assert [case.text for case in read_cases(file(tmp_path, f"a{suffix}", f"text,label\n{TASKS},刷单\n"))] == [TASKS]


@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_the_form_of_the_ccl_2023_task_is_read(tmp_path: Path, kind: str) -> None:
    rows = [
        {"案件编号": "00017", "案情描述": TASKS, "案件类别": "刷单返利类"},
        {"案件编号": "00018", "案情描述": CALL, "案件类别": "冒充电商物流客服类"},
        {"案件编号": "00019", "案情描述": "喻女士被人以公开照片相威胁。", "案件类别": "网黑案件"},
        {"案件编号": "00020", "案情描述": "丁先生给“武警后勤”送货被骗。", "案件类别": "冒充军警购物类诈骗"},
    ]
    cases = read_cases(file(tmp_path, f"ccl.{kind}", as_text(kind, rows)))
    assert [case.category for case in cases] == ["task_rebate", "fake_customer_service", "sextortion", "fake_military"]
    assert cases[0].text == TASKS


def test_the_type_with_an_exception_of_the_ccl_2023_task_is_understood(tmp_path: Path) -> None:
    path = file(tmp_path, "ccl.json", as_text("json", [{"案情描述": CALL, "案件类别": "网络婚恋、交友类（非虚假网络投资理财类）"}]))
    assert [case.category for case in read_cases(path)] == ["romance"]


@pytest.mark.parametrize("column", NARRATIVE_NAMES)
def test_the_narrative_is_found_under_every_name_of_its_column(tmp_path: Path, column: str) -> None:
    assert [case.text for case in read_cases(file(tmp_path, "a.csv", f"编号,{column},备注\n1,{CALL},无\n"))] == [CALL]


@pytest.mark.parametrize("column", [*LABEL_COLUMNS, "Category", " 案件类别 ", "案件類別"])
def test_the_label_is_found_under_every_name_of_its_column(tmp_path: Path, column: str) -> None:
    assert [case.category for case in read_cases(file(tmp_path, "a.csv", f"text,{column}\n{CALL},冒充客服\n"))] == ["fake_customer_service"]


def test_the_column_of_the_better_name_is_read_where_there_are_two(tmp_path: Path) -> None:
    (case,) = read_cases(file(tmp_path, "a.csv", f"内容,案情描述,类型,案件类别\n短信,{CALL},刷单,冒充客服\n"))
    assert (case.text, case.category) == (CALL, "fake_customer_service")


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("task_rebate", "task_rebate"), ("TASK_REBATE", "task_rebate"), ("刷单返利类", "task_rebate"), ("刷单返利", "task_rebate"),
        ("刷单返利诈骗", "task_rebate"), ("刷單", "task_rebate"),
        ("虚假网络投资理财类", "fake_investment"), ("虚假投资理财", "fake_investment"), ("杀猪盘", "fake_investment"), ("假投資", "fake_investment"),
        ("fake investment", "fake_investment"),
        ("裸聊敲诈网黑", "sextortion"), ("网黑案件（裸聊敲诈）", "sextortion"), ("网黑案件", "sextortion"), ("涉诈黑灰产(帮信)", "crime_aiding"),
        ("涉诈黑灰产（帮信）", "crime_aiding"),
        ("冒充领导熟人", "fake_acquaintance"), ("冒充领导、熟人类", "fake_acquaintance"), ("冒充老板", "fake_acquaintance"), ("猜猜我是誰", "fake_acquaintance"),
        ("校园贷", "credit_record"), ("虚假征信类", "credit_record"), ("假公安", "fake_authority"), ("假檢警", "fake_authority"),
        ("冒充公检法及政府机关类", "fake_authority"),
        ("解除分期付款", "fake_customer_service"), ("冒充电商物流客服类", "fake_customer_service"), ("航班退改签", "flight_change"),
        ("假網拍", "shopping_service"), ("假交友", "romance"),
        ("网络婚恋、交友类", "romance"), ("网络婚恋交友", "romance"), ("贷款、代办信用卡类", "loan_card"), ("贷款代办信用卡", "loan_card"), ("网络游戏产品虚假交易类", "game_trade"),
        ("冒充军警购物类", "fake_military"), ("养老保健品", "health_product"), ("中奖补贴", "prize_subsidy"), ("钓鱼盗刷", "phishing_theft"),
        ("虚假购物、服务类", "shopping_service"),
        ("非案情", "not_a_case"), ("not_a_case", "not_a_case"), (" 刷单 ", "task_rebate"), ("【刷单】", "task_rebate"),
    ],
)  # fmt: skip
def test_a_label_is_understood_by_its_code_name_official_name_and_aliases(tmp_path: Path, label: str, code: str) -> None:
    row = json.dumps({"text": CALL, "label": label}, ensure_ascii=False)
    assert [case.category for case in read_cases(file(tmp_path, "a.jsonl", row))] == [code]


@pytest.mark.parametrize("row", [{"text": CALL}, {"text": CALL, "label": ""}, {"text": CALL, "label": None}])
def test_a_case_without_a_label_is_read_without_a_category(tmp_path: Path, row: dict[str, str | None]) -> None:
    assert [case.category for case in read_cases(file(tmp_path, "a.jsonl", json.dumps(row)))] == [None]


@pytest.mark.parametrize("blank", [" ", "　", "\t"])
def test_a_blank_label_is_no_label(tmp_path: Path, blank: str) -> None:
    assert [case.category for case in read_cases(file(tmp_path, "a.csv", f"text,label\n{CALL},{blank}\n"))] == [None]


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("a.jsonl", f'{{"text": "{TASKS}", "label": "刷单"}}\n{{"text": "{CALL}", "label": "没听说过"}}\n', 2),
        ("a.jsonl", f'{{"text": "{TASKS}"}}\n\n\n{{"text": "{CALL}", "label": "没听说过"}}\n', 4),
        ("a.csv", f"text,label\n{TASKS},刷单\n{CALL},没听说过\n", 3),
        ("a.tsv", f"text\tlabel\n{CALL}\t没听说过\n", 2),
        ("a.json", f'[{{"text": "{CALL}", "label": "没听说过"}}]', 1),
        pytest.param(
            "a.json",
            f'[{{"text": "{TASKS}", "label": "刷单"}}, {{"text": "{CALL}", "label": "没听说过"}}]',
            2,
        ),
    ],
)
def test_an_unknown_label_is_an_error_with_its_row_and_never_with_the_narrative(tmp_path: Path, name: str, content: str, row: int) -> None:
    error = error_of(file(tmp_path, name, content))
    assert (error.key, error.values["row"], error.values["label"]) == ("label_unknown", row, "没听说过")
    for language in ("zh", "en"):
        messages.set_language(language)
        assert str(row) in str(error)
        assert name in str(error)
        assert CALL[:4] not in str(error)


def test_no_narrative_stands_in_an_error_although_it_stands_in_the_column_of_the_label(tmp_path: Path) -> None:
    error = error_of(file(tmp_path, "a.csv", f"text,label\n冒充客服,{CALL}\n"))
    assert CALL[:10] not in str(error)
    assert CALL[:10] not in repr(error.values)


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("a.jsonl", f'{{"text": "{TASKS}"}}\n{{"label": "刷单", "备注": "{CALL}"}}\n', 2),
        ("a.jsonl", '{"text": null, "label": "刷单"}\n', 1),
        ("a.jsonl", '{"text": 12, "label": "刷单"}\n', 1),
        ("a.jsonl", '{"text": ["一", "二"], "label": "刷单"}\n', 1),
        ("a.csv", f"label,备注\n刷单,{CALL}\n", 2),
        ("a.csv", f"label,text\n刷单,{TASKS}\n刷单\n", 3),
        ("a.json", f'{{"cases": [{{"text": "{CALL}"}}]}}', 1),
    ],
)
def test_a_row_without_a_text_is_an_error_with_its_row_and_never_with_the_narrative(tmp_path: Path, name: str, content: str, row: int) -> None:
    error = error_of(file(tmp_path, name, content))
    assert (error.key, error.values["row"]) == ("case_without_text", row)
    assert str(row) in str(error)
    assert CALL[:4] not in str(error) + repr(error.values)


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", "text,label\n,刷单\n"), ("a.csv", "text,label\n　,刷单\n"), ("a.jsonl", '{"text": "", "label": "刷单"}')]
)
def test_a_labelled_row_with_an_empty_text_is_an_error(tmp_path: Path, name: str, content: str) -> None:
    assert error_of(file(tmp_path, name, content)).key == "case_without_text"


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("a.jsonl", f'{{"text": "{TASKS}"}}\n{{"text": "{CALL}"\n', 2),
        ("a.jsonl", f"{CALL}\n", 1),
        ("a.jsonl", f'{{"text": "{TASKS}"}}{{"text": "{CALL}"}}\n', 1),
        ("a.json", f'[{{"text": "{CALL}"}},]', 1),
        ("a.json", "][", 1),
    ],
)
def test_a_line_that_is_not_json_is_an_error_with_its_row_and_never_with_the_narrative(tmp_path: Path, name: str, content: str, row: int) -> None:
    error = error_of(file(tmp_path, name, content))
    assert (error.key, error.values["row"]) == ("case_not_json", row)
    assert CALL[:4] not in str(error) + repr(error.values)


@pytest.mark.parametrize("content", [f'"{CALL}"', "17", "null", f'["{CALL}"]', "[[]]", "true"])
def test_json_that_is_no_object_is_an_error(tmp_path: Path, content: str) -> None:
    error = error_of(file(tmp_path, "a.jsonl", content))
    assert (error.key, error.values["row"]) == ("case_not_object", 1)
    assert CALL[:4] not in str(error) + repr(error.values)


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_deeply_nested_nonsense_is_an_error_of_the_file(tmp_path: Path, name: str) -> None:
    assert error_of(file(tmp_path, name, "[" * 100_000)).key == "case_not_json"


def test_a_very_long_narrative_is_read_from_csv(tmp_path: Path) -> None:
    long = CALL * 5000
    assert [case.text for case in read_cases(file(tmp_path, "a.csv", f"text,label\n{long},刷单\n"))] == [long]


def test_a_very_long_narrative_is_read_from_jsonl(tmp_path: Path) -> None:
    long = CALL * 5000
    assert [case.text for case in read_cases(file(tmp_path, "a.jsonl", json.dumps({"text": long})))] == [long]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv", "a.tsv"])
@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_holds_no_cases(tmp_path: Path, name: str, content: str) -> None:
    assert read_cases(file(tmp_path, name, content)) == []


def test_a_csv_of_nothing_but_its_header_holds_no_cases(tmp_path: Path) -> None:
    assert read_cases(file(tmp_path, "a.csv", "text,label\n")) == []


def test_a_quoted_cell_keeps_its_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    assert [case.text for case in read_cases(file(tmp_path, "a.csv", 'text,label\r\n"他说,""快递丢了""\n然后挂断",冒充客服\r\n'))] == [
        '他说,"快递丢了"\n然后挂断'
    ]


def test_cells_beyond_the_header_do_not_matter(tmp_path: Path) -> None:
    assert [case.text for case in read_cases(file(tmp_path, "a.csv", f"text,label\n{CALL},冒充客服,多出来的\n"))] == [CALL]


def test_a_lone_surrogate_in_a_narrative_is_read(tmp_path: Path) -> None:
    assert [case.text for case in read_cases(file(tmp_path, "a.jsonl", '{"text": "喻女士\\ud83d被骗"}'))] == ["喻女士\ud83d被骗"]


@pytest.mark.parametrize("name", ["a", "a.csv.bak"])
def test_a_file_of_an_unknown_kind_is_an_input_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_cases(file(tmp_path, name, f"text,label\n{CALL},刷单\n"))
    assert caught.value.key == "file_kind_unknown"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x80\xff\xff\xff\xff\n\xff"])
def test_a_file_in_no_known_encoding_is_an_input_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_cases(file(tmp_path, "a.csv", content))
    assert caught.value.key == "file_undecodable"


def test_a_missing_file_is_an_input_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_cases(tmp_path / "没有.csv")
    assert caught.value.key == "file_missing"
    assert "没有.csv" in str(caught.value)


def test_a_folder_is_no_file_of_cases(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_cases(tmp_path)
    assert caught.value.key == "file_unreadable"


def test_numbers_of_a_csv_are_numbers(tmp_path: Path) -> None:
    (case,) = read_cases(file(tmp_path, "a.csv", f"text,label,amount,start,end\n{CALL},冒充客服,40000,5,38\n"))
    assert (case.amount, case.start, case.end) == (40_000.0, 5, 38)


WORDS = st.text(min_size=1, max_size=30)
CASES = st.builds(
    Case,
    text=WORDS.filter(str.strip),
    category=st.none() | st.sampled_from(CODES),
    label_reason=st.sampled_from(["heading", "rule", "model", "written", "given"]),
    label_evidence=st.text(max_size=10),
    kind=st.none() | st.sampled_from(["victim", "enforcement", "method"]),
    source=WORDS,
    start=st.none() | st.integers(0, 10**6),
    end=st.none() | st.integers(0, 10**6),
    amount=st.none() | st.floats(0, 1e12),
    currency=st.none() | st.sampled_from(["CNY", "TWD", "USD"]),
    date=st.none() | st.sampled_from(["2024", "2024-03", "2024-03-08", "--03", "--03-08"]),
    register=st.none() | st.sampled_from(["police", "first", "press", "other"]),
    subplot=st.none() | WORDS,
    batch=st.none() | WORDS,
)


@given(st.lists(CASES, max_size=6))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read_as_it_was(tmp_path_factory: pytest.TempPathFactory, cases: list[Case]) -> None:
    path = file(tmp_path_factory.getbasetemp(), "round.jsonl", "".join(write_cases(cases)))
    assert read_cases(path) == cases


@given(CASES)
@settings(deadline=None, max_examples=100)
def test_a_case_is_written_on_one_line_without_what_it_does_not_hold(case: Case) -> None:
    (line,) = write_cases([case])
    assert line.index("\n") == len(line) - 1
    assert json.loads(line) == {name: value for name, value in asdict(case).items() if value is not None and value != ""}


def test_chinese_is_written_as_it_is() -> None:
    assert TASKS in next(write_cases([Case(text=TASKS, category="task_rebate")]))


def test_an_amount_of_nothing_and_a_start_at_the_top_are_written() -> None:
    (line,) = write_cases([Case(text=TASKS, category=None, amount=0.0, start=0)])
    assert (json.loads(line)["amount"], json.loads(line)["start"]) == (0.0, 0)


def test_a_case_with_a_lone_surrogate_can_be_saved(tmp_path: Path) -> None:
    case = Case(text="喻女士\ud83d被骗", category="romance", source="a.jsonl")
    assert read_cases(file(tmp_path, "a.jsonl", "".join(write_cases([case])))) == [case]


def test_a_case_cannot_be_changed() -> None:
    case = Case(text=TASKS, category=None)
    with pytest.raises(FrozenInstanceError):
        case.text = CALL  # type: ignore[misc]


def test_writing_is_lazy() -> None:
    def endless() -> Iterator[Case]:
        while True:
            yield Case(text=TASKS, category=None)

    lines = write_cases(endless())
    assert next(lines) == next(lines)
