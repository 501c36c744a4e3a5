"""Figures as tiles, and charts as inline SVG without text: words and numbers stand beside it in HTML, readable however wide the page is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape

_ROUND = (1, 2, 3, 4, 5, 6, 8, 10)


def tiles(entries: Iterable[tuple[str, str, str]]) -> str:
    """Figures that stand out, side by side.

    Parameters
    ----------
    entries : iterable of (str, str, str)
        Class of each, its figure, and what it is.

    Returns
    -------
    str
        HTML.
    """
    shown = "".join(f'<div class="tile {style}"><b>{figure}</b><span>{escape(words)}</span></div>' for style, figure, words in entries)
    return f'<div class="tiles">{shown}</div>'


def bar(share: float, style: str = "bar") -> str:
    """A horizontal bar.

    Parameters
    ----------
    share : float
        Its length, in parts of the longest.
    style : str
        Its class.

    Returns
    -------
    str
        SVG.
    """
    return (
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="{style}" width="{100 * share:.2f}" height="10"/></svg>'
    )


def columns(
    heights: Sequence[Sequence[int]], styles: Sequence[str], names: Sequence[str], labels: Sequence[tuple[float, str]], described: str
) -> str:
    """Stacked columns between their axes.

    Parameters
    ----------
    heights : sequence of sequence of int
        For each column its pieces, the lowest first.
    styles : sequence of str
        Class of each piece.
    names : sequence of str
        What a pointer on each column shows.
    labels : sequence of (float, str)
        What stands below: where, in parts of the width, and the words.
    described : str
        What the chart shows, for those who cannot see it.

    Returns
    -------
    str
        HTML with SVG.
    """
    top = _round_above(max((sum(pieces) for pieces in heights), default=1))
    width = 100 / max(len(heights), 1)
    drawn = [f'<line class="grid" x1="0" x2="100" y1="{y}" y2="{y}"/>' for y in (0, 50, 100)]
    for place, (pieces, name) in enumerate(zip(heights, names, strict=True)):
        foot, column = 100.0, []
        left = f'x="{(place + 0.1) * width:.3f}" width="{0.8 * width:.3f}"'
        for piece, style in zip(pieces, styles, strict=True):
            height = 100 * piece / top
            foot -= height
            if piece:
                column.append(f'<rect class="{style}" {left} y="{foot:.3f}" height="{height:.3f}"/>')
        drawn.append(f"<g><title>{escape(name)}</title>{''.join(column)}</g>")
    return _framed("".join(drawn), [_short(value) for value in (top, top / 2, 0)], labels, described)


def curve(
    points: Sequence[tuple[float, float, float, str]], labels: Sequence[tuple[float, str]], described: str, *, low: float, diagonal: bool
) -> str:
    """Points joined by a line between their axes.

    Parameters
    ----------
    points : sequence of (float, float, float, str)
        Where each stands, in parts of the width and as a share, its size in parts of the largest, and what a pointer on it shows; from the left
        to the right.
    labels : sequence of (float, str)
        What stands below: where, in parts of the width, and the words.
    described : str
        What the chart shows, for those who cannot see it.
    low : float
        The share at the foot; at the top it is 1.
    diagonal : bool
        Whether to draw where both shares are the same.

    Returns
    -------
    str
        HTML with SVG.
    """

    def height(share: float) -> float:
        return 100 * (1 - share) / (1 - low)

    drawn = [f'<line class="grid" x1="0" x2="100" y1="{y}" y2="{y}"/>' for y in (0, 50, 100)]
    if diagonal:
        drawn.append(f'<line class="diagonal" x1="{100 * low:.3f}" y1="100" x2="100" y2="0"/>')
    places = [(100 * x, height(share), 3 + 9 * math.sqrt(size), name) for x, share, size, name in points]
    drawn.append(f'<polyline class="line" points="{" ".join(f"{x:.3f},{y:.3f}" for x, y, _, _ in places)}"/>')
    # A line of no length with round ends is a dot that stays round however the chart is stretched.
    drawn += [
        f'<g><title>{escape(name)}</title><path class="dot" stroke-width="{across:.1f}" d="M{x:.3f} {y:.3f}h0"/></g>' for x, y, across, name in places
    ]
    return _framed("".join(drawn), [f"{share:.0%}" for share in (1, (1 + low) / 2, low)], labels, described)


def legend(styles: Sequence[str], names: Sequence[str]) -> str:
    """Which colour is which.

    Parameters
    ----------
    styles : sequence of str
        Classes.
    names : sequence of str
        Their meaning.

    Returns
    -------
    str
        HTML with SVG.
    """
    entries = (
        f'<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="{style}" width="10" height="10"/></svg>{escape(name)}</li>'
        for style, name in zip(styles, names, strict=True)
    )
    return f'<ul class="legend">{"".join(entries)}</ul>'


def _framed(drawn: str, heights: Sequence[str], labels: Sequence[tuple[float, str]], described: str) -> str:
    axis = "".join(f"<span>{value}</span>" for value in heights)
    below = "".join(f'<span style="left:{100 * where:.2f}%">{escape(words)}</span>' for where, words in labels)
    return (
        f'<div class="chart"><div class="heights" aria-hidden="true">{axis}</div>'
        f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{escape(described)}">{drawn}</svg>'
        f'<div class="places" aria-hidden="true">{below}</div></div>'
    )


def _round_above(value: int) -> int:
    """The next round number, so that its half is one too."""
    if value <= 2:
        return 2
    power = 10 ** int(math.log10(value))
    found = next(int(step * power) for step in _ROUND if step * power >= value)
    return found + found % 2


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
