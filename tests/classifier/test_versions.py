"""Holds versions of the model to standing side by side, to one pointer that is whole at any moment, and to a way back."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from classifier import InputError, ModelDamaged, ModelNotFound, ScamClassifier, versions
from classifier.cli.app import main
from classifier.loading import model_folder, promoted_names, shipped_model, user_models
from classifier.model import Model, read

TEXT = "群里派单让我垫付，三单以后提不了现"


@pytest.fixture(scope="module")
def model() -> Model:
    return read(shipped_model())


@pytest.fixture
def kept(tmp_path: Path, model: Model) -> versions.Version:
    return keep(tmp_path, model)


def keep(tmp_path: Path, model: Model, fell: list[str] | None = None) -> versions.Version:
    folder = tmp_path / "trained"
    if not folder.exists():
        model.save(folder)
    return versions.keep(folder, parent="default 1", figures={"macro_f1": 0.9}, fell=fell)


def test_a_version_is_a_model_with_its_origin(kept: versions.Version, model: Model) -> None:
    assert read(kept.folder).codes == model.codes
    assert kept.name.endswith(model.facts["corpus"]["sha256"][:8])
    assert (kept.parent, kept.corpus, kept.cases) == ("default 1", model.facts["corpus"]["sha256"], model.facts["corpus"]["cases"])
    assert versions.versions() == [kept]
    assert kept.folder.stat().st_mode & 0o077 == 0


def test_two_of_one_day_and_corpus_have_two_names(tmp_path: Path, model: Model) -> None:
    first, second = keep(tmp_path, model), keep(tmp_path, model)
    assert second.name == f"{first.name}-2"
    assert versions.find(first.name) == first


def test_what_is_promoted_is_what_every_command_loads(kept: versions.Version) -> None:
    assert model_folder() == shipped_model()
    versions.promote(kept)
    assert model_folder() == kept.folder
    assert ScamClassifier.load().classify(TEXT).category == "task_rebate"


def test_going_back_goes_back_step_by_step_to_the_shipped_model(tmp_path: Path, model: Model) -> None:
    first, second = keep(tmp_path, model), keep(tmp_path, model)
    for version in (first, second, second):
        versions.promote(version)
    assert versions.rollback() == first.name
    assert model_folder() == first.folder
    assert versions.rollback() == versions.SHIPPED
    assert model_folder() == shipped_model()
    with pytest.raises(InputError, match="自带模型"):
        versions.rollback()


def test_one_that_fell_is_promoted_by_force_only_and_that_is_written_down(tmp_path: Path, model: Model) -> None:
    version = keep(tmp_path, model, fell=["romance"])
    with pytest.raises(InputError, match="romance"):
        versions.promote(version)
    assert promoted_names() == []
    versions.promote(version, force=True)
    assert model_folder() == version.folder
    assert versions.find(version.name).forced.endswith("romance")


def test_the_gate_is_not_passed_by_naming_the_folder(tmp_path: Path, model: Model) -> None:
    version = keep(tmp_path, model, fell=["romance"])
    assert main(["model", "promote", str(version.folder)]) == 1
    (tmp_path / "trained" / versions.COMPARED).write_text('{"figures": {}, "fell": ["romance"]}', encoding="utf-8")
    assert main(["model", "promote", str(tmp_path / "trained")]) == 1
    assert promoted_names() == []


def test_from_a_pointer_that_nobody_can_read_there_is_a_way_back(kept: versions.Version, capsys: pytest.CaptureFixture[str]) -> None:
    versions.promote(kept)
    (user_models() / "promoted.json").write_text("[", encoding="utf-8")
    assert main(["classify", TEXT]) == 3
    assert "scamtype model rollback" in capsys.readouterr().err
    assert main(["model", "rollback"]) == 0
    assert model_folder() == shipped_model()


def test_what_is_left_of_others_does_not_hide_a_sound_version(kept: versions.Version, tmp_path: Path, model: Model) -> None:
    damaged, gone = keep(tmp_path, model), keep(tmp_path, model)
    (damaged.folder / versions.RECORD).write_text("{", encoding="utf-8")
    gone.folder.rename(user_models() / f".gone.{gone.name}")
    assert versions.versions() == [kept]
    versions.promote(versions.find(kept.name))
    assert model_folder() == kept.folder


def test_a_damaged_version_cannot_be_promoted_and_a_promoted_one_can_be_left(kept: versions.Version) -> None:
    versions.promote(kept)
    (kept.folder / "terms.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ModelDamaged):
        versions.promote(kept)
    with pytest.raises(ModelDamaged):
        ScamClassifier.load()
    assert main(["model", "rollback"]) == 0
    assert ScamClassifier.load().classify(TEXT).category == "task_rebate"


def test_one_that_is_gone_is_one_line_with_the_way_back(kept: versions.Version, capsys: pytest.CaptureFixture[str]) -> None:
    versions.promote(kept)
    shutil.rmtree(kept.folder)
    with pytest.raises(ModelNotFound):
        model_folder()
    assert main(["classify", TEXT]) == 3
    assert "scamtype model rollback" in capsys.readouterr().err
    assert main(["model", "rollback"]) == 0
    assert main(["classify", TEXT]) == 0


def test_only_one_that_is_not_in_use_is_removed(tmp_path: Path, model: Model) -> None:
    first, second = keep(tmp_path, model), keep(tmp_path, model)
    versions.promote(first)
    with pytest.raises(InputError, match="正在使用"):
        versions.remove(first)
    versions.remove(second)
    assert sorted(path.name for path in user_models().iterdir()) == [first.name, "promoted.json"]


def test_a_version_goes_by_the_beginning_of_its_name_if_that_is_clear(tmp_path: Path, model: Model) -> None:
    first = keep(tmp_path, model)
    assert versions.find(first.name[:6]) == first
    keep(tmp_path, model)
    for name in (first.name[:6], "", "none"):
        with pytest.raises(InputError, match=first.name):
            versions.find(name)


def test_the_commands_list_show_promote_and_go_back(tmp_path: Path, model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    model.save(tmp_path / "mine")
    assert main(["model", "promote", str(tmp_path / "mine")]) == 0
    [version] = versions.versions()
    assert version.name in capsys.readouterr().err
    assert main(["model", "list"]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines] == [[" ", "default"], ["*", version.name]]
    assert main(["model", "show", version.name[:8]]) == 0
    assert json.loads(capsys.readouterr().out)["parent"].startswith("default")
    assert main(["model", "rollback"]) == 0
    assert main(["model", "remove", version.name]) == 0
    assert versions.versions() == []


def test_a_batch_under_way_ends_with_the_model_that_it_began_with(kept: versions.Version, tmp_path: Path) -> None:
    from classifier.batch.plan import Options
    from classifier.batch.run import label_files

    table = tmp_path / "a.csv"
    table.write_text("案情描述\n" + f"{TEXT}\n" * 50, encoding="utf-8")
    calm, moved = tmp_path / "calm.csv", tmp_path / "moved.csv"
    label_files([str(table)], str(calm), Options(), say=lambda _: None)

    def say(line: str) -> None:
        if "案情" in line:  # the input is open: the model was chosen before
            versions.promote(kept)

    label_files([str(table)], str(moved), Options(), say=say)
    assert model_folder() == kept.folder
    assert moved.read_bytes() == calm.read_bytes()


TO_AND_FRO = """
import sys
from classifier import versions
first, second = versions.versions()
print("ready", flush=True)
while True:
    versions.promote(first)
    versions.promote(second)
    versions.rollback()
    versions.rollback()
"""


def test_a_process_that_is_killed_leaves_a_whole_model_in_use(tmp_path: Path, model: Model) -> None:
    keep(tmp_path, model), keep(tmp_path, model)
    chance = random.Random(1)
    seen = set()
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", TO_AND_FRO], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        seen.add(model_folder().name)
        assert read(model_folder()).codes == model.codes
    assert len(seen) > 1
