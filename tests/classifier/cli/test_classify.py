"""Holds the command line to its answers for input of every kind: the table in README."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from classifier import messages
from classifier.cli.app import main
from classifier.loading import shipped_model
from classifier.render.terminal import cells

STORY = "对方自称快递客服说包裹丢失要理赔，让我下载会议软件开屏幕共享，把卡里的钱转到安全账户。"
SECRET = "机密张三丰13800138000"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def broken_model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(shipped_model(), folder)
    return folder


def one_line(err: str) -> bool:
    return err.endswith("\n") and err.count("\n") == 1 and "Traceback" not in err


def test_a_person_gets_type_certainty_cues_and_advice(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "classify", STORY)
    assert code == 0
    assert err == ""
    assert out.startswith("冒充电商物流客服类  ")
    assert "【" in out
    assert "96110" in out
    assert "110" in out


def test_english_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--lang", "en", "classify", STORY)
    assert code == 0
    assert out.startswith("fake customer service  ")


def test_colours_mark_the_cues_where_they_are_wanted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, out, _ = run(capsys, "classify", STORY)
    assert "\x1b[1;97;41m" in out
    assert "【" not in out


def test_json_is_one_object_with_offsets_into_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "classify", "--json", STORY)
    answer = json.loads(out)
    assert code == 0
    assert answer["category"] == "fake_customer_service"
    assert all(STORY[cue["start"] : cue["end"]] == cue["text"] for cue in answer["cues"])
    assert abs(sum(entry["share"] for entry in answer["contributions"]) + answer["remainder"] - answer["margin"]) < 1e-5


def test_json_stays_json_whatever_the_terminal_can_show(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding in ("ascii", "latin-1", "gbk", "utf-8"):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["classify", "--json", STORY]) == 0
        stream.flush()
        answer = json.loads(stream.buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]
        assert answer["name"] == "冒充电商物流客服类"


def test_the_schema_is_printed_without_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "classify", "--schema")
    assert (code, err) == (0, "")
    Draft202012Validator.check_schema(json.loads(out))


def test_what_is_printed_is_what_the_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    _, schema, _ = run(capsys, "classify", "--schema")
    _, out, _ = run(capsys, "classify", "--json", "--against", "loan_card", STORY)
    answer = json.loads(out)
    Draft202012Validator(json.loads(schema)).validate(answer)
    assert answer["against"] == "loan_card"


@pytest.mark.parametrize("columns", ["30", "60", "100"])
def test_bars_fit_into_the_columns_of_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    _, out, _ = run(capsys, "classify", STORY)
    (bar,) = re.findall("^.*█.*$", out, re.MULTILINE)
    assert cells(bar) <= int(columns)


# --- against another type


@pytest.mark.parametrize("label", ["loan_card", "贷款、代办信用卡类", "贷款诈骗", "校園貸", "Loan or credit card", "not_a_case"])
def test_a_type_to_compare_with_may_be_named_as_people_name_it(capsys: pytest.CaptureFixture[str], label: str) -> None:
    code, out, err = run(capsys, "classify", "--against", label, STORY)
    assert (code, err) == (0, "")
    assert "为什么不是 " in out


@pytest.mark.parametrize("label", ["贷款骗局局", "\x1b[2J贷款", "xyzzy", "", "贷" * 100_000])
def test_an_unknown_type_is_one_line_that_names_known_ones(capsys: pytest.CaptureFixture[str], label: str) -> None:
    code, out, err = run(capsys, "classify", "--against", label, SECRET)
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "loan_card" in err
    assert len(err) < 500
    assert "\x1b" not in err
    assert "张三丰" not in err


def test_the_type_itself_is_nothing_to_compare_with(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "classify", "--against", "假客服", STORY)
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "fake_customer_service" in err


# --- a page


def test_a_page_is_written_for_its_owner_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "页.html"
    code, out, err = run(capsys, "classify", STORY, "--html", str(page))
    assert (code, out) == (0, "")
    assert one_line(err)
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [page]


def test_a_page_speaks_the_language_that_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(capsys, "--lang", "en", "classify", STORY, "--html", "-")
    assert err == ""
    assert '<html lang="en">' in out
    assert "fake customer service" in out
    assert "default " in out


def test_a_page_is_in_the_encoding_that_it_names_whatever_the_terminal_has(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="gbk")
    monkeypatch.setattr(sys, "stdout", stream)
    assert main(["classify", STORY, "--html", "-"]) == 0
    page = stream.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]
    assert '<meta charset="utf-8">' in page
    assert "冒充电商物流客服类" in page


def test_a_page_on_the_comparison_with_another_type(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "classify", STORY, "--against", "贷款诈骗", "--html", "-")
    assert "为什么是“冒充电商物流客服类”而不是“贷款、代办信用卡类”" in out


def test_a_page_and_json_in_one_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "classify", STORY, "--json", "--html", str(tmp_path / "a.html"))
    assert code == 0
    assert json.loads(out)["category"] == "fake_customer_service"
    assert (tmp_path / "a.html").is_file()


def test_a_file_that_stands_there_is_replaced_by_force_only(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("mine", encoding="utf-8")
    code, out, err = run(capsys, "classify", SECRET, "--html", str(page))
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "a.html" in err
    assert "--force" in err
    assert "张三丰" not in err
    assert page.read_text(encoding="utf-8") == "mine"
    assert run(capsys, "classify", STORY, "--html", str(page), "--force")[0] == 0
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "DOCTYPE" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["", ".", "missing/a.html", "a" * 300 + ".html", "link", "pipe", "folder"])
def test_where_no_page_can_be_written_that_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.iterdir())
    code, out, err = run(capsys, "classify", SECRET, "--force", "--html", f"{tmp_path}/{name}" if name else "")
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "张三丰" not in err
    assert sorted(tmp_path.iterdir()) == before
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_the_narrative_is_not_replaced_by_its_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "case.txt"
    file.write_text(STORY, encoding="utf-8")
    code, _, err = run(capsys, "classify", "--file", str(file), "--html", f"{tmp_path}/../{tmp_path.name}/case.txt", "--force")
    assert code == 1
    assert one_line(err)
    assert file.read_text(encoding="utf-8") == STORY


@pytest.mark.parametrize("content", [STORY.encode("utf-8"), STORY.encode("utf-8-sig"), STORY.encode("gb18030"), STORY.encode("utf-16")])
def test_files_in_the_encodings_that_people_have(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "案情.txt"
    file.write_bytes(content)
    code, out, _ = run(capsys, "classify", "--file", str(file))
    assert code == 0
    assert out.startswith("冒充电商物流客服类")


@pytest.mark.parametrize("arguments", [("classify", "-"), ("classify", "--file", "-"), ("classify",)])
def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STORY.encode()), encoding="utf-8"))
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert out.startswith("冒充电商物流客服类")


@pytest.mark.parametrize("text", ["", "  \n", "hello world", "1234"])
def test_blank_text_and_text_without_chinese_is_an_answer(capsys: pytest.CaptureFixture[str], text: str) -> None:
    code, out, err = run(capsys, "classify", text)
    assert code == 0
    assert out.startswith("非案情")
    assert err == ""


def test_ten_megabytes_are_answered_with_an_excerpt(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text((STORY + "今天天气很好，大家都出门散步。\n" * 10) * 18_000, encoding="utf-8")
    assert file.stat().st_size > 10_000_000
    code, out, _ = run(capsys, "classify", "--file", str(file))
    assert code == 0
    assert len(out) < 3000


def test_a_text_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "classify", STORY + "\x1b[2J\x07")
    assert "\x1b" not in out
    assert "\x07" not in out


@pytest.mark.parametrize("content", [b"\xff\x00\xff\xfe\x80" + SECRET.encode() + b"\x81", b"\x80abc"])
def test_undecodable_bytes_are_refused_without_repeating_them(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bytes.txt"
    file.write_bytes(content)
    code, out, err = run(capsys, "classify", "--file", str(file))
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "bytes.txt" in err
    assert "张三丰" not in err


def test_a_missing_file_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "classify", "--file", "/nirgends.txt")
    assert (code, out) == (1, "")
    assert one_line(err)
    assert "/nirgends.txt" in err


def test_a_folder_instead_of_a_file_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "classify", "--file", str(tmp_path))
    assert code == 1
    assert one_line(err)


@pytest.mark.parametrize(
    "arguments",
    [
        ("classify", STORY, "--file", "x"),
        ("classify", STORY, "--json", "--html", "-"),
        ("classify", "--nope"),
        ("nope",),
        ("--lang", "fr", "classify", "x"),
    ],
)
def test_wrong_use_is_exit_code_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err
    assert STORY not in err


def test_a_folder_that_is_no_model(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, "classify", "--model", str(tmp_path), STORY)
    assert (code, out) == (3, "")
    assert one_line(err)
    assert "manifest.json" in err


@pytest.mark.parametrize("name", ["weights.npz", "terms.txt"])
def test_a_model_with_a_changed_byte(capsys: pytest.CaptureFixture[str], broken_model: Path, name: str) -> None:
    content = bytearray((broken_model / name).read_bytes())
    content[len(content) // 2] ^= 1
    (broken_model / name).write_bytes(content)
    code, out, err = run(capsys, "classify", "--model", str(broken_model), STORY)
    assert (code, out) == (3, "")
    assert one_line(err)
    assert name in err


def change_manifest(folder: Path, **values: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | values), encoding="utf-8")


@pytest.mark.parametrize(
    "values",
    [
        {"format": 2},
        {"normaliser": 99},
        {"terms": [1, 2, 3]},
        {"terms": [-1, 10**9, 5]},
        {"categories": ["task_rebate"]},
        {"files": {"weights.npz": {"size": 3, "sha256": "0"}, "terms.txt": {"size": 10**12, "sha256": "0"}}},
        {"files": {}},
        {"temperature": "warm"},
        {"temperature": 0},
        {"thresholds": {}},
        {"format": "1"},
    ],
)
def test_a_manifest_that_lies_or_is_too_new(capsys: pytest.CaptureFixture[str], broken_model: Path, values: dict[str, object]) -> None:
    change_manifest(broken_model, **values)
    code, out, err = run(capsys, "classify", "--model", str(broken_model), STORY)
    assert (code, out) == (3, "")
    assert one_line(err)
    assert STORY[:10] not in err


def test_a_pickle_is_not_a_model(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(pickle.dumps({"format": 1}))
    code, _, err = run(capsys, "classify", "--model", str(tmp_path), STORY)
    assert code == 3
    assert one_line(err)


def test_an_unforeseen_error_names_its_kind_and_nothing_of_the_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, text: str, **options: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr("classifier.classifier.ScamClassifier.classify", fail)
    code, _, err = run(capsys, "classify", SECRET)
    assert code == 1
    assert one_line(err)
    assert "RuntimeError" in err
    assert "张三丰" not in err


def test_version_names_tool_and_model(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--version")
    assert code == 0
    assert out.startswith("scamtype 0.")
    assert "default" in out


def test_help_lists_the_commands_of_training_too(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in ("classify", "corpus", "train", "evaluate"):
        assert command in out


def test_classify_loads_neither_scikit_learn_nor_pandas_nor_jieba_nor_training() -> None:
    script = (
        "import sys; from classifier.cli.app import main; code = main(['classify', '你好']);"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'sklearn', 'scipy', 'pandas', 'jieba', 'training', 'joblib'}), code)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[] 0"


def test_the_installed_command_writes_nothing_to_stderr() -> None:
    command = Path(sys.executable).with_name("scamtype")
    result = subprocess.run([command, "classify", STORY], capture_output=True, text=True, check=True)
    assert result.stderr == ""
    assert messages.text_in("zh", "show_advice") in result.stdout
