"""Holds the server to refusing what does not come from its own people, and to keeping nothing that it need not keep."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from serving import BASE, Server, client_of

from classifier.cli.app import main
from classifier.web.app import create_app
from classifier.web.jobs import clean
from classifier.web.settings import Settings

TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[TestClient]:
    with client_of(tmp_path, token=TOKEN, host="0.0.0.0", names=frozenset({"tool.example"})) as opened:
        yield opened


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8765", "[::2]"])
def test_another_name_than_its_own_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost:1", "[::1]:8765", "LOCALHOST"])
def test_its_own_names_are_accepted(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/classify", "/", "/corrections", "/batch", "/batch/x/delete", "/corrections/withdraw"])
def test_what_another_site_sends_is_refused(client: TestClient, headers: dict[str, str], path: str) -> None:
    assert client.post(path, headers=headers, data={"text": "x"}).status_code == 403


def test_its_own_page_and_programs_are_accepted(client: TestClient) -> None:
    for headers in ({"Origin": BASE, "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}):
        assert client.post("/v1/classify", json={"text": "x"}, headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/", "/batch", "/corrections", "/docs", "/healthz", "/v1/model", "/none", "/static/app.js"])
def test_every_answer_carries_the_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "set-cookie" not in headers


def test_pages_hold_no_script_or_style_of_their_own(client: TestClient) -> None:
    for page in (client.get("/"), client.post("/", data={"text": "群里派单让我垫付，提不了现"}), client.get("/batch"), client.get("/docs")):
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert page.text.count("<script") == 1
        assert " on" not in {part[:3] for part in page.text.split("<")}


def test_nothing_of_a_text_is_markup(client: TestClient) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'群里派单让我垫付，做了三单以后提不了现</textarea><b>"
    for path in ("/", "/fragment"):
        page = client.post(path, data={"text": text}).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "</textarea><b>" not in page
    client.post("/corrections", data={"text": text, "category": "romance", "note": "<b>"})
    assert "<script>alert" not in client.get("/corrections").text


@pytest.mark.parametrize(
    "authorization", [None, "Bearer wrong", "Bearer ", f"Basic {TOKEN}", "Basic ???", f"Token {TOKEN}", "Basic " + base64.b64encode(b"a:b").decode()]
)
def test_without_its_token_nothing_is_answered(closed: TestClient, authorization: str | None) -> None:
    for path, kind in (("/v1/model", "Bearer"), ("/", "Basic"), ("/healthz", "Basic"), ("/static/app.js", "Basic"), ("/openapi.json", "Basic")):
        answer = closed.get(path, headers={"Authorization": authorization} if authorization else {})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith(kind)


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}", "Basic " + base64.b64encode(f"任意:{TOKEN}".encode()).decode()])
def test_with_its_token_all_is(closed: TestClient, authorization: str) -> None:
    for path in ("/v1/model", "/", "/docs"):
        assert closed.get(path, headers={"Authorization": authorization, "Host": "tool.example"}).status_code == 200
    assert closed.get("/openapi.json", headers={"Authorization": authorization}).json()["security"] == [{"token": []}]


def test_another_address_needs_a_token_that_is_no_argument(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SCAMTYPE_TOKEN", raising=False)
    assert main(["serve", "--host", "0.0.0.0"]) == 1
    assert "SCAMTYPE_TOKEN" in capsys.readouterr().err
    (tmp_path / "token").write_text("short")
    assert main(["serve", "--host", "0.0.0.0", "--token-file", str(tmp_path / "token")]) == 1
    assert "16" in capsys.readouterr().err
    assert main(["serve", "--token", TOKEN]) == 2


def test_a_port_that_is_taken_is_one_line(server: Server) -> None:
    taken = [sys.executable, "-c", "from classifier.cli.app import entry; entry()", "serve", "--port", str(server.port)]
    done = subprocess.run(taken, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert str(server.port) in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_too_large_a_body_is_413_whether_it_says_so_or_not(tmp_path: Path) -> None:
    with client_of(tmp_path, most_body=1000) as client:
        assert client.post("/v1/classify", json={"text": "大" * 2000}).status_code == 413

        def pieces() -> Iterator[bytes]:
            for _ in range(50):
                yield b"x" * 100

        assert client.post("/v1/classify", content=pieces(), headers={"Content-Type": "application/json"}).status_code == 413
        assert client.post("/v1/classify", json={"text": "小"}).status_code == 200
        assert client.post("/v1/classify", content=b"{}", headers={"Content-Length": "-1"}).status_code == 400


def test_who_comes_when_all_is_busy_is_told_to_come_back(tmp_path: Path) -> None:
    with client_of(tmp_path, most_waiting=0) as client:
        answer = client.post("/v1/classify", json={"text": "x"})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


def test_nothing_of_a_text_is_kept_or_logged(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    import httpx2

    secret = "这句话谁也不该记下来，群里派单让我垫付"
    for path, sent in (("/v1/classify", {"json": {"text": secret}}), ("/fragment", {"data": {"text": secret}}), ("/", {"data": {"text": secret}})):
        assert httpx2.post(server.address + path, **sent).status_code == 200  # type: ignore[arg-type]
    httpx2.post(server.address + "/v1/classify", json={"texts": secret})
    assert server.stop() == 0
    assert not any(secret[:6] in line for line in server.said)
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert files
    assert not any(secret[:6].encode() in path.read_bytes() for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\案件\\2024.xlsx", "2024.xlsx"),
        ("", "table"),
        ("..", "table"),
        ("-rf.csv", "rf.csv"),
        ("a\n\x1b[31m<b>.CSV.gz", "a_31m_b.csv.gz"),
        ("案" * 300 + ".xlsx", "案" * 60 + ".xlsx"),
        (".csv", "csv"),
        ("报 表(1).csv", "报_表_1.csv"),
    ],
)
def test_the_name_of_an_upload_is_only_a_name(name: str, kept: str) -> None:
    assert clean(name) == kept


def test_one_process_makes_its_own_folder_for_its_owner(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(folder=tmp_path / "a" / "jobs"))):
        pass
    assert (tmp_path / "a" / "jobs").stat().st_mode & 0o777 == 0o700
