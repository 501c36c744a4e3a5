"""Speed against the plain recipe, in one run: bulk rates on one core, and a cold start. Prints the table that stands in README.

Run with ``make bench``. Both sides take turns, and of each the best of several rounds counts: what
else the machine does only ever adds time.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from machine import ONE_THREAD, cut_to_length, machine, on_cores, run

ROUNDS = 11
TEXTS = 1000
LENGTH = 300


def main() -> None:
    """Measure and print."""
    os.environ.update(ONE_THREAD)
    with on_cores(1):
        measure()


def measure() -> None:
    """Both sides in turns, then the tables."""
    import jieba

    jieba.setLogLevel(logging.CRITICAL)
    jieba.initialize()
    from plain_recipe import train

    from classifier import ScamClassifier
    from training.corpus import build_corpus, shipped_cases

    cases = build_corpus(shipped_cases()).split(held_out=False)
    texts = list(islice(cut_to_length([case.text for case in cases], LENGTH), TEXTS))
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "plain.joblib")
        plain = train([case.text for case in cases], [str(case.category) for case in cases], path)
        ours = ScamClassifier.load()
        rates = measured(
            {
                "plain recipe, bulk predict": lambda: plain.predict(texts),
                "classify_many without cues": lambda: deque(ours.classify_many(texts, cues=False, workers=1), maxlen=0),
                "classify_many with cues": lambda: deque(ours.classify_many(texts, workers=1), maxlen=0),
            }
        )
        script = str(Path(__file__).with_name("plain_recipe.py"))
        cold = measured(
            {
                "plain recipe, cold script": lambda: run(sys.executable, script, path, texts[0]),
                "scamtype classify, cold": lambda: run(str(Path(sys.executable).with_name("scamtype")), "classify", texts[0]),
            }
        )
    print(machine())
    print(f"{TEXTS} narratives of {LENGTH} characters, one core\n")
    print("| what | texts a second | against the plain recipe |\n|---|---|---|")
    first = next(iter(rates.values()))
    for name, seconds in rates.items():
        print(f"| {name} | {TEXTS / seconds:,.0f} | {first / seconds:.1f}x |")
    print("\n| what | seconds | against the plain recipe |\n|---|---|---|")
    first = next(iter(cold.values()))
    for name, seconds in cold.items():
        print(f"| {name} | {seconds:.2f} | {seconds / first:.2f}x |")


def measured(jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Least seconds of each job over rounds in which they take turns; each is run once before."""
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(ROUNDS + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: min(values) for name, values in times.items()}


if __name__ == "__main__":
    main()
