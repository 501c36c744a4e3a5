"""Time and memory of training with very many added cases: ``python benchmarks/many_cases.py [ROWS]`` (100,000 by default, two cores).

The cases are put together from sentences of narratives of one type each, so that they are many, different, and as long as real ones.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from batch import peak_memory

from training.corpus import build_corpus, shipped_cases

ROWS = 100_000
_LENGTH = 180
_SCAMTYPE = str(Path(sys.executable).with_name("scamtype"))


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        table = Path(folder) / "cases.jsonl"
        with table.open("w", encoding="utf-8") as stream:
            for text, label in made_up(rows):
                stream.write(json.dumps({"案情描述": text, "案件类别": label}, ensure_ascii=False) + "\n")
        start = time.monotonic()
        memory = peak_memory(_SCAMTYPE, "train", "--add", str(table), loud=True)
        minutes = (time.monotonic() - start) / 60
    print("| added cases | minutes | peak memory of all processes |\n|---|---|---|")
    print(f"| {rows:,} | {minutes:.1f} | {memory / 1e9:.1f} GB |")


def made_up(rows: int) -> Iterator[tuple[str, str]]:
    """Texts and their labels, the same every time."""
    sentences = defaultdict[str, list[str]](list)
    for case in build_corpus(shipped_cases()).split(held_out=False):
        sentences[str(case.category)] += re.findall(r"[^。！？]{6,}[。！？]?", case.text)
    codes, generator = sorted(sentences), np.random.default_rng(0)
    for number in range(rows):
        code = codes[number % len(codes)]
        text = ""
        while len(text) < _LENGTH:
            text += sentences[code][int(generator.integers(len(sentences[code])))]
        yield text, code


if __name__ == "__main__":
    main()
