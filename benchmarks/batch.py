"""``scamtype batch`` against the plain recipe in pandas, and its memory at ten times the rows. Prints the tables that stand in README.

``python benchmarks/batch.py [--rows 100000] [--more 1000000] [--rounds 2] [--only speed|memory]``. Both sides run as processes of their own,
from their start to their end, taking turns; the plain recipe has one core, ``scamtype batch`` two. Memory is what its parent and
workers hold together, looked at every twentieth of a second.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from machine import ONE_THREAD, cut_to_length, machine, on_cores, run

LENGTH = 300
CORES = 2
#: No divisor of the corpus's length: the pieces are different ones even in a million rows.
_STEP = 7919
_LOOK = 0.05
_COLUMNS = ("编号", "报案时间", "报案人卡号", "案情描述", "备注")
_SCAMTYPE = str(Path(sys.executable).with_name("scamtype"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--more", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=("speed", "memory"))
    chosen = parser.parse_args()
    os.environ.update(ONE_THREAD)
    print(f"{machine()}; rows of {LENGTH} characters\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if chosen.only != "memory":
            speed(Path(folder), chosen.rows, chosen.rounds)
        if chosen.only != "speed":
            memory(Path(folder), chosen.rows, chosen.more)


def speed(folder: Path, rows: int, rounds: int) -> None:
    """Rows a second from a csv file to a csv file."""
    import jieba
    from plain_recipe import train

    from training.corpus import build_corpus, shipped_cases

    jieba.setLogLevel(logging.CRITICAL)
    cases = build_corpus(shipped_cases()).split(held_out=False)
    model, table, out = (str(folder / name) for name in ("plain.joblib", "in.csv", "out.csv"))
    train([case.text for case in cases], [str(case.category) for case in cases], model)
    write_csv(Path(table), rows)
    script = str(Path(__file__).with_name("plain_table.py"))
    plain, ours = list[float](), list[float]()
    for _ in range(rounds):
        start = time.perf_counter()
        with on_cores(1):
            run(sys.executable, script, model, table, out)
        plain.append(time.perf_counter() - start)
        start = time.perf_counter()
        with on_cores(CORES):
            run(_SCAMTYPE, "batch", table, "-o", out, "--force")
        ours.append(time.perf_counter() - start)
    print(f"| {rows:,} rows, csv to csv | rows a second | against the plain recipe |\n|---|---|---|")
    print(f"| pandas.read_csv, bulk predict, to_csv; one core | {rows / min(plain):,.0f} | 1.0x |")
    print(f"| scamtype batch with cues; {CORES} cores | {rows / min(ours):,.0f} | {min(plain) / min(ours):.1f}x |\n", flush=True)
    Path(table).unlink()
    Path(out).unlink()


def memory(folder: Path, rows: int, more: int) -> None:
    """Peak memory at so many rows and at more."""
    print(f"| peak memory, parent and workers | {rows:,} rows | {more:,} rows | times |\n|---|---|---|---|", flush=True)
    for kind, write in (("csv", write_csv), ("jsonl", write_jsonl)):
        peaks = []
        for count in (rows, more):
            table, out = folder / f"in.{kind}", folder / f"out.{kind}"
            write(table, count)
            peaks.append(peak_memory(_SCAMTYPE, "batch", str(table), "-o", str(out), "--force"))
            table.unlink()
            out.unlink()
        print(f"| {kind} | {peaks[0] / 1e6:,.0f} MB | {peaks[1] / 1e6:,.0f} MB | {peaks[1] / peaks[0]:.2f}x |", flush=True)


def records(count: int) -> Iterator[tuple[str, ...]]:
    """Rows as a case system exports them."""
    from training.corpus import shipped_cases

    texts = cut_to_length([case.text for case in shipped_cases()], LENGTH, _STEP)
    for number, text in enumerate(islice(texts, count)):
        yield (f"{number:010d}", f"2023-{number % 12 + 1:02d}-{number % 28 + 1:02d}", f"6222{number:015d}", text, "")


def write_csv(path: Path, count: int) -> None:
    """A table as Excel writes it."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        writer.writerows(records(count))


def write_jsonl(path: Path, count: int) -> None:
    """An object a line."""
    with path.open("w", encoding="utf-8") as stream:
        for record in records(count):
            stream.write(json.dumps(dict(zip(_COLUMNS, record, strict=True)), ensure_ascii=False) + "\n")


def peak_memory(*command: str, loud: bool = False) -> int:
    """The most that a process and those that it started held at the same time, in bytes."""
    with on_cores(CORES), subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=None if loud else subprocess.DEVNULL) as process:
        most = 0
        while process.poll() is None:
            most = max(most, sum(map(resident, family(process.pid))))
            time.sleep(_LOOK)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return most


def family(parent: int) -> list[int]:
    """A process and all that it started, directly or not."""
    found = [parent]
    with suppress(OSError):
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split():
            found += family(int(child))
    return found


def resident(process: int) -> int:
    """Bytes that a process holds in memory; nothing if it is gone."""
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


if __name__ == "__main__":
    main()
