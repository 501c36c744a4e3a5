"""Holds the pages to showing the verdict in words, without JavaScript too, and corrections to reaching the case store as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from serving import client_of

from classifier import ScamClassifier
from classifier.case_store import WAITING, CaseStore
from classifier.taxonomy import NOT_A_CASE, load_taxonomy
from training.added import read_added

TASK = "群里派单让我垫付，做了三单以后提不了现，客服说卡单要再充。"
SERVICE = "对方自称客服，说要关闭百万保障，让我下载会议软件共享屏幕，把钱转到安全账户。"


def test_without_javascript_a_form_is_enough(client: TestClient) -> None:
    page = client.post("/", data={"text": TASK}).text
    for expected in ("刷单返利类", "确认", "96110", "110", f">\n{TASK}</textarea>", "<mark"):
        assert expected in page
    assert "<mark" not in client.get("/").text


@pytest.mark.parametrize(
    ("text", "word"), [(TASK, "确认"), ("今天天气很好，我们去公园散步。", "不是案情"), ("她说急用钱，让我先转给她一点", "建议复核")]
)
def test_the_decision_is_told_in_words(client: TestClient, text: str, word: str) -> None:
    assert f'id="decision">{word}<' in client.post("/fragment", data={"text": text}).text


def test_a_number_never_stands_without_words(client: TestClient) -> None:
    page = client.post("/fragment", data={"text": TASK}).text
    verdict = ScamClassifier.load().classify(TASK)
    assert f"（{verdict.confidence:.0%}）" in page or "（&gt;99%）" in page
    assert "其次可能" in page


def test_another_type_of_the_ranking_shows_its_own_cues(client: TestClient) -> None:
    library = ScamClassifier.load()
    verdict = library.classify(SERVICE)
    other = "fake_authority"
    page = client.post("/fragment", data={"text": SERVICE, "show": other}).text
    assert f"显示“{load_taxonomy()[other].names['zh']}”的依据" in page
    for cue in library.cues_of(SERVICE, [other])[other]:
        assert cue.text in page
    assert f'value="{other}" aria-pressed="true"' in page or other not in [code for code, _ in verdict.ranking[:5]]
    assert client.post("/fragment", data={"text": SERVICE, "show": "没有"}).status_code == 200


def test_a_text_with_nothing_in_it_gets_nothing(client: TestClient) -> None:
    for text in ("", "  \n "):
        assert client.post("/fragment", data={"text": text}).text.strip() == ""
    assert client.post("/fragment", data={"text": "12345"}).status_code == 200


def test_a_text_beyond_all_length_is_told_and_the_page_stays(tmp_path: Path) -> None:
    with client_of(tmp_path, most_characters=50) as client:
        page = client.post("/", data={"text": "长" * 51})
        assert (page.status_code, 'role="alert"' in page.text) == (413, True)
        assert client.post("/fragment", data={"text": "长" * 51}).status_code == 413


def test_all_of_it_is_in_english_when_asked(client: TestClient) -> None:
    page = client.post("/?lang=en", data={"text": TASK}).text
    for expected in ('lang="en"', "Accepted", "Tell the victim", "task", 'action="/corrections?lang=en"', 'href="/batch?lang=en"'):
        assert expected in page
    assert client.get("/batch?lang=en").text.count("lang=en") >= 5
    assert 'lang="zh-CN"' in client.get("/?lang=fr").text


def test_a_correction_waits_in_the_case_store_with_what_was_said(client: TestClient, tmp_path: Path) -> None:
    page = client.post("/corrections", data={"text": TASK, "category": "romance", "note": "聊天认识的"}).text
    assert "已记下更正" in page
    with CaseStore(tmp_path / "cases.sqlite") as store:
        [case] = store.cases()
    assert (case.text, case.category, case.status, case.predicted, case.source, case.note) == (
        TASK, "romance", WAITING, "task_rebate", "page", "聊天认识的",
    )  # fmt: skip
    assert case.model is not None
    assert case.model.startswith("default ")
    home = client.get("/").text
    assert "1 条更正等待确认" in home
    assert "刷单返利类 → 网络婚恋、交友类（1 次）" in home
    assert TASK[:20] in client.get("/corrections").text


def test_a_correction_is_withdrawn_and_an_approved_case_is_not(client: TestClient, tmp_path: Path) -> None:
    client.post("/corrections", data={"text": TASK, "category": "romance"})
    assert "已撤回" in client.post("/corrections/withdraw", data={"number": 1}).text
    assert "没有可撤回" in client.post("/corrections/withdraw", data={"number": 1}).text
    client.post("/corrections", data={"text": TASK, "category": "romance"})
    with CaseStore(tmp_path / "cases.sqlite") as store:
        store.approve([2])
    client.post("/corrections/withdraw", data={"number": 2, "back": "list"})
    with CaseStore(tmp_path / "cases.sqlite") as store:
        assert len(store.cases()) == 1


def test_corrections_are_exported_so_that_they_can_be_added(client: TestClient, tmp_path: Path) -> None:
    client.post("/corrections", data={"text": TASK, "category": "romance"})
    client.post("/corrections", data={"text": SERVICE, "category": NOT_A_CASE})
    got = client.get("/corrections.csv")
    assert got.headers["content-disposition"].startswith("attachment")
    (tmp_path / "更正.csv").write_bytes(got.content)
    added = read_added([tmp_path / "更正.csv"], load_taxonomy())
    assert [(case.text, case.category, case.status) for case in added] == [(TASK, "romance", WAITING), (SERVICE, NOT_A_CASE, WAITING)]


def test_what_is_right_or_known_already_is_not_stored_again(client: TestClient, tmp_path: Path) -> None:
    assert "无需更正" in client.post("/corrections", data={"text": TASK, "category": "task_rebate"}).text
    assert not (tmp_path / "cases.sqlite").exists()
    for said in ("已记下更正", "已在案例库"):
        assert said in client.post("/corrections", data={"text": TASK, "category": "romance"}).text


@pytest.mark.parametrize("sent", [{"text": TASK, "category": "没有"}, {"text": " ", "category": "romance"}, {"category": "romance"}, {"text": TASK}])
def test_a_correction_that_says_nothing_is_refused(client: TestClient, tmp_path: Path, sent: dict[str, str]) -> None:
    answer = client.post("/corrections", data=sent)
    assert answer.status_code == 422
    assert TASK[:6] not in answer.text
    assert not (tmp_path / "cases.sqlite").exists()


def test_looking_makes_no_store(client: TestClient, tmp_path: Path) -> None:
    for path in ("/", "/corrections", "/corrections.csv"):
        assert client.get(path).status_code == 200
    assert not (tmp_path / "cases.sqlite").exists()


def test_a_store_that_cannot_be_read_is_told_and_the_verdict_still_comes(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "cases.sqlite").write_bytes(b"no store" * 100)
    page = client.post("/", data={"text": TASK})
    assert "刷单返利类" in page.text
    assert "不是案例库" in page.text


def test_a_narrative_of_a_million_characters_is_answered_on_the_page(client: TestClient) -> None:
    page = client.post("/fragment", data={"text": (TASK * 40_000)[:1_000_000]})
    assert (page.status_code, "刷单返利类" in page.text) == (200, True)
