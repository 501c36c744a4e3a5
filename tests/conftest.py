"""What the tests share: the shipped model, the shipped corpus, and a language that does not leak from one test to the next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from classifier import ScamClassifier, messages
from classifier.loading import shipped_model
from training.corpus import Corpus, build_corpus, shipped_cases


@pytest.fixture(autouse=True)
def _own_user_folder(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees the user's own models, cases or language."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("user")))
    monkeypatch.delenv("SCAMTYPE_MODEL", raising=False)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture(autouse=True)
def language_reset() -> Iterator[None]:
    yield
    messages.set_language(None)


@pytest.fixture(scope="session")
def classifier() -> ScamClassifier:
    return ScamClassifier.load(shipped_model())


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return build_corpus(shipped_cases())
