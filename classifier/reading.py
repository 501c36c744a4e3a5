"""Text as people have it: decoded by its byte order mark, as UTF-8, or as GB18030, which Chinese Excel and Windows write."""

from __future__ import annotations

import os
from pathlib import Path

from classifier.errors import InputError


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
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
