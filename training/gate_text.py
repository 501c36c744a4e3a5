"""A comparison of two models for people: lines for the terminal without a narrative, and a page with the cases about which they disagree."""

from __future__ import annotations

from classifier import messages
from classifier.taxonomy import Taxonomy
from training.gate import Comparison, SetComparison, TypeChange


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
    for code, sources in comparison.taken.items():
        shown = ", ".join(f"{_name(source, taxonomy)} {n}" for source, n in sources.items())
        found.append(messages.text("gate_taken", type=_name(code, taxonomy), sources=shown))
    if comparison.fell:
        found.append(messages.text("gate_fell", types=", ".join(_name(code, taxonomy) for code in comparison.fell)))
    return found


def page(comparison: Comparison, taxonomy: Taxonomy, title: str) -> str:
    """The whole comparison as Markdown, with the texts about which the models disagree.

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
        For a file that only its owner can read: it holds narratives.
    """
    parts = [f"# {title}"]
    for each in comparison.sets:
        parts.append(f"## {_heading(each)}")
        parts.append("\n".join(f"- {_change(change, taxonomy)}" for change in each.types))
        if each.phrases:
            parts.append(messages.text("gate_phrases"))
            parts.append("\n".join(f"- {_name(code, taxonomy)}: {phrase} {number:+d}" for code, phrase, number in each.phrases))
        for flip in each.flips:
            where = f" ({flip.case.source})" if flip.case.source else ""
            said = messages.text(
                "gate_flip", old=_name(flip.old, taxonomy), new=_name(flip.new, taxonomy), label=_name(str(flip.case.category), taxonomy)
            )
            parts.append(f"### {said}{where}\n\n" + "\n".join(f"> {line}" for line in flip.case.text.splitlines()))
    parts += lines(comparison, taxonomy)[-(len(comparison.taken) + bool(comparison.fell)) :] if comparison.taken or comparison.fell else []
    return "\n\n".join(parts) + "\n"


def _heading(each: SetComparison) -> str:
    return messages.text(
        f"gate_{each.name}",
        cases=each.cases,
        old=f"{each.old:.3f}",
        new=f"{each.new:.3f}",
        low=f"{each.low:+.3f}",
        high=f"{each.high:+.3f}",
        error_old=f"{each.calibration[0]:.3f}",
        error_new=f"{each.calibration[1]:.3f}",
        flips=len(each.flips),
    )


def _change(change: TypeChange, taxonomy: Taxonomy) -> str:
    name = _name(change.code, taxonomy)
    return f"{name} ({change.cases})  {change.old:.3f} → {change.new:.3f}  [{change.low:+.3f}, {change.high:+.3f}]"


def _name(code: str, taxonomy: Taxonomy) -> str:
    return taxonomy[code].names[messages.language()]
