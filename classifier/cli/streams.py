"""What the commands read and write: files and standard streams, their encodings, and whether a person is looking."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

from classifier.errors import InputError


def read_text(path: str) -> str:
    """Text of a file, or of standard input for ``-``.

    Parameters
    ----------
    path : str
        A file's path or ``-``.

    Returns
    -------
    str
        Decoded by its byte order mark, as UTF-8, or as GB18030.

    Raises
    ------
    InputError
        If it is missing, unreadable, or none of these encodings.
    """
    if path == "-":
        content, where = sys.stdin.buffer.read(), ""
    else:
        where = path
        try:
            content = Path(path).read_bytes()
        except FileNotFoundError as error:
            raise InputError("file_missing", path=path) from error
        except OSError as error:
            raise InputError("file_unreadable", path=path, reason=error.strerror or error) from error
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError("file_undecodable", path=where) if where else InputError("stdin_undecodable")


def shows_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that wants colours; ``NO_COLOR`` says no, ``FORCE_COLOR`` yes.

    Parameters
    ----------
    stream : text stream
        Usually standard output.

    Returns
    -------
    bool
        Colours or none.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def print_out(text: str) -> None:
    """Print a result; characters that the terminal's encoding lacks are shown as escapes, lone surrogates too.

    Parameters
    ----------
    text : str
        The result.
    """
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))
