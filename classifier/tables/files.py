"""What kind of file lies there, judged by its first bytes and its name, and how its bytes are read: plain, gz or zst, standard input too."""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from classifier.errors import InputError

#: Kinds of tables by the ending of a file's name.
KINDS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".txt": "txt", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xlsb": "xlsx", ".xls": "xls", ".ods": "xlsx", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
#: How a file may be compressed, by the ending of its name.
COMPRESSIONS = {".gz": "gz", ".zst": "zst"}
#: Kinds that are text.
TEXTUAL = frozenset({"csv", "tsv", "txt", "jsonl", "json"})

_CHUNK, _HEAD = 1 << 20, 4096
#: Packed bytes are taken in small pieces: a few may hold a great many.
_PACKED = 1 << 14
_MAGIC = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"), (b"PAR1", "parquet"), (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"), (b"%PDF", "pdf"), (b"\x89PNG", "png"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"), (b"\xff\xd8\xff", "jpeg"),
)  # fmt: skip
#: What reading a damaged packed file may raise.
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that holds a table.

    Parameters
    ----------
    path : Path
        Where its bytes are.
    name : str
        What people call it.
    kind : str
        One of the values of ``KINDS``.
    compression : {"", "gz", "zst"}
        How its bytes are packed.
    """

    path: Path
    name: str
    kind: str
    compression: str = ""

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, unpacked.

        Yields
        ------
        bytes
            A megabyte or less.

        Raises
        ------
        InputError
            If it cannot be read, or is damaged.
        """
        return _unpacked(self.path, self.compression, self.name)

    def digest(self) -> str:
        """What tells this content from any other.

        Returns
        -------
        str
            SHA-256 of the file as it lies there.

        Raises
        ------
        InputError
            If it cannot be read.
        """
        found = sha256()
        try:
            with self.path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    found.update(chunk)
        except OSError as error:
            raise _unreadable(self.name, error) from error
        return found.hexdigest()


def find_source(path: str | os.PathLike[str], name: str | None = None) -> Source:
    """Look at a file and say what it is; its first bytes go before its name.

    Parameters
    ----------
    path : path
        The file.
    name : str, optional
        What to call it, if not by its path.

    Returns
    -------
    Source
        Ready to be read.

    Raises
    ------
    InputError
        If it is missing, unreadable, or no table.
    """
    file, called = Path(path), name or str(path)
    head = _head(file, "", called)
    packed = {"gz": "gz", "zst": "zst"}.get(_magic(head), "")
    inner = file.with_suffix("") if file.suffix.lower() in COMPRESSIONS else file
    if packed:
        head = _head(file, packed, called)
    named, magic = KINDS.get(inner.suffix.lower(), ""), _magic(head)
    if magic == "zip" and (named == "xlsx" or _is_workbook(file, packed)):
        magic = "xlsx"
    if magic in ("xlsx", "xls", "parquet"):
        return Source(file, called, "xls" if magic == "xls" else magic, packed)
    if magic:
        raise InputError("file_no_table", path=called, kind=magic)
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise InputError("file_no_table", path=called, kind="html" if b"html" in head[:200].lower() else "xml")
    if named in ("xlsx", "xls", "parquet") and not _looks_textual(head):
        raise InputError("file_damaged", path=called)
    return Source(file, called, named if named in TEXTUAL else _textual_kind(head), packed)


def _textual_kind(head: bytes) -> str:
    """The kind of text that has no name, or that of another kind."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2]
    return "jsonl" if start.startswith(b"{") else "json" if start in (b"[{", b"[\n", b"[\r", b"[ ", b"[") else "txt"


def _looks_textual(head: bytes) -> bool:
    return bool(head) and (head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head)


def _magic(head: bytes) -> str:
    return next((kind for start, kind in _MAGIC if head.startswith(start)), "")


def _head(file: Path, compression: str, name: str) -> bytes:
    head = b""
    for chunk in _unpacked(file, compression, name):
        head += chunk
        if len(head) >= _HEAD:
            break
    return head[:_HEAD]


def _unpacked(file: Path, compression: str, name: str) -> Iterator[bytes]:
    """The bytes of a file, a megabyte or less at a time; a packed file that ends too early is damaged, not short."""
    try:
        if compression == "zst":
            yield from _frames(file)
            return
        with gzip.open(file, "rb") if compression == "gz" else file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except _DAMAGE as error:
        raise InputError("file_damaged", path=name) from error
    except FileNotFoundError as error:
        raise InputError("file_missing", path=name) from error
    except (OSError, ValueError) as error:  # a path may hold what no file's name can
        raise _unreadable(name, error) from error


def _frames(file: Path) -> Iterator[bytes]:
    """The content of all frames of a zst file; the package's own reader takes half a frame for the end."""
    import zstandard

    opened: Any = None
    with file.open("rb") as stream:
        try:
            while packed := stream.read(_PACKED):
                while packed:
                    opened = opened or zstandard.ZstdDecompressor().decompressobj()
                    content = opened.decompress(packed)
                    yield from (content[start : start + _CHUNK] for start in range(0, len(content), _CHUNK))
                    packed = opened.unused_data if opened.eof else b""
                    opened = None if opened.eof else opened
        except zstandard.ZstdError as error:
            raise EOFError from error
    if opened is not None:
        raise EOFError


def _unreadable(name: str, error: OSError | ValueError) -> InputError:
    return InputError("file_unreadable", path=name, reason=getattr(error, "strerror", None) or error)


def _is_workbook(file: Path, packed: str) -> bool:
    import zipfile

    if packed:
        return False
    try:
        with zipfile.ZipFile(file) as archive:
            return any(name.startswith("xl/workbook") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


@contextmanager
def spooled(path: str) -> Iterator[Path]:
    """A file that can be read several times: the file itself, or a private copy of what can be read only once.

    Parameters
    ----------
    path : str
        A path, or ``-`` for standard input.

    Yields
    ------
    Path
        Of the file, or of the copy, which is gone at the end.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    if path != "-" and not _can_be_read_once_only(Path(path)):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(prefix="scamtype-") as folder:  # made 0700
        copy = Path(folder) / "input"
        try:
            with (
                sys.stdin.buffer if path == "-" else Path(path).open("rb") as stream,
                os.fdopen(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as out,
            ):
                shutil.copyfileobj(stream, out, _CHUNK)
        except OSError as error:
            raise _unreadable(path, error) from error
        yield copy


def _can_be_read_once_only(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) or stat.S_ISSOCK(mode)
