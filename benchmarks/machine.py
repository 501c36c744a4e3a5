"""What the benchmarks share: the machine's name, narratives of a given length, and processes on given cores."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Libraries that would start a thread for each core.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.machine()}, {processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def processor() -> str:
    """Name of the processor, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def cut_to_length(narratives: list[str], length: int, step: int | None = None) -> Iterator[str]:
    """Pieces of equal length, without end: long narratives cut, short ones followed by others; ``step`` apart, one after the other by default."""
    joined = "".join(narratives)
    place = 0
    while True:
        yield joined[place : place + length]
        place = (place + (step or length)) % (len(joined) - length)


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Keep to no more cores, and with it the processes that are started meanwhile; nothing where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(before)[:count]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def run(*command: str) -> None:
    """Run a command to its end, without its output."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
