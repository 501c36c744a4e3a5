"""Holds the Dask engine to the local run, row by row: nothing lost, nothing twice, whichever process dies."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import dask.dataframe as dd
import distributed
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from clusters import Cluster, cluster, scamtype, wait_for

from classifier import InputError, ScamClassifier
from classifier.batch.plan import Options
from classifier.cli.app import main
from classifier.engines import dask as engine
from classifier.engines.dask import label
from classifier.engines.folder import verify
from classifier.engines.partitions import Failed, Job, label_partition, model_hash, plan_partitions
from classifier.errors import ModelError, OutputError
from classifier.loading import shipped_model
from classifier.tables.files import find_source
from training.corpus import Corpus

ADDED = ["诈骗类型", "类型代码", "置信度", "第二类型", "判定", "线索词", "出错"]


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="module")
def frame(corpus: Corpus) -> pd.DataFrame:
    texts = [case.text for case in corpus.cases[::3]][:1800]
    texts[5], texts[6] = "", "  "
    days = [f"2023-{1 + place % 12:02d}-15" for place in range(len(texts))]
    return pd.DataFrame({"编号": [f"{place:08d}" for place in range(len(texts))], "报案时间": days, "案情描述": texts})


@pytest.fixture(scope="module")
def parquet(frame: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files of six row groups each."""
    folder = tmp_path_factory.mktemp("in")
    half = len(frame) // 2
    for name, piece in (("a", frame[:half]), ("b", frame[half:])):
        pq.write_table(pa.Table.from_pandas(piece, preserve_index=False), folder / f"{name}.parquet", row_group_size=150)
    return folder


@pytest.fixture(scope="module")
def local(parquet: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What the local run makes of them."""
    target = tmp_path_factory.mktemp("local") / "out.parquet"
    subprocess.run(scamtype("batch", f"{parquet}/*.parquet", "-o", str(target)), check=True, capture_output=True)
    return pd.read_parquet(target)


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, in this process."""

    def call(*arguments: str) -> tuple[int, str]:
        code = main(arguments)
        captured = capsys.readouterr()
        assert captured.out == ""
        return code, captured.err

    return call


def parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


def read_all(folder: Path) -> pd.DataFrame:
    return pd.concat([pd.read_parquet(file) for file in parts(folder)], ignore_index=True)


def hidden(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name.startswith(".")]


def test_with_a_worker_killed_in_the_middle_every_row_is_labelled_once_as_by_the_local_run(
    parquet: Path, tmp_path: Path, local: pd.DataFrame
) -> None:
    out = tmp_path / "out"
    with cluster(tmp_path / "cluster") as running:
        command = scamtype("batch", "--engine", "dask", "--scheduler", running.address, f"{parquet}/*.parquet", "-o", str(out))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as client:
            wait_for(lambda: len(parts(out)) >= 3)
            finished = len(parts(out))
            running.workers[0].kill()
            _, err = client.communicate(timeout=240)
    assert running.workers[0].returncode == -signal.SIGKILL
    assert finished < 12
    assert client.returncode == 0, err
    assert "Traceback" not in err
    assert [file.name for file in parts(out)] == [f"part-{number:05d}.parquet" for number in range(12)]
    pd.testing.assert_frame_equal(read_all(out), local)
    assert verify(out)["totals"]["rows"] == 1800
    assert hidden(out) == []


def test_with_the_client_killed_in_the_middle_resume_goes_on_with_what_is_not_finished(
    parquet: Path, tmp_path: Path, two_workers: Cluster, run: Run, local: pd.DataFrame
) -> None:
    out = tmp_path / "out"
    arguments = ("batch", "--engine", "dask", "--scheduler", two_workers.address, f"{parquet}/*.parquet", "-o", str(out))
    with subprocess.Popen(scamtype(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as client:
        wait_for(lambda: len(list(out.glob(".part-*.facts"))) >= 2)
        client.kill()
    kept = {file.name.removeprefix(".").removesuffix(".facts") for file in out.glob(".part-*.facts")}
    before = {name: (out / name).stat().st_ino for name in kept}
    assert not (out / "manifest.json").exists()
    assert run(*arguments)[0] == 1
    code, err = run(*arguments, "--resume")
    assert code == 0, err
    assert {name: (out / name).stat().st_ino for name in kept} == before
    pd.testing.assert_frame_equal(read_all(out), local)
    assert hidden(out) == []


def test_a_file_of_another_kind_is_a_partition_and_comes_out_as_from_the_local_run(
    frame: pd.DataFrame, tmp_path: Path, two_workers: Cluster, run: Run
) -> None:
    source, out, local = tmp_path / "in", tmp_path / "out", tmp_path / "local"
    source.mkdir()
    frame[:40].to_csv(source / "a.csv", index=False, encoding="gb18030")
    frame[40:80].to_json(source / "b.jsonl.gz", orient="records", lines=True, force_ascii=False)
    frame[80:120].to_excel(source / "c.xlsx", index=False, engine="xlsxwriter")
    code, err = run("batch", "--engine", "dask", "--scheduler", two_workers.address, f"{source}/*", "-o", str(out))
    assert code == 0, err
    assert run("batch", f"{source}/*", "-o", f"{local}/")[0] == 0
    assert [file.name for file in parts(out)] == ["part-00000.csv", "part-00001.jsonl.gz", "part-00002.xlsx"]
    for name, other in (("part-00000.csv", "a.csv"), ("part-00001.jsonl.gz", "b.jsonl.gz")):
        assert (out / name).read_bytes() == (local / other).read_bytes()
    excel = [pd.read_excel(file, engine="calamine", dtype=str) for file in (out / "part-00002.xlsx", local / "c.xlsx")]
    pd.testing.assert_frame_equal(*excel)


def test_the_manifest_tells_rows_sizes_hashes_model_and_options(
    parquet: Path, tmp_path: Path, two_workers: Cluster, classifier: ScamClassifier, run: Run
) -> None:
    out = tmp_path / "out"
    assert run("batch", "--engine", "dask", "--scheduler", two_workers.address, "--no-cues", f"{parquet}/a.parquet", "-o", str(out))[0] == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["totals"]["rows"] == 900 == sum(partition["rows"] for partition in manifest["partitions"])
    assert manifest["options"]["cues"] is False
    shipped = Path(str(classifier._folder)) / "manifest.json"
    assert manifest["fingerprint"]["model"] == hashlib.sha256(shipped.read_bytes()).hexdigest()
    for number, partition in enumerate(manifest["partitions"]):
        content = (out / partition["file"]).read_bytes()
        assert (partition["size"], partition["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert (partition["row_group"], partition["column"], Path(partition["source"]).name) == (number, "案情描述", "a.parquet")


def test_a_finished_folder_verifies_until_something_is_changed(parquet: Path, tmp_path: Path, two_workers: Cluster, run: Run) -> None:
    out = tmp_path / "out"
    arguments = ("batch", "--engine", "dask", "--scheduler", two_workers.address, f"{parquet}/a.parquet", "-o", str(out))
    assert run(*arguments)[0] == 0
    code, err = run(*arguments, "--resume")
    assert (code, "清单一致" in err) == (0, True)
    with (out / "part-00003.parquet").open("r+b") as stream:
        stream.seek(100)
        stream.write(b"\0\1\2")
    with pytest.raises(OutputError, match=r"part-00003\.parquet"):
        verify(out)
    code, err = run(*arguments, "--resume")
    assert (code, err.count("\n"), "part-00003.parquet" in err) == (1, 1, True)
    (out / "part-00003.parquet").unlink()
    with pytest.raises(OutputError, match=r"part-00003\.parquet"):
        verify(out)


def test_a_folder_with_something_in_it_is_refused_and_force_replaces_only_partitions(
    parquet: Path, tmp_path: Path, two_workers: Cluster, run: Run
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    (out / "part-00099.parquet").write_bytes(b"of a longer run")
    arguments = ("batch", "--engine", "dask", "--scheduler", two_workers.address, f"{parquet}/a.parquet", "-o", str(out))
    code, err = run(*arguments)
    assert (code, err.count("\n")) == (1, 1)
    assert len(parts(out)) == 1
    assert run(*arguments, "--force")[0] == 0
    assert [file.name for file in parts(out)] == [f"part-{number:05d}.parquet" for number in range(6)]
    assert (out / "notes.txt").read_text() == "mine"


def test_what_has_changed_since_is_noticed(parquet: Path, tmp_path: Path, two_workers: Cluster, run: Run) -> None:
    out = tmp_path / "out"
    arguments = ("batch", "--engine", "dask", "--scheduler", two_workers.address, f"{parquet}/a.parquet", "-o", str(out), "--resume")
    assert run(*arguments)[0] == 0
    code, err = run(*arguments, "--no-cues")
    assert (code, err.count("\n"), "选项" in err) == (1, 1, True)
    os.utime(parquet / "a.parquet", (1, 1))
    code, err = run(*arguments)
    assert (code, err.count("\n"), "输入" in err) == (1, 1, True)


def test_a_file_that_cannot_be_read_is_one_line_and_what_is_finished_is_kept(
    frame: pd.DataFrame, tmp_path: Path, two_workers: Cluster, run: Run
) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    frame[:20].to_csv(source / "a.csv", index=False)
    (source / "b.csv").write_bytes(b"")
    code, err = run("batch", "--engine", "dask", "--scheduler", two_workers.address, f"{source}/*", "-o", str(out))
    assert (code, err.count("\n"), "b.csv" in err) == (1, 1, True)
    assert not (out / "manifest.json").exists()


def test_the_report_redaction_and_the_exit_code_are_those_of_the_local_run(tmp_path: Path, two_workers: Cluster, run: Run) -> None:
    source = tmp_path / "a.jsonl"
    lines = [
        json.dumps({"日期": "2023-05-08", "案情": f"对方让我刷单，电话1380013800{digit}，做完三单说操作失误"}, ensure_ascii=False)
        for digit in range(9)
    ]
    source.write_text("\n".join([*lines, "{broken"]) + "\n", encoding="utf-8")
    seen = []
    for chosen in (("--engine", "dask", "--scheduler", two_workers.address), ()):
        out, page = tmp_path / f"out{len(chosen)}", tmp_path / f"{len(chosen)}.html"
        target = str(out) if chosen else str(out / "part-00000.jsonl")
        out.mkdir()
        code, err = run("batch", *chosen, str(source), "-o", target, "--redact", "--report", str(page))
        assert code == 4, err
        body = page.read_text(encoding="utf-8")
        seen.append(((out / "part-00000.jsonl").read_bytes(), body[body.index("</header>") :], err.splitlines()[-1]))
    assert seen[0] == seen[1]
    assert "［电话］".encode() in seen[0][0]
    assert "2023-05" in seen[0][1]


def test_a_cluster_is_started_on_this_machine_where_no_scheduler_is_named(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame[:30].to_csv(tmp_path / "a.csv", index=False)
    command = scamtype("batch", "--engine", "dask", "--workers", "1", str(tmp_path / "a.csv"), "-o", str(tmp_path / "out"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert verify(tmp_path / "out")["totals"]["rows"] == 30


def test_a_scheduler_that_cannot_be_reached_is_one_line(monkeypatch: pytest.MonkeyPatch, parquet: Path, tmp_path: Path, run: Run) -> None:
    monkeypatch.setattr(engine, "_PATIENCE", 1)
    arguments = ("batch", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", f"{parquet}/a.parquet", "-o", str(tmp_path / "out"))
    code, err = run(*arguments)
    assert (code, err.count("\n"), "tcp://127.0.0.1:1" in err) == (1, 1, True)


def test_a_scheduler_without_workers_is_one_line(monkeypatch: pytest.MonkeyPatch, parquet: Path, tmp_path: Path, run: Run) -> None:
    monkeypatch.setattr(engine, "_PATIENCE", 1)
    with cluster(tmp_path / "cluster", workers=0) as running:
        code, err = run("batch", "--engine", "dask", "--scheduler", running.address, f"{parquet}/a.parquet", "-o", str(tmp_path / "out"))
    assert (code, err.count("\n"), running.address in err) == (1, 1, True)


@pytest.mark.parametrize("missing", ["dask", "distributed"])
def test_without_dask_one_line_names_what_to_install(tmp_path: Path, missing: str) -> None:
    (tmp_path / "a.csv").write_text("案情\n对方让我刷单\n", encoding="utf-8")
    script = f"import sys; sys.modules[{missing!r}] = None; from classifier.cli.app import main; sys.exit(main(sys.argv[1:]))"
    arguments = ("batch", "--engine", "dask", str(tmp_path / "a.csv"), "-o", str(tmp_path / "out"))
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert 'pip install "scamtype[dask]"' in done.stderr


def test_a_worker_with_another_model_does_not_answer(parquet: Path, tmp_path: Path) -> None:
    [partition, *_] = plan_partitions([find_source(parquet / "a.parquet")])
    failed = label_partition(Job(partition, str(tmp_path), Options(), "another", {}, "zh"))
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ModelError)
    assert parts(tmp_path) == []


def test_a_partition_that_is_done_twice_is_there_once(parquet: Path, tmp_path: Path) -> None:
    [_, partition, *_] = plan_partitions([find_source(parquet / "a.parquet")])
    job = Job(partition, str(tmp_path), Options(), model_hash(shipped_model()), {}, "zh")
    first, second = label_partition(job), label_partition(job)
    assert first == second
    assert [file.name for file in tmp_path.iterdir() if not file.name.endswith(".facts")] == ["part-00001.parquet"]


def test_a_dask_frame_is_labelled_as_a_frame_is(frame: pd.DataFrame, classifier: ScamClassifier, two_workers: Cluster) -> None:
    some = frame[:300]
    lazy = label(dd.from_pandas(some, npartitions=4), text="案情描述")
    with distributed.Client(two_workers.address, set_as_default=False) as client:
        computed = client.compute(lazy).result(timeout=120)
    expected = classifier.label_frame(some, "案情描述", workers=1)
    assert list(computed.columns) == [*frame.columns, *ADDED]
    pd.testing.assert_frame_equal(computed, expected, check_dtype=False)


def test_the_types_of_a_labelled_dask_frame_are_those_that_it_promises(frame: pd.DataFrame) -> None:
    ddf = dd.from_pandas(frame[:20], npartitions=2)
    lazy = label(ddf[ddf["编号"] < "00000005"], text="案情描述", cues=False, lang="en")
    computed = lazy.compute(scheduler="synchronous")
    assert len(computed) == 5
    assert computed.dtypes.to_dict() == lazy.dtypes.to_dict()
    assert computed.dtypes["confidence"] == "float64"


def test_a_dask_frame_may_have_missing_narratives_and_columns_of_the_same_names() -> None:
    frame = pd.DataFrame({"text": ["对方让我刷单垫付后无法提现", None], "诈骗类型": ["a", "b"]})
    computed = label(dd.from_pandas(frame, npartitions=1), text="text").compute(scheduler="synchronous")
    assert list(computed["诈骗类型"]) == ["a", "b"]
    assert list(computed["类型代码"]) == ["task_rebate", "not_a_case"]
    assert "诈骗类型_2" in computed


def test_a_column_that_is_not_there_is_refused_before_anything_is_computed(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="没有"):
        label(dd.from_pandas(frame[:5], npartitions=1), text="没有")
