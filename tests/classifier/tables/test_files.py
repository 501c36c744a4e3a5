"""Holds files to being taken for what their bytes say, whatever they are called, and to private copies of what can be read once only."""

from __future__ import annotations

import gzip
import io
import stat
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
import zstandard

from classifier.errors import InputError
from classifier.tables.files import find_source, spooled

TEXT = "编号,案情\n1,刷单\n".encode()


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", TEXT, "csv"), ("A.CSV", TEXT, "csv"), ("a.tsv", TEXT, "tsv"), ("a.txt", TEXT, "txt"), ("a", TEXT, "txt"), ("a.dat", b'{"a": 1}\n', "jsonl"),
        ("a.dat", b'[{"a": 1}]', "json"), ("a.ndjson", TEXT, "jsonl"), ("a.xls", TEXT, "txt"), ("a.csv", b"\xff\xfea\0", "csv"),
    ],
)  # fmt: skip
def test_text_is_what_its_name_says_or_else_what_it_looks_like(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    assert find_source(put(tmp_path, name, content)).kind == kind


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a"])
def test_workbooks_and_parquet_are_known_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write(0, 0, "案情")
    assert find_source(path).kind == "xlsx"
    pq.write_table(pa.table({"案情": ["刷单"]}), path)
    assert find_source(path).kind == "parquet"


@pytest.mark.parametrize(("name", "compression"), [("a.csv.gz", "gz"), ("a.csv", "gz"), ("a.csv.zst", "zst"), ("a.csv", "zst")])
def test_packed_text_is_unpacked_whatever_it_is_called(tmp_path: Path, name: str, compression: str) -> None:
    source = find_source(put(tmp_path, name, gzip.compress(TEXT) if compression == "gz" else zstandard.compress(TEXT)))
    assert (source.kind, source.compression) == ("csv", compression)
    assert b"".join(source.chunks()) == TEXT


@pytest.mark.parametrize("content", [b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b"Rar!\x1a\x07", b"<!DOCTYPE html><html>", b"<?xml version='1.0'?><a/>"])
def test_what_is_no_table_is_refused_by_its_kind(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        find_source(put(tmp_path, "a.csv", content))
    assert caught.value.key == "file_no_table"


def test_a_zip_without_a_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(InputError) as caught:
        find_source(tmp_path / "a.csv")
    assert caught.value.values["kind"] == "zip"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_half_a_packed_file_is_damaged(tmp_path: Path, pack: object) -> None:
    content = pack(bytes(range(256)) * 5000)  # type: ignore[operator]
    path = put(tmp_path, "a.csv.gz", content[: len(content) - 20])
    with pytest.raises(InputError) as caught:
        list(find_source(path).chunks())
    assert caught.value.key == "file_damaged"


def test_the_digest_tells_contents_apart(tmp_path: Path) -> None:
    one, same, other = (find_source(put(tmp_path, name, content)) for name, content in (("a", TEXT), ("b", TEXT), ("c", TEXT + b"x")))
    assert one.digest() == same.digest() != other.digest()


def test_standard_input_is_copied_to_a_private_file_that_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT)))
    with spooled("-") as path:
        assert path.read_bytes() == TEXT
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.exists()
    assert not path.parent.exists()


def test_a_plain_file_is_not_copied(tmp_path: Path) -> None:
    file = put(tmp_path, "a.csv", TEXT)
    with spooled(str(file)) as path:
        assert path == file
