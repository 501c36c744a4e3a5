"""Holds ``train --add`` and ``cases`` to keeping the user's cases, refusing what is wrong before anything is stored, and learning declared types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from classifier import ScamClassifier
from classifier.case_store import WAITING, CaseStore, NewCase, default_path
from classifier.cli.app import main
from classifier.web.app import create_app
from training.cases import read_cases
from training.corpus import Corpus

TYPES = '[[category]]\ncode = "pet_boarding"\nname = "宠物寄养类"\naliases = ["宠物寄养骗局"]\n'
STARTS = (
    "出差前我把家里的猫放在网友家寄养半个月，", "小区群里有人说可以代养宠物，我就把金毛送过去了，", "网上找了一家宠物寄养中心，说环境好还能看监控，",
    "朋友介绍的寄养家庭，我把柯基和狗粮都交给了她，", "放假回老家，布偶猫没人管，在平台上约了上门寄养，",
)  # fmt: skip
MIDDLES = ("先付了押金和饲养费，", "对方要了一笔寄养押金，", "又说猫生病要交疫苗钱，")
ENDS = (
    "到时间去接，地址是假的，人也把我拉黑了。", "后来发来一张别人的照片，说我的宠物跑丢了。", "一直推说没空，不肯把宠物还给我，还要再交钱。",
    "去店里一看根本没有这家寄养中心，电话也打不通。", "收了钱以后说要买保险才能接回去，不买就不还。",
)  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def write(path: Path, cases: list[tuple[str, str]]) -> str:
    rows = [json.dumps({"案情描述": text, "案件类别": label}, ensure_ascii=False) for text, label in cases]
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


def boarding(middle: int = 0) -> list[tuple[str, str]]:
    return [(f"{start}{MIDDLES[middle]}{end}", "宠物寄养骗局") for start in STARTS for end in ENDS]


@pytest.fixture(scope="module")
def few(corpus: Corpus) -> list[tuple[str, str]]:
    codes = ("task_rebate", "fake_military")
    return [(case.text, code) for code in codes for case in [each for each in corpus.cases if each.category == code][:40]]


@pytest.fixture
def types(tmp_path: Path) -> str:
    (tmp_path / "types.toml").write_text(TYPES, encoding="utf-8")
    return str(tmp_path / "types.toml")


def test_a_declared_type_is_learnt_and_kept_for_the_next_training(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]], types: str
) -> None:
    first, second = write(tmp_path / "一.jsonl", [*few, *boarding()]), write(tmp_path / "二.jsonl", boarding(1))
    code, out, err = run(capsys, "train", "--without-shipped", "--add", first, "--types", types, "-o", str(tmp_path / "m1"))
    assert (code, out) == (0, "")
    assert "新增 105 条" in err
    code, _, err = run(capsys, "train", "--without-shipped", "--add", second, "-o", str(tmp_path / "m2"))
    assert code == 0
    assert "新增 25 条" in err
    for model in ("m1", "m2"):
        classifier = ScamClassifier.load(tmp_path / model)
        assert classifier.taxonomy.find("宠物寄养") == "pet_boarding"
        assert classifier.classify("我家金毛放在网友家寄养，付了押金，去接时他把我拉黑了，宠物也不还").category == "pet_boarding"
    manifests = [json.loads((tmp_path / model / "manifest.json").read_text(encoding="utf-8")) for model in ("m1", "m2")]
    assert [manifest["corpus"]["cases"] for manifest in manifests] == [105, 130]
    code, out, err = run(capsys, "classify", "--model", str(tmp_path / "m2"), "金毛在网友家寄养，付了押金和饲养费，他不肯把宠物还给我")
    assert (code, out.split()[0]) == (0, "宠物寄养类")


def test_a_model_without_store_leaves_none(capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]]) -> None:
    file = write(tmp_path / "a.jsonl", few)
    assert run(capsys, "train", "--without-shipped", "--no-store", "--add", file, "-o", str(tmp_path / "m"))[0] == 0
    assert not default_path().exists()


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([("网上贷款要先交解冻费", "没听过的类")], "没听过的类"),
        ([("网上贷款要先交解冻费", "loan_card"), ("又要交保证金", "loan_card")], "两个类别"),
        ([("网上贷款要先交解冻费", "loan_card"), *[(f"刷单做任务第{i}天垫付", "task_rebate") for i in range(9)]], "loan_card 1"),
        ([], ""),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_stored_or_trained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, cases: list[tuple[str, str]], said: str
) -> None:
    store = tmp_path / "s.sqlite"
    file = write(tmp_path / "a.jsonl", cases)
    code, out, err = run(capsys, "train", "--without-shipped", "--store", str(store), "--add", file, "-o", str(tmp_path / "m"))
    assert (code, out) == (1, "")
    assert said in err.splitlines()[-1]
    assert "解冻费" not in err
    assert not (tmp_path / "m").exists()
    assert not store.exists()


def test_waiting_cases_are_not_trained_on_until_approved(capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]]) -> None:
    with CaseStore() as store:
        store.add(NewCase(text=text, category=code) for text, code in few)
        store.add([NewCase(text="部队采购员让我垫付罐头款", category="fake_military", status=WAITING, predicted="task_rebate", model="default")])
    for place, cases in (("m1", 80), ("m2", 81)):
        assert run(capsys, "train", "--without-shipped", "-o", str(tmp_path / place))[0] == 0
        assert json.loads((tmp_path / place / "manifest.json").read_text(encoding="utf-8"))["corpus"]["cases"] == cases
        code, out, _ = run(capsys, "cases", "list", "--waiting")
        if place == "m1":
            assert out.split("\t")[:3] == ["81", "待确认", "task_rebate → fake_military"]
            assert run(capsys, "cases", "approve", "81")[0] == 0
        else:
            assert (out, code) == ("", 0)


def test_cases_are_listed_removed_and_exported_so_that_they_can_be_added_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]]
) -> None:
    with CaseStore() as store:
        store.add(NewCase(text=text, category=code, source="a.csv", row=row) for row, (text, code) in enumerate(few))
    code, out, err = run(capsys, "cases", "list", "--category", "fake_military")
    assert (code, len(out.splitlines())) == (0, 40)
    assert "共 40 条" in err
    assert run(capsys, "cases", "remove", "1", "2")[0] == 0
    for name in ("out.csv", "out.jsonl"):
        assert run(capsys, "cases", "export", "-o", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
        assert [(case.text, case.category) for case in read_cases(tmp_path / name)] == few[2:]
        assert run(capsys, "cases", "export", "-o", str(tmp_path / name))[0] == 1
    code, out, err = run(capsys, "cases", "remove", "1")
    assert (code, err) == (1, "没有这些编号：1。\n")


@pytest.mark.parametrize("arguments", [("--store", "a", "--no-store"), ("--promote",)])
def test_options_that_make_no_sense_are_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run(capsys, "train", "-o", str(tmp_path / "m"), *arguments)[0] == 2


@pytest.mark.parametrize("pair", ["刷单", "=x", "刷单="])
def test_a_mapping_that_says_nothing_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path, pair: str) -> None:
    code, _, err = run(capsys, "train", "-o", str(tmp_path / "m"), "--map", pair)
    assert (code, err) == (1, "--map 的写法是 标签=代码。\n")


def test_a_department_trains_promotes_and_goes_back_twice_and_nothing_is_forgotten(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]], types: str
) -> None:
    files = [write(tmp_path / "一.jsonl", [*few, *boarding()]), write(tmp_path / "二.jsonl", boarding(1))]
    asked = "我家金毛放在网友家寄养，付了押金，去接时他把我拉黑了，宠物也不还"
    names = []
    for place, more in enumerate((["--types", types], [])):
        code, out, err = run(capsys, "train", "--without-shipped", "--add", files[place], *more, "--promote", "--force")
        assert (code, out) == (0, "")
        names.append(err.split("已启用版本 ")[1].split("；")[0])
        assert run(capsys, "classify", asked)[1].startswith("宠物寄养类")
        table = tmp_path / "表.csv"
        table.write_text(f"案情描述\n{asked}\n", encoding="utf-8")
        assert "宠物寄养类,pet_boarding" in run(capsys, "batch", str(table), "-o", "-")[1]
        assert json.loads(run(capsys, "evaluate", files[1], "--json")[1])["types"]["macro_f1"] == 1.0
        why = json.loads(run(capsys, "classify", "部队采购员让我垫付罐头款", "--against", "宠物寄养骗局", "--json")[1])
        assert why["against"] == "pet_boarding"
        with TestClient(create_app(), base_url="http://127.0.0.1") as client:
            assert client.post("/v1/classify", json={"text": asked}).json()["verdicts"][0]["category"] == "pet_boarding"
            assert "宠物寄养类" in client.post("/fragment", data={"text": asked}).text
            assert "pet_boarding" in [entry["code"] for entry in client.get("/v1/types").json()]
    listed = [line.split("\t") for line in run(capsys, "model", "list")[1].splitlines()]
    assert [(line[0], line[1], line[3]) for line in listed[2:]] == [(" ", names[0], "105"), ("*", names[1], "130")]
    page = default_path().parent / "models" / names[1] / "comparison.html"
    assert page.stat().st_mode & 0o777 == 0o600
    assert names[0] in page.read_text(encoding="utf-8")
    assert run(capsys, "model", "rollback")[2] == f"已退回到 {names[0]}。\n"
    assert run(capsys, "model", "rollback")[0] == 0
    assert not run(capsys, "classify", asked)[1].startswith("宠物寄养类")


def test_a_version_that_reads_a_type_worse_is_kept_and_not_promoted(capsys: pytest.CaptureFixture[str], tmp_path: Path, corpus: Corpus) -> None:
    codes = ("task_rebate", "fake_military", "romance")
    good = [(case.text, code) for code in codes for case in [each for each in corpus.cases if each.category == code][:250]]
    spoilt = [(text, "task_rebate" if code == "romance" and i % 9 else code) for i, (text, code) in enumerate(good)]
    outs = {case.text for case in corpus.split(held_out=True)}
    first = write(tmp_path / "一.jsonl", good)
    second = write(tmp_path / "二.jsonl", [pair if pair[0] in outs else wrong for pair, wrong in zip(good, spoilt, strict=True)])
    assert run(capsys, "train", "--without-shipped", "--no-store", "--add", first, "--promote", "--force")[0] == 0
    code, _, err = run(capsys, "train", "--without-shipped", "--no-store", "--add", second, "--promote")
    assert code == 1
    assert "没有启用：这些类型比现用模型差" in err.splitlines()[-1]
    assert "romance" in err.splitlines()[-1]
    listed = run(capsys, "model", "list")[1].splitlines()[1:]
    assert [line.split("\t")[0] for line in listed] == [" ", "*", " "]
    assert "变差" in listed[-1]
    assert run(capsys, "model", "promote", listed[-1].split("\t")[1], "--force")[0] == 0
    assert "romance" in json.loads(run(capsys, "model", "show", listed[-1].split("\t")[1])[1])["forced"]


def test_what_is_in_use_at_the_promotion_is_what_a_version_is_compared_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]], types: str
) -> None:
    mine = write(tmp_path / "一.jsonl", few)
    with_pets = write(tmp_path / "二.jsonl", [*few, *boarding()])
    assert run(capsys, "train", "--without-shipped", "--no-store", "--add", mine, "--promote", "--force")[0] == 0
    assert run(capsys, "train", "--without-shipped", "--no-store", "--add", mine, "-o", str(tmp_path / "m"))[0] == 0
    code, _, err = run(capsys, "train", "--without-shipped", "--no-store", "--add", with_pets, "--types", types, "--promote")
    assert code == 0, err
    # Made when it would have lost nothing; by now a type more is known.
    code, _, err = run(capsys, "model", "promote", str(tmp_path / "m"))
    assert (code, "pet_boarding" in err.splitlines()[-1]) == (1, True)
    assert len(run(capsys, "model", "list")[1].splitlines()) == 4  # no copy of what was refused
    assert run(capsys, "model", "promote", str(tmp_path / "m"), "--force")[0] == 0


def test_an_export_is_added_with_all_that_it_tells(capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]]) -> None:
    with CaseStore() as store:
        store.add(NewCase(text=text, category=code, source="a.csv", row=row) for row, (text, code) in enumerate(few, start=2))
        store.add(
            [NewCase(text="部队采购员让我垫付罐头款", category="fake_military", status=WAITING, predicted="task_rebate", model="m", note="口述")]
        )
        before = [(case.text, case.category, case.status, case.source, case.row, case.predicted, case.model, case.note) for case in store.cases()]
    for name in ("all.csv", "all.jsonl"):
        assert run(capsys, "cases", "export", "-o", str(tmp_path / name))[0] == 0
        other = tmp_path / f"{name}.sqlite"
        code, _, err = run(
            capsys, "train", "--without-shipped", "--store", str(other), "--add", str(tmp_path / name), "-o", str(tmp_path / f"{name}.model")
        )
        assert code == 0
        assert "1 条在导出时还在等待确认" in err
        with CaseStore(other) as store:
            after = [(case.text, case.category, case.status, case.source, case.row, case.predicted, case.model, case.note) for case in store.cases()]
        assert after == before


def test_a_new_label_takes_the_place_of_the_stored_one_when_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, few: list[tuple[str, str]]
) -> None:
    with CaseStore() as store:
        store.add(NewCase(text=text, category=code, source="a.csv", row=row) for row, (text, code) in enumerate(few, start=2))
    other = write(tmp_path / "b.jsonl", [(few[0][0], "fake_military")])
    train = ("train", "--without-shipped", "--add", other, "-o", str(tmp_path / "m"), "--force")
    assert "--relabel" in run(capsys, *train)[2]
    with CaseStore() as store:
        assert store.cases()[0].category == "task_rebate"
    assert "改标签 1 条" in run(capsys, *train, "--relabel")[2]
    with CaseStore() as store:
        assert [case.category for case in store.cases() if case.text == few[0][0]] == ["fake_military"]
        assert len(store.cases()) == len(few)


def test_a_declared_type_is_listed_and_withdrawn_once_it_has_no_cases(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with CaseStore() as store:
        store.declare([{"code": "pet_boarding", "name": "宠物寄养类"}])
        store.add([NewCase(text="猫寄养在网友家", category="pet_boarding")])
    assert run(capsys, "cases", "types")[1] == "pet_boarding\t宠物寄养类\t1\n"
    code, _, err = run(capsys, "cases", "withdraw", "pet_boarding")
    assert (code, "1 条" in err) == (1, True)
    assert run(capsys, "cases", "remove", "1")[0] == 0
    assert run(capsys, "cases", "withdraw", "pet_boarding")[0] == 0
    code, _, err = run(capsys, "cases", "withdraw", "pet_boarding")
    assert (code, err) == (1, "没有声明过类型 pet_boarding；声明过的有：–。\n")


def test_a_store_that_is_not_there_is_not_made_by_looking(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = str(tmp_path / "没有.sqlite")
    for command in (("list",), ("approve", "1"), ("remove", "1"), ("export", "-o", "-"), ("types",)):
        code, out, err = run(capsys, "cases", *command, "--store", missing)
        assert (code, out, missing in err) == (1, "", True)
    assert run(capsys, "cases", "list")[0] == 0
    assert list(tmp_path.rglob("*.sqlite")) == []


def test_a_list_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with CaseStore() as store:
        store.add([NewCase(text="被骗\x1b[31m红\r了\n两行", category="romance", source="a\x07.csv")])
    out = run(capsys, "cases", "list")[1]
    assert len(out.splitlines()) == 1
    assert not any(char in out for char in "\x1b\r\x07")
