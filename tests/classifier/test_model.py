"""Holds a model folder to being read as it was written, refused if anything about it is wrong, and written whole or not at all."""

from __future__ import annotations

import io
import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import ModelDamaged, ModelError, ModelNotFound, ModelTooNew, OutputError, ScamClassifier
from classifier import model as model_module
from classifier.loading import shipped_model
from classifier.model import FORMAT, Model, read, versions

CODES = ("task_rebate", "loan_card", "not_a_case")
VOCABULARY = (("刷单", "贷款", "散步"), ("刷", "贷"), ("刷单", "贷款"))
N_TERMS = 7
#: The arrays that are kept in half precision.
ROUNDED = ("coef", "telling")


@pytest.fixture
def model() -> Model:
    generator = np.random.default_rng(0)
    return Model(
        codes=CODES,
        vocabulary=VOCABULARY,
        coef=generator.normal(size=(N_TERMS, 3)).astype(np.float16).astype(np.float32),
        intercept=generator.normal(size=3).astype(np.float32),
        idf=(1 + generator.random(N_TERMS)).astype(np.float32),
        telling=generator.normal(size=N_TERMS).astype(np.float16).astype(np.float32),
        temperature=0.15,
        doubt=0.0125,
        thresholds={"accept": 0.9, "second": -0.35},
        candidate_quantiles={"task_rebate": 0.5, "loan_card": 0.75, "not_a_case": 0.875},
        facts={**versions(), "taxonomy": "1.0", "coverage": 0.9, "corpus": {"sha256": "0" * 64, "cases": 3}, "备注": "试验"},
    )


@pytest.fixture
def folder(model: Model, tmp_path: Path) -> Path:
    model.save(tmp_path / "model")
    return tmp_path / "model"


def same(this: Model, other: Model) -> bool:
    """Whether two models are equal, arrays among them."""
    bare = {"coef": None, "intercept": None, "idf": None, "telling": None}
    arrays = all(np.array_equal(getattr(this, name), getattr(other, name)) for name in bare)
    return arrays and replace(this, **bare) == replace(other, **bare)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def change(folder: Path, **entries: Any) -> None:
    """Change entries of the manifest; a callable gets the old value."""
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    for name, value in entries.items():
        manifest[name] = value(manifest[name]) if callable(value) else value
    file.write_text(json.dumps(manifest), encoding="utf-8")


def put(folder: Path, name: str, content: bytes) -> None:
    """Put other content into a file of the model, and have the manifest say so."""
    (folder / name).write_bytes(content)
    change(folder, files=lambda files: {**files, name: {"size": len(content), "sha256": sha256(content).hexdigest()}})


# --- the round trip


def test_a_model_is_read_as_it_was_written(model: Model, folder: Path) -> None:
    assert same(read(folder), model)


def test_weights_are_rounded_once_and_then_stay(model: Model, tmp_path: Path) -> None:
    exact = replace(model, **{name: getattr(model, name) + np.float32(1e-5) for name in ROUNDED})
    exact.save(tmp_path / "once")
    once = read(tmp_path / "once")
    once.save(tmp_path / "twice")
    for name in ROUNDED:
        assert not np.array_equal(getattr(once, name), getattr(exact, name))
        assert np.array_equal(getattr(once, name), getattr(exact, name).astype(np.float16).astype(np.float32))
    assert same(read(tmp_path / "twice"), once)


def test_arrays_are_read_with_the_types_that_scoring_wants(folder: Path) -> None:
    found = read(folder)
    assert [array.dtype for array in (found.coef, found.intercept, found.idf, found.telling)] == [np.float32] * 4
    assert found.coef.flags.c_contiguous


def test_the_same_model_is_written_byte_for_byte(model: Model, tmp_path: Path) -> None:
    for name in ("one", "other"):
        model.save(tmp_path / name, {"MODEL_CARD.md": "# 模型说明\n"})
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_the_shipped_model_is_written_again_byte_for_byte(tmp_path: Path) -> None:
    read(shipped_model()).save(tmp_path / "again")
    again, shipped = contents(tmp_path / "again"), contents(shipped_model())
    assert {name: again[name] == shipped[name] for name in ("weights.npz", "terms.txt")} == {"weights.npz": True, "terms.txt": True}


def test_a_read_model_classifies(folder: Path) -> None:
    assert {code for code, _ in ScamClassifier.load(folder).classify("网上刷单").ranking} == set(CODES)


def test_the_number_of_terms_is_that_of_all_families(model: Model) -> None:
    assert model.n_terms == N_TERMS


def test_the_manifest_names_every_other_file_with_its_size_and_hash(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path / "model", {"MODEL_CARD.md": "# 模型说明\n", "metrics.json": "{}"})
    written = contents(tmp_path / "model")
    files = json.loads(written.pop("manifest.json"))["files"]
    assert files == {name: {"size": len(content), "sha256": sha256(content).hexdigest()} for name, content in written.items()}


def test_the_arrays_are_stored_uncompressed_and_without_a_date(folder: Path) -> None:
    with zipfile.ZipFile(folder / "weights.npz") as archive:
        assert {entry.filename for entry in archive.infolist()} == {"coef.npy", "intercept.npy", "idf.npy", "telling.npy"}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_files_that_the_manifest_does_not_name_do_no_harm(model: Model, folder: Path) -> None:
    (folder / "run.json").write_text("{", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"\x00")
    assert same(read(folder), model)


@pytest.mark.parametrize(
    ("doubt", "thresholds"),
    [(0.0, {"accept": 0.0, "second": -100.0}), (1.0, {"accept": 1.0, "second": 1e6}), (0.5, {"accept": 0.5, "second": 0.0, "third": 7.5})],
)
def test_doubt_and_thresholds_are_read_to_their_limits(model: Model, tmp_path: Path, doubt: float, thresholds: dict[str, float]) -> None:
    other = replace(model, doubt=doubt, thresholds=thresholds)
    other.save(tmp_path / "model")
    assert same(read(tmp_path / "model"), other)


def test_documents_for_people_are_not_read(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path / "model", {"MODEL_CARD.md": "# 模型说明\n"})
    (tmp_path / "model" / "MODEL_CARD.md").unlink()
    assert same(read(tmp_path / "model"), model)


# --- what is not there, or too new


@pytest.mark.parametrize("name", ["nowhere", "nowhere/deeper", "a_file", "a_file/model", "empty", ""])
def test_a_folder_without_a_manifest_is_no_model(tmp_path: Path, name: str) -> None:
    (tmp_path / "a_file").write_text("刷单", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelNotFound, match="没有模型"):
        read(tmp_path / name)


def test_weights_without_a_manifest_are_no_model(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(ModelNotFound):
        read(folder)


@pytest.mark.parametrize("newer", [FORMAT + 1, FORMAT + 1000])
def test_a_newer_format_is_refused_by_its_number(folder: Path, newer: int) -> None:
    change(folder, format=newer)
    with pytest.raises(ModelTooNew, match=f"格式为 {newer}"):
        read(folder)


def test_a_newer_format_is_refused_before_anything_else_is_asked(folder: Path) -> None:
    (folder / "manifest.json").write_text(json.dumps({"format": FORMAT + 1}), encoding="utf-8")
    with pytest.raises(ModelTooNew):
        read(folder)


@pytest.mark.parametrize("nonsense", [0, -1, "1", 1.5, None, [], {}])
def test_a_format_that_never_was_is_damage(folder: Path, nonsense: object) -> None:
    change(folder, format=nonsense)
    with pytest.raises(ModelDamaged):
        read(folder)


@pytest.mark.parametrize("name", ["normaliser", "terms_definition", "word_list"])
@pytest.mark.parametrize("value", [99, "ffffffff", None])
def test_a_model_made_for_other_terms_is_refused_by_what_differs(folder: Path, name: str, value: object) -> None:
    change(folder, **{name: value})
    with pytest.raises(ModelTooNew, match=name):
        read(folder)


def test_a_model_of_a_taxonomy_that_this_version_does_not_know_is_refused(folder: Path) -> None:
    change(folder, taxonomy="99.0")
    with pytest.raises(ModelTooNew):
        read(folder)


# --- damage


@pytest.mark.parametrize("name", ["weights.npz", "terms.txt"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelDamaged, match=name):
        read(folder)


@pytest.mark.parametrize("name", ["weights.npz", "terms.txt", "manifest.json"])
def test_a_folder_in_the_place_of_a_file_is_damage(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(ModelDamaged, match=name):
        read(folder)


@pytest.mark.parametrize("name", ["weights.npz", "terms.txt"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_changed_byte_is_noticed(folder: Path, name: str, data: st.DataObject) -> None:
    whole = (folder / name).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :])
    try:
        with pytest.raises(ModelDamaged, match=name):
            read(folder)
    finally:
        (folder / name).write_bytes(whole)


@pytest.mark.parametrize("name", ["weights.npz", "terms.txt"])
@pytest.mark.parametrize("cut", [lambda whole: whole[:-1], lambda whole: whole + b"\n", lambda _: b"", lambda whole: whole[::-1]])
def test_a_file_that_was_cut_or_grew_is_noticed(folder: Path, name: str, cut: Callable[[bytes], bytes]) -> None:
    (folder / name).write_bytes(cut((folder / name).read_bytes()))
    with pytest.raises(ModelDamaged, match=name):
        read(folder)


@pytest.mark.parametrize("name", ["weights.npz", "terms.txt"])
@pytest.mark.parametrize("size", [0, -1, 10**15, 1.5, "7", None])
def test_a_manifest_that_lies_about_the_size_of_a_file_is_noticed(folder: Path, name: str, size: object) -> None:
    change(folder, files=lambda files: {**files, name: {**files[name], "size": size}})
    with pytest.raises(ModelDamaged):
        read(folder)


def test_a_file_larger_than_any_model_is_not_read_even_if_the_manifest_states_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "LARGEST_FILE", 10)
    with pytest.raises(ModelDamaged) as caught:
        read(folder)
    assert caught.value.key == "model_file_damaged"


@pytest.mark.parametrize(
    "sizes",
    [
        [3, 2, 1], [3, 2, 3], [2, 3, 2], [3, 1, 3], [3, 3, 1], [1, 4, 2], [0, 0, 0], [8, -1, 0], [-1, 6, 2], [7], [5, 2], [3, 2, 1, 1], [], [10**12, 2, 2],
        "323", 7, None, [3, 2, None],
    ],
)  # fmt: skip
def test_a_manifest_that_lies_about_the_sizes_of_the_families_is_noticed(folder: Path, sizes: object) -> None:
    change(folder, terms=sizes)
    with pytest.raises(ModelDamaged):
        read(folder)


def test_an_endless_family_is_noticed(folder: Path) -> None:
    change(folder, terms=[float("inf"), 2, 2])
    with pytest.raises(ModelDamaged):
        read(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("categories", []),
        ("categories", ["task_rebate"]),
        ("categories", ["task_rebate", "loan_card"]),
        ("categories", ["task_rebate", "task_rebate", "not_a_case"]),
        ("categories", ["task_rebate", "no_such_type", "not_a_case"]),
        ("categories", "abc"),
        ("categories", None),
        ("temperature", 0),
        ("temperature", -0.15),
        ("temperature", float("nan")),
        ("temperature", float("inf")),
        ("temperature", "warm"),
        ("temperature", None),
        ("doubt", -0.01),
        ("doubt", 1.01),
        ("doubt", float("nan")),
        ("doubt", float("inf")),
        ("doubt", "none"),
        ("doubt", None),
        ("doubt", [0.01]),
        ("thresholds", {}),
        ("thresholds", {"accept": 0.9}),
        ("thresholds", {"second": -0.35}),
        ("thresholds", {"accept": float("nan"), "second": -0.35}),
        ("thresholds", {"accept": "high", "second": -0.35}),
        ("thresholds", {"accept": 2, "second": -0.35}),
        ("thresholds", {"accept": -0.1, "second": -0.35}),
        ("thresholds", {"accept": 0.9, "second": float("nan")}),
        ("thresholds", {"accept": 0.9, "second": float("inf")}),
        ("thresholds", {"accept": 0.9, "second": "far"}),
        ("thresholds", {"accept": 0.9, "second": None}),
        ("thresholds", [0.9, -0.35]),
        ("thresholds", None),
        ("candidate_quantiles", {}),
        ("candidate_quantiles", {"task_rebate": 0.5, "loan_card": 0.5}),
        ("candidate_quantiles", dict.fromkeys(CODES, float("nan"))),
        ("candidate_quantiles", [0.5, 0.5, 0.5]),
        ("candidate_quantiles", None),
        ("files", {}),
        ("files", []),
        ("files", None),
        ("files", {"weights.npz": 1, "terms.txt": 1}),
        ("files", {"weights.npz": {}, "terms.txt": {}}),
    ],
)
def test_a_manifest_with_nonsense_in_it_is_refused(folder: Path, name: str, value: object) -> None:
    change(folder, **{name: value})
    with pytest.raises(ModelDamaged):
        ScamClassifier.load(folder)


@pytest.mark.parametrize("name", ["categories", "terms", "temperature", "doubt", "thresholds", "candidate_quantiles", "files", "format"])
def test_a_manifest_that_lacks_an_entry_is_refused(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest[name]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelDamaged):
        read(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b'"format"',
        bytes(range(256)),
        '{"format": 1}'.encode("utf-16"),
        b"\xff\xfe",
        b'{"format": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_manifest_that_is_no_manifest_is_damage(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ModelDamaged, match="manifest"):
        read(folder)


def test_a_manifest_of_brackets_is_damage(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"[" * 200_000)
    with pytest.raises(ModelDamaged):
        read(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        "刷单\n贷款\n".encode(),
        "刷单\n贷款\n散步\n刷\n贷\n刷单\n贷款".encode(),
        "刷单\n贷款\n散步\n刷\n贷\n刷单\n贷款\n多余\n".encode(),
        "刷单\n刷单\n散步\n刷\n贷\n刷单\n贷款\n".encode(),
        "刷单\n贷款\n散步\n刷刷\n贷\n刷单\n贷款\n".encode(),
        "刷单\n贷款\n散步\n刷\n\n刷单\n贷款\n".encode(),
        "刷单\n贷款\n散步\n刷\n贷\n刷\n贷款\n".encode(),
        "刷单\r\n贷款\r\n散步\r\n刷\r\n贷\r\n刷单\r\n贷款\r\n".encode(),
        "刷单\n贷款\n散步\n刷\n贷\n刷单\n贷款\n".encode("gb18030"),
        "刷单\n贷款\n散步\n刷\n贷\n刷单\n贷款\n".encode("utf-16"),
    ],
)
def test_terms_that_do_not_fit_are_refused_though_their_hash_is_right(folder: Path, content: bytes) -> None:
    put(folder, "terms.txt", content)
    with pytest.raises(ModelDamaged):
        ScamClassifier.load(folder)


def test_terms_that_no_text_can_have_are_refused(folder: Path) -> None:
    put(folder, "terms.txt", "刷单\n贷款\n散步\n𠮷\n贷\n刷单\n贷款\n".encode())
    with pytest.raises(ModelDamaged):
        ScamClassifier.load(folder)


# --- arrays


class Boom:
    """Says so if anybody unpickles it."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("unpickled"),))


def arrays(**other: np.ndarray) -> dict[str, np.ndarray]:
    sound = {
        "coef": np.zeros((N_TERMS, 3), np.float16), "intercept": np.zeros(3, np.float32), "idf": np.ones(N_TERMS, np.float32),
        "telling": np.full(N_TERMS, 0.5, np.float16),
    }  # fmt: skip
    return {name: array for name, array in {**sound, **other}.items() if array is not None}


def npz(save: Callable[..., None] = np.savez, **other: Any) -> bytes:
    buffer = io.BytesIO()
    save(buffer, **arrays(**other))
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def test_arrays_of_the_right_shape_are_taken(folder: Path) -> None:
    put(folder, "weights.npz", npz())
    assert read(folder).idf.tolist() == [1.0] * N_TERMS
    assert read(folder).telling.tolist() == [0.5] * N_TERMS


@pytest.mark.parametrize(
    "content",
    [
        npz(idf=np.array([Boom()] * N_TERMS, dtype=object)),
        npz(telling=np.array([Boom()] * N_TERMS, dtype=object)),
        npz(coef=np.array([[Boom()] * 3] * N_TERMS, dtype=object)),
        npy(np.array([Boom()], dtype=object)),
        pickle.dumps({"coef": Boom()}),
    ],
    ids=["idf", "telling", "coef", "npy", "pickle"],
)
def test_a_pickled_array_is_refused_and_never_executed(folder: Path, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(folder, "weights.npz", content)
    with pytest.raises(ModelDamaged):
        read(folder)
    assert not (tmp_path / "unpickled").exists()


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04" + b"x" * 100,
        npy(np.zeros(3)),
        npz()[:-50],
        npz(coef=None),
        npz(intercept=None),
        npz(idf=None),
        npz(telling=None),
        npz(telling=np.ones(N_TERMS + 1)),
        npz(telling=np.ones(N_TERMS - 1)),
        npz(telling=np.ones((N_TERMS, 1))),
        npz(telling=np.float32(1)),
        npz(telling=np.full(N_TERMS, np.nan)),
        npz(telling=np.full(N_TERMS, -np.inf)),
        npz(telling=np.ones(N_TERMS, dtype=np.int64)),
        npz(telling=np.array(list("刷单贷款散步了"))),
        npz(idf=np.ones(N_TERMS + 1)),
        npz(idf=np.ones((N_TERMS, 1))),
        npz(idf=np.float32(1)),
        npz(coef=np.zeros((3, N_TERMS))),
        npz(coef=np.zeros((N_TERMS, 4))),
        npz(coef=np.zeros((0, 3))),
        npz(intercept=np.zeros(4)),
        npz(intercept=np.array([0, 0, np.nan])),
        npz(idf=np.full(N_TERMS, np.nan)),
        npz(coef=np.full((N_TERMS, 3), np.inf)),
        npz(idf=np.full(N_TERMS, 1e300)),
        npz(idf=np.array(list("刷单贷款散步了"))),
    ],
)
def test_arrays_that_do_not_fit_are_refused_though_their_hash_is_right(folder: Path, content: bytes) -> None:
    put(folder, "weights.npz", content)
    with pytest.raises(ModelDamaged):
        read(folder)


def with_header(**header: Any) -> bytes:
    """Arrays of which idf has another header than its content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, array in arrays().items():
            archive.writestr(f"{name}.npy", npy(array))
        written = io.BytesIO()
        np.lib.format.write_array_header_1_0(written, {"descr": "<f4", "fortran_order": False, "shape": (N_TERMS,), **header})
        archive.writestr("idf.npy", written.getvalue())
    return buffer.getvalue()


def torn() -> bytes:
    """Compressed arrays with a byte changed in the middle of the first."""
    content = bytearray(npz(np.savez_compressed))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        name = archive.infolist()[0].filename
    content[30 + len(name) + 20] = 0xFF
    return bytes(content)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("shape", [(10**13,), (10**30,)], ids=["ten terabytes", "beyond counting"])
def test_an_array_that_lies_about_its_size_is_refused(folder: Path, shape: tuple[int, ...]) -> None:
    put(folder, "weights.npz", with_header(shape=shape))
    with pytest.raises(ModelDamaged):
        read(folder)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("shape", [(N_TERMS,), (-5,)])
def test_an_array_shorter_than_its_header_says_is_refused(folder: Path, shape: tuple[int, ...]) -> None:
    put(folder, "weights.npz", with_header(shape=shape))
    with pytest.raises(ModelDamaged):
        read(folder)


@pytest.mark.parametrize("kind", ["complex64", "M8[s]", "m8[s]"])
def test_arrays_of_another_kind_than_numbers_are_refused(folder: Path, kind: str) -> None:
    put(folder, "weights.npz", npz(idf=np.ones(N_TERMS).astype(kind)))
    with pytest.raises(ModelDamaged):
        read(folder)


def test_a_torn_compressed_array_is_refused(folder: Path) -> None:
    put(folder, "weights.npz", torn())
    with pytest.raises(ModelDamaged):
        read(folder)


# --- writing


def test_nothing_is_written_over_a_model_without_force(model: Model, folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(OutputError, match="--force"):
        replace(model, temperature=0.5).save(folder)
    assert contents(folder) == before


def test_a_model_is_replaced_whole_with_force(model: Model, folder: Path, tmp_path: Path) -> None:
    (folder / "metrics.json").write_text("{}", encoding="utf-8")
    replace(model, temperature=0.5).save(folder, force=True)
    assert read(folder).temperature == 0.5
    assert {file.name for file in folder.iterdir()} == {"manifest.json", "weights.npz", "terms.txt"}
    assert [file.name for file in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("force", [False, True])
def test_nothing_is_written_over_a_folder_that_is_no_model(model: Model, tmp_path: Path, force: bool) -> None:
    documents = tmp_path / "文档"
    documents.mkdir()
    (documents / "论文.txt").write_text("刷单诈骗研究", encoding="utf-8")
    with pytest.raises(OutputError):
        model.save(documents, force=force)
    assert contents(documents) == {"论文.txt": "刷单诈骗研究".encode()}


def test_an_empty_folder_is_filled_with_force(model: Model, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    model.save(tmp_path / "empty", force=True)
    assert same(read(tmp_path / "empty"), model)


def test_nothing_is_written_over_a_file_without_force(model: Model, tmp_path: Path) -> None:
    (tmp_path / "案情.csv").write_text("刷单", encoding="utf-8")
    with pytest.raises(OutputError):
        model.save(tmp_path / "案情.csv")
    assert (tmp_path / "案情.csv").read_text(encoding="utf-8") == "刷单"


def test_nothing_is_written_over_a_file_with_force_either(model: Model, tmp_path: Path) -> None:
    (tmp_path / "案情.csv").write_text("刷单", encoding="utf-8")
    with pytest.raises(OutputError):
        model.save(tmp_path / "案情.csv", force=True)


@pytest.mark.parametrize("neighbour", ["model.new", "model.old"])
def test_a_neighbour_with_a_name_of_our_own_kind_is_not_removed(model: Model, folder: Path, tmp_path: Path, neighbour: str) -> None:
    (tmp_path / neighbour).mkdir()
    (tmp_path / neighbour / "论文.txt").write_text("刷单诈骗研究", encoding="utf-8")
    with suppress(OutputError):  # to refuse would do as well
        replace(model, temperature=0.5).save(folder, force=True)
    assert (tmp_path / neighbour / "论文.txt").exists()


def test_folders_above_are_made(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path / "models" / "user" / "current")
    assert same(read(tmp_path / "models" / "user" / "current"), model)


def test_a_relative_path_is_as_good(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    model.save("模型/")
    assert same(read("模型"), model)


@pytest.mark.parametrize("below", ["a_file/model", "a_file/deeper/model"])
def test_what_cannot_be_written_is_an_output_error(model: Model, tmp_path: Path, below: str) -> None:
    (tmp_path / "a_file").write_text("刷单", encoding="utf-8")
    with pytest.raises(OutputError):
        model.save(tmp_path / below)


@pytest.mark.parametrize("name", [".", "a" * 300, "a\0b"])
def test_a_path_where_no_model_can_stand_is_an_output_error(model: Model, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError):
        model.save(name, force=True)


# A document that cannot be written stops the writing when the arrays are on the disk and the manifest is not.
UNWRITABLE = {"说" * 300 + ".md": "# 模型说明"}


def test_a_half_written_folder_never_stands_at_the_target(model: Model, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        model.save(tmp_path / "model", UNWRITABLE)
    assert not (tmp_path / "model").exists()


def test_the_old_model_stays_when_the_new_one_cannot_be_written(model: Model, folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(OutputError):
        replace(model, temperature=0.5).save(folder, UNWRITABLE, force=True)
    assert contents(folder) == before


def test_what_a_failed_writing_left_does_not_hinder_the_next(model: Model, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        model.save(tmp_path / "model", UNWRITABLE)
    model.save(tmp_path / "model")
    assert same(read(tmp_path / "model"), model)
    assert [file.name for file in tmp_path.iterdir()] == ["model"]


def test_a_failed_writing_leaves_nothing_beside_the_target(model: Model, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        model.save(tmp_path / "model", UNWRITABLE)
    assert list(tmp_path.iterdir()) == []


def test_a_model_behind_a_link_can_be_replaced_again_and_again(model: Model, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(folder)
    for temperature in (0.25, 0.5):
        replace(model, temperature=temperature).save(tmp_path / "current", force=True)
        assert read(tmp_path / "current").temperature == temperature


def test_a_copy_of_the_folder_is_the_same_model(model: Model, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "elsewhere" / "模型 副本")
    assert same(read(tmp_path / "elsewhere" / "模型 副本"), model)


def test_every_error_of_a_model_is_a_model_error() -> None:
    assert all(issubclass(kind, ModelError) for kind in (ModelDamaged, ModelNotFound, ModelTooNew))
