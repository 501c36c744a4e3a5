"""Holds the API to giving what the library gives, to answering every fault as a problem, and to telling no narrative."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from serving import client_of

from classifier import ScamClassifier, versions
from classifier.loading import shipped_model
from classifier.model import read
from classifier.render.as_json import verdict_object, verdict_schema
from classifier.taxonomy import NOT_A_CASE, load_taxonomy

TEXTS = (
    "对方自称客服，说要关闭百万保障，让我下载会议软件共享屏幕，把钱转到安全账户。",
    "群里派单让我垫付，做了三单以后提不了现。",
    "今天天气很好，我们去公园散步。",
    "對方自稱檢察官，說我涉嫌洗錢，要我把錢轉到安全帳戶。",
    "",
    "12345",
)


@pytest.fixture(scope="module")
def library() -> ScamClassifier:
    return ScamClassifier.load()


def plain(verdict: object) -> object:
    return json.loads(json.dumps(verdict))


@pytest.mark.parametrize("text", TEXTS)
def test_one_text_gets_the_verdict_of_the_library(client: TestClient, library: ScamClassifier, text: str) -> None:
    answer = client.post("/v1/classify", json={"text": text})
    assert answer.status_code == 200
    [verdict] = answer.json()["verdicts"]
    assert verdict == plain(verdict_object(library.classify(text), library.taxonomy))
    Draft202012Validator(json.loads(verdict_schema())).validate(verdict)


def test_many_texts_get_the_verdicts_of_the_library_in_their_order(client: TestClient, library: ScamClassifier) -> None:
    answer = client.post("/v1/classify", json={"texts": list(TEXTS)}).json()
    expected = [verdict_object(verdict, library.taxonomy) for verdict in library.classify_many(TEXTS, candidate_cues=True)]
    assert answer["verdicts"] == plain(expected)
    assert answer["model"].startswith("default ")


def test_a_long_text_is_answered_like_a_short_one(client: TestClient, library: ScamClassifier) -> None:
    text = TEXTS[0] * 500
    [verdict] = client.post("/v1/classify", json={"text": text}).json()["verdicts"]
    assert verdict["cues"] == plain(verdict_object(library.classify(text), library.taxonomy))["cues"]  # type: ignore[index]


def test_why_this_and_not_that_and_another_border(client: TestClient, library: ScamClassifier) -> None:
    asked = {"text": TEXTS[0], "against": "fake_authority", "accept": 0.99}
    [verdict] = client.post("/v1/classify", json=asked).json()["verdicts"]
    expected = library.classify(TEXTS[0], against="fake_authority", accept=0.99)
    assert verdict == plain(verdict_object(expected, library.taxonomy, against="fake_authority"))
    [bare] = client.post("/v1/classify", json={"text": TEXTS[0], "cues": False}).json()["verdicts"]
    assert bare["cues"] == bare["contributions"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"text": "秘密的话", "texts": ["秘密的话"]}, 422),
        ({"texts": ["秘密的话"], "against": "romance"}, 422),
        ({"text": "秘密的话", "against": "秘密的话"}, 422),
        ({"text": "秘密的话", "against": "not_known"}, 422),
        ({"text": 3}, 422),
        ({"text": "秘密的话", "accept": 2}, 422),
        ({"text": "秘密的话", "more": 1}, 422),
        ({"texts": ["秘密的话"] * 1001}, 413),
        ({"text": "秘" * 1_000_001}, 413),
        ([], 422),
    ],
)
def test_what_is_wrong_is_a_problem_without_the_text(client: TestClient, body: object, status: int) -> None:
    answer = client.post("/v1/classify", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]
    assert "秘密" not in answer.text or body == {"text": "秘密的话", "against": "秘密的话"}  # a code that nobody knows is named


def test_problems_are_in_the_language_asked_for(client: TestClient) -> None:
    assert client.post("/v1/classify?lang=en", json={}).json()["detail"].isascii()
    assert client.post("/v1/classify", json={}, headers={"Accept-Language": "en-GB"}).json()["detail"].isascii()
    assert not client.post("/v1/classify", json={}).json()["detail"].isascii()


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/none", 404), ("GET", "/v1/classify", 405), ("GET", "/v1/batch/none", 404)])
def test_what_is_not_there_is_a_problem(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["status"]) == (status, "application/problem+json", status)


def test_an_unforeseen_error_tells_its_kind_and_nothing_else(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("秘密的话")

    monkeypatch.setattr(ScamClassifier, "classify", fail)
    answer = client.post("/v1/classify", json={"text": "秘密的话"})
    assert answer.status_code == 500
    assert "RuntimeError" in answer.text
    assert "秘密" not in answer.text


def test_types_and_model_are_those_of_the_library(client: TestClient, library: ScamClassifier) -> None:
    types = {entry["code"]: entry for entry in client.get("/v1/types").json()}
    assert set(types) == {*load_taxonomy().categories, NOT_A_CASE}
    assert types["romance"]["names"] == load_taxonomy()["romance"].names
    model = client.get("/v1/model").json()
    assert (model["types"], model["facts"]["corpus"]) == (list(library.model.codes), library.model.facts["corpus"])


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "model": client.get("/v1/model").json()["title"], "fault": ""}
    client.post("/v1/classify", json={"text": TEXTS[1]})
    client.get("/v1/batch/秘密的话")
    text = client.get("/metrics").text
    assert 'scamtype_requests_total{route="/v1/classify",status="200"} 1.0' in text
    assert 'scamtype_texts_total{decision="accept"} 1.0' in text
    assert 'scamtype_jobs{state="done"} 0.0' in text
    assert "秘密" not in text


def test_a_model_that_is_promoted_meanwhile_is_used_without_losing_a_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.web.holder._EVERY", 0.0)
    model = read(shipped_model())
    model.save(tmp_path / "other")
    version = versions.keep(tmp_path / "other", parent="", figures={})
    with client_of(tmp_path) as client:
        titles = []
        for number in range(30):
            if number == 10:
                versions.promote(version)
            if number == 20:
                (version.folder / "terms.txt").write_text("x", encoding="utf-8")
                (version.folder / "manifest.json").touch()
            answer = client.post("/v1/classify", json={"text": TEXTS[0]})
            assert answer.status_code == 200
            titles.append(answer.json()["model"])
        assert [title.split()[0] for title in titles] == ["default"] * 10 + [version.name] * 20
        assert client.get("/healthz").json()["fault"] == "model_file_damaged"  # and the one before goes on


def test_the_description_has_examples_and_its_page_needs_nothing_from_elsewhere(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) >= {"/v1/classify", "/v1/batch", "/v1/batch/{job}", "/v1/types", "/v1/model", "/healthz", "/metrics"}
    assert "/" not in described["paths"]
    examples = described["components"]["schemas"]["Texts"]["examples"]
    for example in examples:
        assert client.post("/v1/classify", json=example).status_code == 200
    [answer] = described["components"]["schemas"]["Verdicts"]["examples"]
    assert answer == client.post("/v1/classify", json={**examples[0], "cues": False}).json()
    page = client.get("/docs").text
    assert "POST /v1/classify" in page
    assert "https://" not in page
    assert "//cdn" not in page
