"""Holds the project as a whole: its public names, its documents, what importing it costs."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import classifier
import training

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("package", [classifier, training])
def test_public_names_are_complete_and_exist(package: object) -> None:
    names = list(package.__all__)  # type: ignore[attr-defined]
    assert len(set(names)) == len(names)
    assert all(hasattr(package, name) for name in names)
    assert sorted(dir(package)) == sorted(names)


def test_importing_the_library_imports_nothing_heavy() -> None:
    script = (
        "import sys, classifier; print(sorted({n.split('.')[0] for n in sys.modules} & {'sklearn', 'scipy', 'pandas', 'jieba', 'numpy', 'typer'}))"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_every_command_is_documented() -> None:
    for command in ("classify", *(entry.name for entry in entry_points(group="scamtype.commands"))):
        assert f"scamtype {command}" in README


def test_every_target_of_the_makefile_is_documented() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert targets is not None
    for target in targets.group(1).split():
        assert f"make {target}" in README
