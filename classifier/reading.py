"""Texts that are read whole: files of one narrative or page. Their encoding is judged as that of tables is."""

from __future__ import annotations

import os
from pathlib import Path

from classifier.errors import InputError
from classifier.tables.encodings import judge


def read_text(path: str | os.PathLike[str]) -> str:
    """Text of a file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    str
        Its text; line ends as they are, without byte order mark.

    Raises
    ------
    InputError
        If it is missing, unreadable, or in none of these encodings.
    """
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InputError("file_missing", path=path) from error
    except (OSError, ValueError) as error:
        raise InputError("file_unreadable", path=path, reason=getattr(error, "strerror", None) or error) from error
    text = decode(content)
    if text is None:
        raise InputError("file_undecodable", path=path)
    return text


def decode(content: bytes) -> str | None:
    """Decode bytes whose encoding nobody named.

    Parameters
    ----------
    content : bytes
        All of a text.

    Returns
    -------
    str or None
        None if it is in none of the encodings.
    """
    judged = judge(lambda: iter([content]))
    return "".join(judged.decode([content])) if judged is not None and judged.exact else None
