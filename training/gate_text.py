"""A comparison of two models for people: lines for the terminal without a narrative, and a page with the cases about which they disagree."""

from __future__ import annotations

import math
from html import escape

from classifier import messages
from classifier.render.document import document
from classifier.taxonomy import Taxonomy
from training.gate import Comparison, Flip, SetComparison, TypeChange

#: A page holds so many of the texts about which the models disagree.
_MOST_FLIPS = 500


def lines(comparison: Comparison, taxonomy: Taxonomy) -> list[str]:
    """What a person reads in the terminal.

    Parameters
    ----------
    comparison : Comparison
        What was found.
    taxonomy : Taxonomy
        That of the new model.

    Returns
    -------
    list of str
        Without any text of a case; types that read the same are left out.
    """
    found = []
    for each in comparison.sets:
        found.append(_heading(each))
        found += [f"  {_change(change, taxonomy)}" for change in each.types if abs(change.new - change.old) >= 0.0005]
    return found + _ending(comparison, taxonomy)


def page(comparison: Comparison, taxonomy: Taxonomy, title: str) -> str:
    """The whole comparison as one page, with the texts about which the models disagree.

    Parameters
    ----------
    comparison : Comparison
        What was found.
    taxonomy : Taxonomy
        That of the new model.
    title : str
        Which models these are.

    Returns
    -------
    str
        HTML in the language of messages, for a file that only its owner can read: it holds narratives. Whatever comes from them is escaped.
    """
    parts = [f"<header><h1>{escape(title)}</h1></header>"]
    parts += [f"<p>{escape(line)}</p>" for line in _ending(comparison, taxonomy)]
    if not comparison.sets:
        parts.append(f"<p>{escape(messages.text('gate_nothing'))}</p>")
    for each in comparison.sets:
        parts.append(f"<section><h2>{escape(_heading(each))}</h2>{_table(each, taxonomy)}{_phrases(each, taxonomy)}")
        parts += ['<div class="cards">', *(_flip(flip, taxonomy) for flip in each.flips[:_MOST_FLIPS]), "</div>"]
        if len(each.flips) > _MOST_FLIPS:
            parts.append(f"<p>{escape(messages.text('gate_more_flips', shown=_MOST_FLIPS, count=len(each.flips)))}</p>")
        parts.append("</section>")
    return document(title, "\n".join(parts), lang=messages.language(), styles=("report.css", "page.css"))


def _table(each: SetComparison, taxonomy: Taxonomy) -> str:
    head = "".join(f'<th class="{style}">{escape(messages.text(f"gate_column_{key}"))}</th>' for key, style in _COLUMNS)
    rows = []
    for change in each.types:
        figures = (str(change.cases), f"{change.old:.3f}", f"{change.new:.3f}", _interval(change))
        cells = "".join(f'<td class="number">{figure}</td>' for figure in figures)
        rows.append(f"<tr><td>{escape(_name(change.code, taxonomy))}</td>{cells}</tr>")
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


_COLUMNS = (("type", ""), ("cases", "number"), ("old", "number"), ("new", "number"), ("interval", "number"))


def _phrases(each: SetComparison, taxonomy: Taxonomy) -> str:
    if not each.phrases:
        return ""
    listed = "".join(f'<li lang="zh">{escape(phrase)} <small>{escape(_name(code, taxonomy))} {n:+d}</small></li>' for code, phrase, n in each.phrases)
    return f'<h2>{escape(messages.text("gate_phrases"))}</h2><ul class="cues">{listed}</ul>'


def _flip(flip: Flip, taxonomy: Taxonomy) -> str:
    names = {key: _name(code, taxonomy) for key, code in (("old", flip.old), ("new", flip.new), ("label", str(flip.case.category)))}
    heading = escape(messages.text("gate_flip", **names)) + (f" <small>{escape(flip.case.source)}</small>" if flip.case.source else "")
    style = "accept" if flip.new == flip.case.category else "error" if flip.old == flip.case.category else "review"
    return f'<article class="tile {style}"><h3>{heading}</h3><div class="narrative" lang="zh">{escape(flip.case.text)}</div></article>'


def _ending(comparison: Comparison, taxonomy: Taxonomy) -> list[str]:
    found = []
    for code, sources in comparison.taken.items():
        shown = ", ".join(f"{_name(source, taxonomy)} {n}" for source, n in sources.items())
        found.append(messages.text("gate_taken", type=_name(code, taxonomy), sources=shown))
    if comparison.fell:
        found.append(messages.text("gate_fell", types=", ".join(_name(code, taxonomy) for code in comparison.fell)))
    return found


def _heading(each: SetComparison) -> str:
    error_old, error_new = ("–" if math.isnan(error) else f"{error:.3f}" for error in each.calibration)
    return messages.text(
        f"gate_{each.name}",
        cases=each.cases,
        old=f"{each.old:.3f}",
        new=f"{each.new:.3f}",
        low=f"{each.low:+.3f}",
        high=f"{each.high:+.3f}",
        error_old=error_old,
        error_new=error_new,
        flips=len(each.flips),
    )


def _change(change: TypeChange, taxonomy: Taxonomy) -> str:
    return f"{_name(change.code, taxonomy)} ({change.cases})  {change.old:.3f} → {change.new:.3f}  {_interval(change)}"


def _interval(change: TypeChange) -> str:
    return f"[{change.low:+.3f}, {change.high:+.3f}]"


def _name(code: str, taxonomy: Taxonomy) -> str:
    """A type that the user declared for the old model alone goes by its code."""
    return taxonomy.called(code, messages.language())
