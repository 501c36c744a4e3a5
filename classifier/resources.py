"""Reading of the data files that travel with the package."""

from __future__ import annotations

from importlib.resources import files


def read_data(name: str) -> str:
    """Text of a file in ``classifier/data``.

    Parameters
    ----------
    name : str
        The file's name.

    Returns
    -------
    str
        Its text, decoded as UTF-8.
    """
    return files("classifier").joinpath("data", name).read_text(encoding="utf-8")
