"""Holds the search for a model to its order: named by the caller, by the environment, promoted by the user, shipped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from classifier import ModelDamaged, ModelNotFound, ScamClassifier
from classifier.loading import ENVIRONMENT, model_folder, shipped_model, user_data_folder, user_models


@pytest.fixture
def promoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model that the user promoted."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder = user_models() / "二"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    (user_models() / "promoted.json").write_text('["一", "二"]', encoding="utf-8")
    return folder


def test_the_shipped_model_stands_where_it_is_said() -> None:
    assert (shipped_model() / "manifest.json").is_file()


def test_without_a_word_the_shipped_model_is_taken() -> None:
    assert model_folder() == shipped_model()


def test_a_promoted_model_goes_before_the_shipped_one(promoted: Path) -> None:
    assert model_folder() == promoted


def test_the_environment_goes_before_a_promoted_model(promoted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCAMTYPE_MODEL", "/models/另一个")
    assert model_folder() == Path("/models/另一个")


def test_the_caller_goes_before_the_environment(promoted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCAMTYPE_MODEL", "/models/另一个")
    assert model_folder("/models/指定的") == Path("/models/指定的")


def test_an_empty_variable_names_nothing(promoted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCAMTYPE_MODEL", "")
    assert model_folder() == promoted


def test_the_variable_is_called_as_documented() -> None:
    assert ENVIRONMENT == "SCAMTYPE_MODEL"


def test_a_promoted_version_that_is_gone_is_told_and_not_passed_over(promoted: Path) -> None:
    (promoted / "manifest.json").unlink()
    with pytest.raises(ModelNotFound, match="rollback"):
        model_folder()


@pytest.mark.parametrize("content", ["", "{}", "[1]", '["../other"]', '["a/b"]', '"x"'])
def test_a_file_that_does_not_say_what_is_promoted_is_told(promoted: Path, content: str) -> None:
    (user_models() / "promoted.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelDamaged, match=r"promoted\.json"):
        model_folder()


@pytest.mark.parametrize("folder", ["somewhere", Path("somewhere")])
def test_a_folder_may_be_named_as_a_string_or_a_path(folder: str | Path) -> None:
    assert model_folder(folder) == Path("somewhere")


def test_what_the_caller_names_is_taken_as_it_is_even_if_nothing_is_there(tmp_path: Path) -> None:
    assert model_folder(tmp_path / "没有") == tmp_path / "没有"
    with pytest.raises(ModelNotFound, match="没有"):
        ScamClassifier.load(tmp_path / "没有")


def test_a_wrong_name_in_the_environment_is_an_error_and_not_the_shipped_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCAMTYPE_MODEL", str(tmp_path / "写错了"))
    with pytest.raises(ModelNotFound, match="写错了"):
        ScamClassifier.load()


def test_the_users_folder_follows_the_platform_and_is_not_made_by_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "数据"))
    assert user_data_folder() == tmp_path / "数据" / "scamtype"
    assert model_folder() == shipped_model()
    assert not (tmp_path / "数据").exists()


def test_load_reads_the_promoted_model(promoted: Path) -> None:
    shutil.rmtree(promoted)
    shutil.copytree(shipped_model(), promoted)
    lines = (promoted / "manifest.json").read_text(encoding="utf-8")
    (promoted / "manifest.json").write_text(lines.replace('"format": 1', '"备注": "用户的模型",\n  "format": 1'), encoding="utf-8")
    assert ScamClassifier.load().model.facts["备注"] == "用户的模型"
    assert "备注" not in ScamClassifier.load(shipped_model()).model.facts
