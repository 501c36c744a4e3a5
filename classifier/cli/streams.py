"""What the commands read and write: files and standard streams, their encodings, and whether a person is looking."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from classifier.errors import InputError, OutputError
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


def print_json(value: Any) -> None:
    """Print a value as one line of JSON; Chinese characters as they are, unless the terminal's encoding lacks one of the characters.

    Parameters
    ----------
    value : object
        Plain values.
    """
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        line = json.dumps(value)  # the escapes of print_out are not all JSON
    print(line)


def check_output(path: str, *, given: str | None = None, force: bool) -> None:
    """Refuse to write where something stands, before any work is done.

    Parameters
    ----------
    path : str
        Where a file shall stand, or ``-``.
    given : str, optional
        A file that is read, which must not be replaced.
    force : bool
        Replace another file.

    Raises
    ------
    OutputError
        If something stands there that may not be replaced.
    """
    if path == "-":
        return
    if given not in (None, "-") and os.path.realpath(str(given)) == os.path.realpath(path):
        raise OutputError("output_is_input", path=path)
    if os.path.lexists(path):
        if not force:
            raise OutputError("output_exists", path=path)
        if not os.path.isfile(path):
            raise OutputError("output_no_file", path=path)


def write_private(path: str, content: str | bytes) -> None:
    """Write a file that only its owner can read: beside its place, then renamed, so that nothing half written ever stands there.

    Parameters
    ----------
    path : str
        Where it shall stand; what is there is replaced. ``-`` is standard output.
    content : str or bytes
        What stands in it; text is written as UTF-8, whatever the terminal's encoding.

    Raises
    ------
    OutputError
        If it cannot be written there.
    """
    # A page may name a file whose name is no text.
    written = content.encode(errors="backslashreplace") if isinstance(content, str) else content
    if path == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    fresh = target.with_name(f".scamtype.{os.getpid()}.part") if target.name else target
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as stream:
                stream.write(written)
            fresh.replace(target)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        raise OutputError("output_failed", path=path, reason=getattr(error, "strerror", None) or error) from error
