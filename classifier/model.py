"""A model as a folder: a manifest, arrays and lists of terms, read without executing anything and checked before use.

Format 1 holds ``manifest.json``, ``weights.npz`` (arrays ``coef``, ``intercept``, ``idf``, ``telling``) and ``terms.txt``; other files that the
manifest names (``metrics.json``, ``MODEL_CARD.md``) are for people. A change of what these files mean raises ``FORMAT``; a reader for
every older format stays, with its test. A newer format is refused.
"""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier import normalise, terms, words
from classifier.errors import InputError, ModelDamaged, ModelNotFound, ModelTooNew, OutputError
from classifier.taxonomy import NOT_A_CASE, Taxonomy, load_taxonomy

FORMAT = 1

#: No file of a model is larger; a manifest that says otherwise is not believed.
LARGEST_FILE = 256 * 2**20


# What reading files that do not fit each other may raise.
_DAMAGE = (
    KeyError, ValueError, TypeError, AttributeError, EOFError, OverflowError, MemoryError, NotImplementedError, RecursionError,
    zipfile.BadZipFile, zlib.error, InputError,
)  # fmt: skip


@dataclass(frozen=True)
class Model:
    """A trained model.

    Parameters
    ----------
    codes : tuple of str
        The classes, in the order of the columns of ``coef``.
    vocabulary : tuple of tuple of str
        For each family of terms its terms, without mark; the rows of ``coef`` follow this order.
    coef : ndarray of float32, shape (n_terms, n_classes)
        Weights of the linear model, as rounded for the file.
    intercept : ndarray of float32, shape (n_classes,)
        Its intercepts.
    idf : ndarray of float32, shape (n_terms,)
        Inverse document frequencies.
    telling : ndarray of float32, shape (n_terms,)
        How much likelier than others each term is underlined by a reader, in log odds, as rounded for the file.
    temperature : float
        Margins are divided by it before they become probabilities.
    doubt : float
        What of the probability is shared out among all classes alike.
    thresholds : dict of str to float
        Of the decision: ``accept``, ``second`` and ``nothing``, which older models lack; see ``classifier.decision``.
    candidate_quantiles : dict of str to float
        For each class how improbable it may be and still be a candidate.
    facts : dict
        What else the manifest says: versions, hash of the corpus, coverage; under ``declared`` the types that its user has declared.
    """

    codes: tuple[str, ...]
    vocabulary: tuple[tuple[str, ...], ...]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float32]
    idf: NDArray[np.float32]
    telling: NDArray[np.float32]
    temperature: float
    doubt: float
    thresholds: dict[str, float]
    candidate_quantiles: dict[str, float]
    facts: dict[str, Any]

    @property
    def n_terms(self) -> int:
        """Number of terms over all families."""
        return sum(map(len, self.vocabulary))

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The shipped types and those that the model's user has declared."""
        return load_taxonomy().extended(self.facts.get("declared", []))

    def save(self, folder: str | os.PathLike[str], documents: dict[str, str] | None = None, *, force: bool = False) -> None:
        """Write the model as a folder: beside it first, then renamed into place.

        Parameters
        ----------
        folder : path
            Where it shall stand.
        documents : dict of str to str, optional
            Further files for people, by name.
        force : bool
            Replace a model that stands there.

        Raises
        ------
        OutputError
            If something stands there and ``force`` is not given, or it is no model, or nothing can be written there.
        """
        try:
            target = Path(os.path.realpath(folder))
            if target == Path.cwd():
                raise OutputError("output_no_model", path=folder)
            if target.exists() and not force:
                raise OutputError("output_exists", path=folder)
            if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or (target / "manifest.json").is_file())):
                raise OutputError("output_no_model", path=folder)
            files = {"weights.npz": self._weights(), "terms.txt": self._terms()}
            files |= {name: text.encode() for name, text in (documents or {}).items()}
            files["manifest.json"] = self._manifest(files)
            _put(target, files)
        except (OSError, ValueError) as error:
            raise OutputError("output_failed", path=folder, reason=getattr(error, "strerror", None) or error) from error

    def _weights(self) -> bytes:
        buffer = io.BytesIO()
        rounded = {"coef": self.coef.astype(np.float16), "telling": self.telling.astype(np.float16)}
        np.savez(buffer, allow_pickle=False, intercept=self.intercept, idf=self.idf, **rounded)
        return buffer.getvalue()

    def _terms(self) -> bytes:
        return "".join(f"{term}\n" for family in self.vocabulary for term in family).encode()

    def _manifest(self, files: dict[str, bytes]) -> bytes:
        manifest = {
            "format": FORMAT,
            "categories": list(self.codes),
            "terms": [len(family) for family in self.vocabulary],
            "temperature": self.temperature,
            "doubt": self.doubt,
            "thresholds": self.thresholds,
            "candidate_quantiles": self.candidate_quantiles,
            **self.facts,
            "files": {name: {"size": len(data), "sha256": sha256(data).hexdigest()} for name, data in sorted(files.items())},
        }
        return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()


def _put(target: Path, files: dict[str, bytes]) -> None:
    """Let a folder with these files take the place of what stands there; nothing is left beside it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name[:50]}.", dir=target.parent) as beside:
        fresh, old = Path(beside) / "new", Path(beside) / "old"
        fresh.mkdir()
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        if target.exists():
            target.rename(old)
        try:
            fresh.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise


def versions() -> dict[str, Any]:
    """What a model must have been trained with to be used by this program.

    Returns
    -------
    dict
        Versions of the taxonomy, the normaliser, the terms and the word lists.
    """
    return {"taxonomy": load_taxonomy().version, "normaliser": normalise.VERSION, "terms_definition": terms.VERSION, "word_list": words.version()}


def read(folder: str | os.PathLike[str]) -> Model:
    """Read a model and check that its files are the ones that were written.

    Parameters
    ----------
    folder : path
        A model folder.

    Returns
    -------
    Model
        Ready to use.

    Raises
    ------
    ModelNotFound
        If the folder holds no manifest.
    ModelTooNew
        If it was made by a newer version of the format, or for other terms.
    ModelDamaged
        If a file is missing, changed, or does not fit the manifest.
    """
    path = Path(folder)
    manifest = _read_manifest(path)
    try:
        codes = tuple(map(str, manifest["categories"]))
        sizes = [int(n) for n in manifest["terms"]]
        if len(sizes) != len(terms.FAMILIES) or min(sizes) < 0:
            raise ValueError("other families of terms")
        vocabulary = _split(_content(path, manifest, "terms.txt").decode("utf-8").split("\n")[:-1], sizes)
        with np.load(io.BytesIO(_content(path, manifest, "weights.npz")), allow_pickle=False) as arrays:
            coef, intercept, idf, telling = (arrays[name] for name in ("coef", "intercept", "idf", "telling"))
        if any(array.dtype.kind != "f" for array in (coef, intercept, idf, telling)):
            raise ValueError("not real numbers")
        known = {"format", "categories", "terms", "temperature", "doubt", "thresholds", "candidate_quantiles", "files"}
        model = Model(
            codes=codes,
            vocabulary=vocabulary,
            coef=np.ascontiguousarray(coef, dtype=np.float32),
            intercept=intercept.astype(np.float32),
            idf=idf.astype(np.float32),
            telling=telling.astype(np.float32),
            temperature=float(manifest["temperature"]),
            doubt=float(manifest["doubt"]),
            thresholds={str(k): float(v) for k, v in manifest["thresholds"].items()},
            candidate_quantiles={code: float(manifest["candidate_quantiles"][code]) for code in codes},
            facts={k: v for k, v in manifest.items() if k not in known},
        )
        if not _is_consistent(model):
            raise ValueError("the parts do not fit each other")
        return model
    except _DAMAGE as error:
        raise ModelDamaged("model_inconsistent", path=path) from error


def _is_consistent(model: Model) -> bool:
    n_terms, n_classes = model.n_terms, len(model.codes)
    shares = [model.doubt, *model.candidate_quantiles.values()]
    known = model.taxonomy
    return (
        n_classes >= 2
        and len(set(model.codes)) == n_classes
        and all(code == NOT_A_CASE or code in known.categories for code in model.codes)
        and model.coef.shape == (n_terms, n_classes)
        and model.intercept.shape == (n_classes,)
        and model.idf.shape == model.telling.shape == (n_terms,)
        and all(np.isfinite(array).all() for array in (model.coef, model.intercept, model.idf, model.telling))
        and [len(set(family)) for family in model.vocabulary] == [len(family) for family in model.vocabulary]
        and max(map(max, filter(None, ("".join(family) for family in model.vocabulary))), default="") < "\U00010000"
        and all(len(term) == n for n, family in ((1, model.vocabulary[1]), (2, model.vocabulary[2])) for term in family)
        and math.isfinite(model.temperature)
        and model.temperature > 0
        and model.thresholds.keys() >= {"accept", "second"}
        and all(map(math.isfinite, model.thresholds.values()))
        and all(0 <= share <= 1 for share in [*shares, model.thresholds["accept"]])
    )


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelNotFound("model_not_found", path=path) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelDamaged("model_file_damaged", path=path / "manifest.json") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        raise ModelDamaged("model_file_damaged", path=path / "manifest.json")
    if manifest["format"] > FORMAT:
        raise ModelTooNew("model_too_new", path=path, format=manifest["format"], known=FORMAT)
    if manifest["format"] < 1:
        raise ModelDamaged("model_file_damaged", path=path / "manifest.json")
    for name, expected in versions().items():
        if manifest.get(name) != expected:
            raise ModelTooNew("model_other_terms", path=path, name=name, found=manifest.get(name), expected=expected)
    return manifest


def _content(path: Path, manifest: dict[str, Any], name: str) -> bytes:
    stated = manifest["files"][name]
    file = path / name
    try:
        size = file.stat().st_size
        if size != stated["size"] or size > LARGEST_FILE:
            raise ModelDamaged("model_file_damaged", path=file)
        content = file.read_bytes()
    except OSError as error:
        raise ModelDamaged("model_file_missing", path=file) from error
    if sha256(content).hexdigest() != stated["sha256"]:
        raise ModelDamaged("model_file_damaged", path=file)
    return content


def _split(lines: list[str], sizes: list[int]) -> tuple[tuple[str, ...], ...]:
    if len(lines) != sum(sizes):
        raise ValueError("terms.txt does not fit the manifest")
    families, start = [], 0
    for size in sizes:
        families.append(tuple(lines[start : start + size]))
        start += size
    return tuple(families)
