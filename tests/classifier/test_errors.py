"""Holds the exceptions to one tree, to one line that says what and where, to travelling between processes, and to repeating no narrative."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

import classifier
from classifier import (
    CaseFileError,
    InputError,
    ModelDamaged,
    ModelError,
    ModelNotFound,
    ModelTooNew,
    OutputError,
    ScamClassifier,
    ScamtypeError,
    errors,
    messages,
)

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__]


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (ScamtypeError, Exception),
        (InputError, ScamtypeError),
        (CaseFileError, InputError),
        (OutputError, ScamtypeError),
        (ModelError, ScamtypeError),
        (ModelNotFound, ModelError),
        (ModelDamaged, ModelError),
        (ModelTooNew, ModelError),
    ],
)
def test_an_exception_has_its_place_in_the_tree(kind: type[Exception], parent: type[Exception]) -> None:
    assert kind.__bases__ == (parent,)


@pytest.mark.parametrize("kind", KINDS)
def test_every_exception_is_drawn_in_the_tree_and_is_public(kind: type[Exception]) -> None:
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__ or "")
    assert kind.__name__ in classifier.__all__
    assert getattr(classifier, kind.__name__) is kind


@pytest.mark.parametrize("kind", KINDS)
def test_one_base_catches_all(kind: type[ScamtypeError]) -> None:
    with pytest.raises(ScamtypeError, match=r"案情\.csv"):
        raise kind("file_missing", path="案情.csv")


def test_a_message_says_what_and_where_and_what_to_do() -> None:
    assert str(InputError("file_missing", path="案情.csv")) == "找不到文件 案情.csv，请检查路径。"


def test_a_message_is_in_the_language_of_whoever_reads_it() -> None:
    error = InputError("file_missing", path="案情.csv")
    messages.set_language("en")
    assert str(error) == "There is no file 案情.csv; check the path."
    messages.set_language("zh")
    assert str(error) == "找不到文件 案情.csv，请检查路径。"


def test_key_and_values_are_kept_for_programs() -> None:
    error = ModelTooNew("model_too_new", path="模型", format=9, known=1)
    assert (error.key, error.values) == ("model_too_new", {"path": "模型", "format": 9, "known": 1})


@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy], ids=["pickle", "copy", "deepcopy"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_exception_survives_the_way_from_one_process_to_another(kind: type[ScamtypeError], again: object) -> None:
    error = kind("case_not_json", path="案情.jsonl", row=3)
    other = again(error)  # type: ignore[operator]
    assert type(other) is kind
    assert (other.key, other.values, str(other)) == (error.key, error.values, str(error))


@pytest.mark.parametrize("given", [b"\xe5\x88\xb7\xe5\x8d\x95", ["对方让我刷单"], {"案情": "对方让我刷单"}, 1.5, None])
def test_no_message_repeats_a_narrative(classifier: ScamClassifier, given: object) -> None:
    with pytest.raises(InputError) as caught:
        classifier.classify(given)  # type: ignore[arg-type]
    assert type(given).__name__ in str(caught.value)
    for shown in (str(caught.value), repr(caught.value), repr(caught.value.values)):
        assert "刷单" not in shown
        assert "1.5" not in shown


def test_an_exception_is_shown_to_programmers_by_its_key() -> None:
    assert repr(OutputError("output_exists", path="模型")) == "OutputError('output_exists')"


@pytest.mark.parametrize("path", ["案情\n描述.csv", "a\rb", "a\u2028b"])
def test_a_message_is_one_line_whatever_it_names(path: str) -> None:
    assert len(str(InputError("file_missing", path=path)).splitlines()) == 1


@pytest.mark.parametrize("path", ["{kind}", "{0}", "}{", "%s", "", "\ud800"])
def test_a_value_is_named_as_it_is(path: str) -> None:
    assert str(InputError("file_missing", path=path)) == f"找不到文件 {path}，请检查路径。"
