"""Holds a redacted output to what its narratives still say: no cue quotes what was replaced."""

from __future__ import annotations

import csv
from pathlib import Path

from classifier.batch.plan import Options
from classifier.batch.run import label_files
from classifier.redaction import redact
from training.corpus import Corpus

# A place name that the model may quote, behind a label that makes it the name of an account.
STORIES = [f"对方让我刷单，户名：刷单返利平台{number}，做完三单说操作失误要垫付连单" for number in range(5)]


def test_every_cue_stands_in_the_redacted_narrative_and_the_verdict_is_that_of_the_whole_text(corpus: Corpus, tmp_path: Path) -> None:
    texts = [*STORIES, *(case.text for case in corpus.cases[::40])]
    source = tmp_path / "in.csv"
    with source.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["案情"])
        writer.writerows([text] for text in texts)
    tables = []
    for name, options in (("plain.csv", Options(workers=1)), ("redacted.csv", Options(workers=1, redact=True))):
        label_files([str(source)], str(tmp_path / name), options, say=lambda _: None)
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as stream:
            tables.append(list(csv.DictReader(stream)))
    for text, plain, redacted in zip(texts, *tables, strict=True):
        assert redacted["案情"] == redact(text)[0]
        cues = redacted["线索词"].split("；")
        assert all(cue in redacted["案情"] for cue in cues)
        assert set(cues) <= {*plain["线索词"].split("；"), ""}
        assert all(redacted[name] == plain[name] for name in ("诈骗类型", "置信度", "第二类型", "判定"))
