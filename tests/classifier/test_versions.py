"""Holds versions of the model to standing side by side, to one pointer that is whole at any moment, and to a way back."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from classifier import InputError, ModelDamaged, ModelNotFound, ScamClassifier, versions
from classifier.cli.app import main
from classifier.loading import model_folder, promoted_names, promotions, shipped_model, user_models
from classifier.model import Model, read

TEXT = "群里派单让我垫付，三单以后提不了现"


@pytest.fixture(scope="module")
def model() -> Model:
    return read(shipped_model())


@pytest.fixture
def kept(tmp_path: Path, model: Model) -> versions.Version:
    return keep(tmp_path, model)


def keep(tmp_path: Path, model: Model) -> versions.Version:
    folder = tmp_path / "trained"
    if not folder.exists():
        model.save(folder)
    return versions.keep(folder, parent="default 1", figures={"macro_f1": 0.9})


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


def test_one_that_fell_is_promoted_by_force_only_and_that_is_written_down(kept: versions.Version) -> None:
    with pytest.raises(InputError, match="romance"):
        versions.promote(kept, fell=["romance"])
    assert promoted_names() == []
    versions.promote(kept, fell=["romance"], force=True)
    assert model_folder() == kept.folder
    assert versions.find(kept.name).forced.endswith("romance")


def test_it_is_written_down_when_a_version_was_promoted(kept: versions.Version) -> None:
    versions.promote(kept)
    [(name, at)] = promotions()
    assert name == kept.name
    assert at.endswith("Z")
    (user_models() / "promoted.json").write_text(json.dumps([kept.name]), encoding="utf-8")  # as it was written once
    assert promotions() == [(kept.name, "")]


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


def test_any_is_removed_but_the_one_in_use_and_going_back_passes_it_by(tmp_path: Path, model: Model) -> None:
    first, second, third = (keep(tmp_path, model) for _ in range(3))
    for version in (first, second, first, third):
        versions.promote(version)
    with pytest.raises(InputError, match="正在使用"):
        versions.remove(third)
    versions.remove(second)
    assert sorted(path.name for path in user_models().iterdir() if path.is_dir()) == [first.name, third.name]
    assert promoted_names() == [first.name, third.name]
    assert versions.rollback() == first.name
    assert versions.rollback() == versions.SHIPPED


def test_what_a_killed_process_left_half_done_is_taken_away_when_it_is_old(tmp_path: Path, model: Model) -> None:
    user_models().mkdir(parents=True)
    old, recent = user_models() / ".new.old", user_models() / ".gone.recent"
    for folder in (old, recent):
        folder.mkdir()
    os.utime(old, (0, 0))
    keep(tmp_path, model)
    assert (old.exists(), recent.exists()) == (False, True)


def test_two_processes_that_promote_at_once_lose_nothing(tmp_path: Path, model: Model) -> None:
    first, second = keep(tmp_path, model), keep(tmp_path, model)
    code = "import sys; from classifier import versions; v = versions.find(sys.argv[1])\nfor _ in range(30): versions.promote(v)"
    others = [subprocess.Popen([sys.executable, "-c", code, f"{version.name}"]) for version in (first, second)]
    assert [other.wait() for other in others] == [0, 0]
    names = promoted_names()
    assert set(names) == {first.name, second.name}
    assert all(a != b for a, b in itertools.pairwise(names))


def test_a_version_goes_by_the_beginning_of_its_name_if_that_is_clear(tmp_path: Path, model: Model) -> None:
    first = keep(tmp_path, model)
    assert versions.find(first.name[:6]) == first
    keep(tmp_path, model)
    for name in (first.name[:6], "", "none"):
        with pytest.raises(InputError, match=first.name):
            versions.find(name)


def test_the_commands_list_show_promote_and_go_back(tmp_path: Path, model: Model, capsys: pytest.CaptureFixture[str]) -> None:
    model.save(tmp_path / "mine", {"metrics.json": '{"held_out": {"types": {"macro_f1": 0.7}}}'})
    assert main(["model", "promote", str(tmp_path / "mine")]) == 0
    [version] = versions.versions()
    assert version.name in capsys.readouterr().err
    assert main(["model", "list"]) == 0
    _, *lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines] == [[" ", "default"], ["*", version.name]]
    assert lines[1][5] == "0.700"
    assert lines[1][6] == promotions()[0][1]
    assert main(["model", "show", version.name[:8]]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["parent"].startswith("default")
    assert shown["promoted"] == [promotions()[0][1]]
    assert main(["model", "show", "default"]) == 0
    assert json.loads(capsys.readouterr().out)["corpus"] == model.facts["corpus"]
    assert main(["model", "rollback"]) == 0
    assert main(["model", "remove", version.name]) == 0
    assert versions.versions() == []


def test_a_batch_under_way_ends_with_the_model_that_it_began_with(tmp_path: Path, model: Model) -> None:
    from classifier.batch.plan import Options
    from classifier.batch.run import label_files

    other = replace(model, intercept=model.intercept + 100 * (np.array(model.codes) == "romance"), facts=model.facts)
    other.save(tmp_path / "other")
    version = versions.keep(tmp_path / "other", parent="", figures={})
    table = tmp_path / "a.csv"
    table.write_text("案情描述\n" + "".join(f"{TEXT}，转了{i}元\n" for i in range(6000)), encoding="utf-8")
    calm, moved, after = tmp_path / "calm.csv", tmp_path / "moved.csv", tmp_path / "after.csv"
    label_files([str(table)], str(calm), Options(workers=2), say=lambda _: None)

    def say(line: str) -> None:
        if "案情" in line:  # the input is open: the model was chosen before, and no worker has read it
            versions.promote(version)

    label_files([str(table)], str(moved), Options(workers=2), say=say)
    label_files([str(table)], str(after), Options(workers=2), say=lambda _: None)
    assert moved.read_bytes() == calm.read_bytes()
    assert "romance" not in moved.read_text(encoding="utf-8")
    assert "romance" in after.read_text(encoding="utf-8")


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
