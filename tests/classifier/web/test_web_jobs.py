"""Holds jobs to being the same as ``scamtype batch``, to surviving a restart, to their bounds, and to going away when told."""

from __future__ import annotations

import io
import os
import signal
import time
from pathlib import Path

import httpx2
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from serving import Server, client_of

from classifier.batch.plan import Options
from classifier.batch.run import label_files

TEXTS = ("群里派单让我垫付，做了三单以后提不了现", "对方自称客服，让我下载会议软件共享屏幕", "今天天气很好", "部队采购员让我垫付罐头款")


def table(rows: int = 8) -> bytes:
    lines = [f"{number},{TEXTS[number % 4]}，共{number}元" for number in range(rows)]
    return ("编号,简要案情\n" + "\n".join(lines) + "\n").encode("gb18030")


def send(client: TestClient, content: bytes, name: str = "案件.csv", **fields: str) -> dict:
    answer = client.post("/v1/batch", files={"file": (name, content)}, data=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


def ended(client: TestClient, job: str, within: float = 60) -> dict:
    until = time.monotonic() + within
    while time.monotonic() < until:
        state = client.get(f"/v1/batch/{job}").json()
        if state["state"] not in ("waiting", "running"):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


def test_a_file_comes_back_as_the_batch_labels_it(client: TestClient, tmp_path: Path) -> None:
    job = send(client, table(), name="../案件 2024.csv")
    state = ended(client, job["id"])
    assert (state["state"], state["done"], state["total"], state["name"]) == ("done", 8, 8, "案件_2024.csv")
    assert any("8" in line for line in state["lines"])
    assert not any(str(tmp_path) in line for line in state["lines"])
    got = client.get(f"/v1/batch/{job['id']}/labelled")
    assert got.headers["content-disposition"].startswith("attachment")
    assert "%E6%A1%88%E4%BB%B6_2024_labelled.csv" in got.headers["content-disposition"]
    (tmp_path / "案件_2024.csv").write_bytes(table())
    label_files([str(tmp_path / "案件_2024.csv")], str(tmp_path / "out.csv"), Options(), say=lambda _: None)
    assert got.content == (tmp_path / "out.csv").read_bytes()
    report = client.get(f"/v1/batch/{job['id']}/report")
    assert report.headers["content-disposition"].startswith("attachment")
    assert "案件_2024.csv" in report.text
    assert str(tmp_path) not in report.text


def test_a_workbook_comes_back_as_one_in_the_language_asked_for(client: TestClient) -> None:
    buffer = io.BytesIO()
    pd.DataFrame({"案情": TEXTS}).to_excel(buffer, index=False)
    answer = client.post("/v1/batch?lang=en", files={"file": ("a.xlsx", buffer.getvalue())})
    job = answer.json()["id"]
    assert ended(client, job)["state"] == "done"
    labelled = pd.read_excel(io.BytesIO(client.get(f"/v1/batch/{job}/labelled").content), engine="calamine")
    assert len(labelled) == 4
    assert any("type" in str(name).lower() for name in labelled.columns)


def test_nothing_is_done_before_the_word_is_given(client: TestClient) -> None:
    job = send(client, table(), start="false")["id"]
    time.sleep(0.3)
    assert client.get(f"/v1/batch/{job}").json()["state"] == "new"
    assert client.get(f"/v1/batch/{job}/labelled").status_code == 409
    assert client.post(f"/v1/batch/{job}/start").status_code == 200
    assert client.post(f"/v1/batch/{job}/start").status_code == 409
    assert ended(client, job)["state"] == "done"


def test_the_preview_shows_the_found_column_and_five_labelled_rows(client: TestClient) -> None:
    page = client.post("/batch", files={"file": ("案件.csv", table(9))})
    assert page.status_code == 200
    assert '<option value="简要案情" selected>' in page.text
    assert page.text.count('<tr><td class="number">') == 5
    assert "刷单返利类" in page.text
    job = str(page.url).rpartition("/")[2]
    other = client.get(f"/batch/{job}?column=编号")
    assert '<option value="编号" selected>' in other.text
    assert client.get(f"/batch/{job}?column=没有").status_code == 200
    done = client.post(f"/batch/{job}/start", data={"column": "简要案情"})
    assert done.status_code == 200
    assert ended(client, job)["state"] == "done"
    assert f"/batch/{job}/labelled" in client.get(f"/batch/{job}").text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "没有数据"),
        ("a.csv", "编号,数\n1,2\n".encode(), "列"),
        ("a.exe", b"\x7fELF\x00\x01\x02", ""),
        ("a.xlsx", b"PK\x03\x04broken", ""),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_not_kept(client: TestClient, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    answer = client.post("/v1/batch", files={"file": (name, content)})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert said in answer.json()["detail"]
    assert str(tmp_path) not in answer.text
    page = client.post("/batch", files={"file": (name, content)})
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
    assert client.get("/v1/batch").json() == []
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == ["jobs.sqlite"]


def test_a_job_is_ended_and_deleted_with_all_its_files(client: TestClient, tmp_path: Path) -> None:
    job = send(client, table(60_000))["id"]
    until = time.monotonic() + 30
    while client.get(f"/v1/batch/{job}").json()["done"] == 0:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert client.post(f"/v1/batch/{job}/cancel").json()["state"] == "cancelled"
    time.sleep(0.3)
    assert client.get(f"/v1/batch/{job}").json()["state"] == "cancelled"
    assert client.post(f"/v1/batch/{job}/cancel").json()["state"] == "cancelled"
    assert client.delete(f"/v1/batch/{job}").status_code == 204
    assert client.get(f"/v1/batch/{job}").status_code == 404
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == ["jobs.sqlite"]


def test_jobs_are_bounded_in_number_and_size(tmp_path: Path) -> None:
    with client_of(tmp_path, most_jobs=2, most_upload=5000) as client:
        first = send(client, table(), start="false")
        send(client, table(), start="false")
        assert client.post("/v1/batch", files={"file": ("a.csv", table())}).status_code == 429
        client.delete(f"/v1/batch/{first['id']}")
        assert client.post("/v1/batch", files={"file": ("a.csv", table(2000))}).status_code == 413
        assert len(client.get("/v1/batch").json()) == 1
    assert len([path for path in (tmp_path / "jobs").iterdir() if path.is_dir()]) == 1


def test_jobs_are_deleted_after_their_time(tmp_path: Path) -> None:
    with client_of(tmp_path) as client:
        job = send(client, table())["id"]
        ended(client, job)
    with client_of(tmp_path, days=0.0) as client:
        assert client.get("/v1/batch").json() == []
    assert not (tmp_path / "jobs" / job).exists()


@pytest.mark.parametrize("state", ["new", "cancelled"])
def test_one_that_was_never_begun_does_not_keep_a_server_from_starting(tmp_path: Path, state: str) -> None:
    with client_of(tmp_path) as client:
        job = send(client, table(), start="false")["id"]
        if state == "cancelled":
            client.post(f"/v1/batch/{job}/cancel")
    with client_of(tmp_path, days=0.0) as client:
        assert client.get("/v1/batch").json() == []
    assert not (tmp_path / "jobs" / job).exists()


def test_a_server_that_runs_on_deletes_them_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("classifier.web.jobs._LOOK", 0.05)
    with client_of(tmp_path, days=2 / 86_400) as client:
        job = send(client, table(), start="false")["id"]
        assert client.get(f"/v1/batch/{job}").status_code == 200
        until = time.monotonic() + 30
        while client.get(f"/v1/batch/{job}").status_code == 200:
            assert time.monotonic() < until
            time.sleep(0.1)
    assert not (tmp_path / "jobs" / job).exists()


def test_the_files_of_a_job_are_for_their_owner_alone(client: TestClient, tmp_path: Path) -> None:
    ended(client, send(client, table())["id"])
    files = [path for path in (tmp_path / "jobs").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"案件.csv", "labelled.csv", "report.html", "jobs.sqlite", "result.json"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_job_that_fails_says_why(client: TestClient, tmp_path: Path) -> None:
    job = send(client, table(), start="false")["id"]
    (tmp_path / "jobs" / job / "in" / "案件.csv").unlink()
    client.post(f"/v1/batch/{job}/start")
    state = ended(client, job)
    assert state["state"] == "failed"
    assert "案件.csv" in state["note"]
    assert str(tmp_path) not in state["note"]


def test_a_job_whose_process_dies_says_so(client: TestClient) -> None:
    job = send(client, table(60_000))["id"]
    until = time.monotonic() + 30
    while client.get(f"/v1/batch/{job}").json()["done"] == 0:
        assert time.monotonic() < until
        time.sleep(0.05)
    for number in processes_of(job):
        os.kill(int(number), signal.SIGKILL)
    state = ended(client, job)
    assert (state["state"], "意外结束" in state["note"]) == ("failed", True)


def processes_of(job: str) -> list[str]:
    """Those that work on a job."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        if job.encode() in command and path.parent.name != str(os.getpid()):
            found.append(path.parent.name)
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_job_goes_on_where_it_was_when_its_server_ends(tmp_path: Path, how: signal.Signals) -> None:
    rows = 30_000
    (tmp_path / "案件.csv").write_bytes(table(rows))
    server = Server(tmp_path / "data", "--workers", "1")
    job = httpx2.post(server.address + "/v1/batch", files={"file": ("案件.csv", table(rows))}).json()["id"]
    until = time.monotonic() + 60
    while (state := httpx2.get(f"{server.address}/v1/batch/{job}").json())["done"] < 12_000:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert state["state"] == "running"
    server.stop(how)
    time.sleep(1.5)  # what its worker still does ends when nobody waits for it
    (server.home / "scamtype" / "jobs" / job / "progress.json").unlink()
    server.start()
    try:
        seen = []
        while (state := httpx2.get(f"{server.address}/v1/batch/{job}").json())["state"] in ("waiting", "running"):
            seen += [state["done"]] if state["done"] else []
            assert time.monotonic() < until + 60
            time.sleep(0.05)
        assert (state["state"], state["done"]) == ("done", rows), state
        assert seen[0] >= 5000  # what it tells first: from its beginning that would be a block or two
        got = httpx2.get(f"{server.address}/v1/batch/{job}/labelled").content
    finally:
        server.stop()
    label_files([str(tmp_path / "案件.csv")], str(tmp_path / "out.csv"), Options(), say=lambda _: None)
    assert got == (tmp_path / "out.csv").read_bytes()


def test_when_its_server_is_gone_a_worker_ends_by_itself(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", "--workers", "1")
    job = httpx2.post(server.address + "/v1/batch", files={"file": ("案件.csv", table(60_000))}).json()["id"]
    until = time.monotonic() + 60
    while httpx2.get(f"{server.address}/v1/batch/{job}").json()["done"] == 0:
        assert time.monotonic() < until
        time.sleep(0.05)
    server.stop(signal.SIGKILL)

    while processes_of(job):
        assert time.monotonic() < until
        time.sleep(0.1)
