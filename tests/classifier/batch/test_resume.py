"""Holds a batch to losing nothing: killed at random points, on a full disk, or by Ctrl-C, it goes on and ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import python_calamine

from classifier.batch.plan import Options
from classifier.batch.run import label_files
from classifier.errors import InputError, OutputError
from training.corpus import Corpus

SMALL = {"block_rows": 4, "commit_every": 0.0, "workers": 1}
#: Kills over all kinds of output together are a hundred and more.
KILLS = 13
STREAMS = ["csv", "tsv", "jsonl", "csv.gz", "jsonl.zst", "json"]
CONTAINERS = ["xlsx", "parquet"]


class Runs:
    """Runs in children of a process that has loaded the model."""

    def __init__(self) -> None:
        script = str(Path(__file__).with_name("forks.py"))
        self.process = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, source: Path, output: Path, kill: float | Path | None = None, **options: Any) -> tuple[int, float]:
        assert self.process.stdin
        assert self.process.stdout
        job = {"inputs": [str(source)], "output": str(output), "options": {**SMALL, **options}, "kill": str(kill) if isinstance(kill, Path) else kill}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return answer["status"], answer["seconds"]


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    pool = Runs()
    yield pool
    pool.process.communicate()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Path:
    path = tmp_path_factory.mktemp("input") / "案件导出.csv"
    cells = ((f"{number:05d}", case.text.replace('"', '""')) for number, case in enumerate(corpus.cases[:320]))
    path.write_bytes("".join(["编号,案情描述\r\n", *(f'{number},"{text}"\r\n' for number, text in cells)]).encode("gb18030"))
    return path


def content(path: Path) -> object:
    if path.suffix == ".xlsx":
        return python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return pq.read_table(path).to_pylist() if path.suffix == ".parquet" else path.read_bytes()


@pytest.mark.parametrize("kind", STREAMS + CONTAINERS)
def test_a_run_that_is_killed_again_and_again_ends_as_an_undisturbed_one(runs: Runs, table: Path, tmp_path: Path, kind: str) -> None:
    calm, killed = tmp_path / f"calm.{kind}", tmp_path / f"killed.{kind}"
    status, seconds = runs.run(table, calm)
    assert status == 0
    chance = random.Random(kind)
    kills = 0
    while kills < KILLS:
        status, _ = runs.run(table, killed, kill=chance.uniform(0, seconds), resume=True)
        kills += status == -signal.SIGKILL
        assert status in (0, -signal.SIGKILL)
        assert status != 0 or killed.exists()
        assert not killed.exists() or content(killed) == content(calm)
        if not any(tmp_path.glob(f".{killed.name}.[jp]*")):
            killed.unlink(missing_ok=True)  # done: renamed, and cleared away behind; the next begins anew
    assert runs.run(table, killed, resume=True)[0] == 0
    assert content(killed) == content(calm)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([calm.name, killed.name])


def left_over(runs: Runs, table: Path, output: Path) -> None:
    """A run that was killed as soon as something was in its journal."""
    status, _ = runs.run(table, output, kill=output.with_name(f".{output.name}.journal"))
    assert status == -signal.SIGKILL
    assert not output.exists()


def test_what_is_half_done_is_private_and_hidden(runs: Runs, table: Path, tmp_path: Path) -> None:
    left_over(runs, table, tmp_path / "结果.csv")
    left = sorted(tmp_path.iterdir())
    assert {path.name for path in left} >= {".结果.csv.part", ".结果.csv.journal"}
    assert all(path.name.startswith(".结果.csv.") for path in left)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in left)


def label(source: Path, output: Path, **options: Any) -> None:
    label_files([str(source)], str(output), Options(**{**SMALL, **options}), say=lambda line: None)


def test_what_an_earlier_run_left_is_neither_mixed_nor_thrown_away_unasked(runs: Runs, table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    left_over(runs, table, output)
    with pytest.raises(OutputError, match="--resume") as caught:
        label(table, output)
    assert caught.value.key == "output_left"
    label(table, output, force=True)
    assert output.read_bytes().count(b"\r\n") == 321
    assert list(tmp_path.iterdir()) == [output]


def test_an_input_that_changed_in_between_is_refused(runs: Runs, table: Path, tmp_path: Path) -> None:
    copy, output = tmp_path / "in.csv", tmp_path / "out.csv"
    copy.write_bytes(table.read_bytes())
    left_over(runs, copy, output)
    written = copy.read_bytes()
    copy.write_bytes(written[:-4] + b'a"\r\n')
    with pytest.raises(OutputError) as caught:
        label(copy, output, resume=True)
    assert caught.value.key == "changed_inputs"
    copy.write_bytes(written)
    label(copy, output, resume=True)
    assert output.exists()


@pytest.mark.parametrize("change", [{"lang": "en"}, {"cues": False}, {"redact": True}, {"column": "1"}, {"block_rows": 5}])
def test_an_option_that_changed_in_between_is_refused(runs: Runs, table: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    output = tmp_path / "out.csv"
    left_over(runs, table, output)
    with pytest.raises(OutputError) as caught:
        label(table, output, resume=True, **change)
    assert caught.value.key == "changed_options"


def test_another_model_in_between_is_refused(runs: Runs, table: Path, tmp_path: Path) -> None:
    from classifier.loading import shipped_model
    from classifier.model import read

    output = tmp_path / "out.csv"
    left_over(runs, table, output)
    model = read(shipped_model())
    other = type(model)(**{**{name: getattr(model, name) for name in model.__dataclass_fields__}, "temperature": model.temperature * 2})
    other.save(tmp_path / "model")
    with pytest.raises(OutputError) as caught:
        label(table, output, resume=True, model=str(tmp_path / "model"))
    assert caught.value.key == "changed_model"


def test_a_journal_that_was_tampered_with_is_refused(runs: Runs, table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    left_over(runs, table, output)
    (tmp_path / ".out.csv.journal").write_text("{")
    with pytest.raises(OutputError) as caught:
        label(table, output, resume=True)
    assert caught.value.key == "journal_unsound"


def test_resuming_what_was_never_begun_begins_it(table: Path, tmp_path: Path) -> None:
    label(table, tmp_path / "out.csv", resume=True)
    assert (tmp_path / "out.csv").exists()


def test_standard_input_cannot_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        label_files(["-"], str(tmp_path / "out.csv"), Options(resume=True), say=print)
    assert caught.value.key == "resume_stdin"


def test_two_runs_never_write_the_same_output(runs: Runs, table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    code = "import sys, time; from pathlib import Path; from classifier.batch.journal import Journal\n"
    code += "with Journal(Path(sys.argv[1]), {}, resume=False, force=False): print('held', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, str(output)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        for options in ({}, {"force": True}, {"resume": True}):
            with pytest.raises(OutputError) as caught:
                label(table, output, **options)
            assert caught.value.key == "output_busy"
        other.kill()
    label(table, output, force=True)
    assert list(tmp_path.iterdir()) == [output]


def test_a_full_disk_is_one_line_and_nothing_is_lost(table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    arguments = [str(Path(sys.executable).with_name("scamtype")), "batch", str(table), "-o", str(output)]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    full = subprocess.run(arguments, preexec_fn=little_room, capture_output=True, text=True, check=False)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert "--resume" in full.stderr.splitlines()[-1]
    assert not output.exists()
    again = subprocess.run([*arguments, "--resume"], capture_output=True, text=True, check=False)
    assert again.returncode == 0
    label(table, tmp_path / "calm.csv", block_rows=400)
    assert output.read_bytes() == (tmp_path / "calm.csv").read_bytes()


def workers_of(process: int) -> list[int]:
    started = [int(number) for task in Path(f"/proc/{process}/task").iterdir() for number in (task / "children").read_text().split()]
    return [number for number in started if b"popen_loky" in Path(f"/proc/{number}/cmdline").read_bytes()]


@pytest.fixture
def large(tmp_path: Path, table: Path) -> Path:
    path = tmp_path / "large.csv"
    header, rest = table.read_bytes().split(b"\r\n", 1)
    path.write_bytes(header + b"\r\n" + rest * 16)
    return path


def begin(source: Path, output: Path) -> subprocess.Popen[str]:
    arguments = [str(Path(sys.executable).with_name("scamtype")), "batch", str(source), "-o", str(output), "--workers", "2"]
    # Tests that run in the background of a shell ignore SIGINT, and so would what they start.
    kept = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, start_new_session=True)
    signal.signal(signal.SIGINT, kept)
    journal = output.with_name(f".{output.name}.journal")
    while not journal.exists() or len(workers_of(process.pid)) < 2:
        assert process.poll() is None
        time.sleep(0.02)
    return process


def gone(processes: list[int], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not any(Path(f"/proc/{process}").exists() for process in processes):
            return True
        time.sleep(0.05)
    return False


def test_ctrl_c_ends_at_once_with_all_workers_and_says_how_to_go_on(large: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    process = begin(large, output)
    workers = workers_of(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in said, said
    assert "--resume" in said.splitlines()[-1]
    assert gone(workers)
    assert not output.exists()
    label(large, output, resume=True, block_rows=400)
    assert output.read_bytes().count(b"\r\n") == 16 * 320 + 1


def test_workers_do_not_outlive_a_killed_run(large: Path, tmp_path: Path) -> None:
    process = begin(large, tmp_path / "out.csv")
    workers = workers_of(process.pid)
    process.kill()
    process.communicate()
    assert gone(workers)


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_missing(large: Path, tmp_path: Path) -> None:
    process = begin(large, tmp_path / "out.csv")
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, "Traceback" in said) == (0, False)
    label(large, tmp_path / "calm.csv", block_rows=400)
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "calm.csv").read_bytes()
