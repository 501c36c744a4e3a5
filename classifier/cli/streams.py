"""What the commands read and write: files and standard streams, their encodings, and whether a person is looking."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from classifier.errors import InputError
from classifier.reading import decode, read_text


def read_input(path: str) -> str:
    """Text of a file, or of standard input for ``-``.

    Parameters
    ----------
    path : str
        A file's path or ``-``.

    Returns
    -------
    str
        Decoded as ``classifier.reading`` does.

    Raises
    ------
    InputError
        If it is missing, unreadable, or in no known encoding.
    """
    if path != "-":
        return read_text(path)
    text = decode(sys.stdin.buffer.read())
    if text is None:
        raise InputError("stdin_undecodable")
    return text


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
