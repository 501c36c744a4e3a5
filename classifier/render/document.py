"""The frame of every page: one file that needs nothing beside itself, runs nothing and can be printed."""

from __future__ import annotations

from html import escape

from classifier.resources import read_data


def document(title: str, body: str, *, lang: str, styles: tuple[str, ...]) -> str:
    """A page.

    Parameters
    ----------
    title : str
        Its title, as plain text.
    body : str
        What stands in it, as HTML.
    lang : {"zh", "en"}
        Its language.
    styles : tuple of str
        Names of style sheets in ``classifier/data``.

    Returns
    -------
    str
        HTML.
    """
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # Whatever a text may hold, nothing is loaded and nothing runs.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{''.join(map(read_data, styles))}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
