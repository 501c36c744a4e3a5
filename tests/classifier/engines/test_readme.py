"""Holds what README says of clusters to what runs: the function for Spark's workers, fed as Spark feeds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from classifier import ScamClassifier
from classifier.columns import column_names

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
Label = Callable[[Iterator[pd.DataFrame]], Iterator[pd.DataFrame]]


@pytest.fixture
def label() -> Label:
    """The function in README's snippet for Spark."""
    found = re.search(r"^def label\(frames\):.*?(?=^\S)", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found.group(), names)
    return names["label"]


FRAMES = [
    pd.DataFrame({"编号": ["01", "02"], "案情描述": ["对方让我刷单垫付后无法提现", None]}),
    pd.DataFrame({"编号": [], "案情描述": []}, dtype="str"),
    pd.DataFrame({"编号": ["03"], "案情描述": ["和网友裸聊后被威胁群发视频"]}),
]


def test_each_frame_that_spark_hands_over_comes_back_labelled(label: Label, classifier: ScamClassifier) -> None:
    labelled = list(label(iter(FRAMES)))
    assert [len(frame) for frame in labelled] == [2, 0, 1]
    for given, made in zip(FRAMES, labelled, strict=True):
        pd.testing.assert_frame_equal(made, classifier.label_frame(given, "案情描述"))


def test_frames_are_taken_one_at_a_time(label: Label) -> None:
    def endless() -> Iterator[pd.DataFrame]:
        while True:
            yield FRAMES[0]

    assert len(next(label(endless()))) == 2


def test_the_columns_are_those_that_the_schema_names_with_the_one_number_in_third_place(label: Label) -> None:
    [labelled] = label(iter(FRAMES[:1]))
    names = column_names(taken=FRAMES[0].columns)
    assert list(labelled.columns) == ["编号", "案情描述", *names]
    assert [place for place, name in enumerate(names) if pd.api.types.is_float_dtype(labelled[name])] == [2]


def test_the_example_of_redaction_is_what_comes_out() -> None:
    found = re.search(r'^redact\("(?P<text>.*)"\)\n# (?P<answer>.*)$', README, re.MULTILINE)
    assert found is not None
    from classifier.redaction import redact

    assert repr(redact(found["text"])) == found["answer"]
