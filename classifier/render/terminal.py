"""A verdict for a person at a terminal: a short answer, the text with its cues marked, advice."""

from __future__ import annotations

from classifier import messages
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.verdict import Cue, Verdict

#: Longer texts are shown as the surroundings of their cues.
_WHOLE = 1200
_AROUND = 40

_RESET = "\x1b[0m"
_DIM, _BOLD = "\x1b[2m", "\x1b[1m"
_DECISION = {"accept": "\x1b[1;32m", "review": "\x1b[1;33m", "not_a_case": "\x1b[1;36m"}
# By how heavy a cue is beside the heaviest: bold on red, red, underlined.
_INTENSITIES = ((0.6, "\x1b[1;97;41m"), (0.3, "\x1b[1;31m"), (0.0, "\x1b[4;31m"))
# Without colour the cues are put in brackets.
_PLAIN = ("【", "】")


def verdict_lines(verdict: Verdict, text: str, taxonomy: Taxonomy, *, colour: bool) -> list[str]:
    """What a person is told.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    text : str
        The text it was given for.
    taxonomy : Taxonomy
        Gives names and advice.
    colour : bool
        Whether the terminal shows colours.

    Returns
    -------
    list of str
        The lines.
    """
    lang = messages.language()

    def paint(style: str, words: str) -> str:
        return f"{style}{words}{_RESET}" if colour else words

    code = verdict.category or NOT_A_CASE
    answer = messages.text(f"show_{verdict.decision}")
    lines = [f"{paint(_DECISION[verdict.decision], taxonomy[code].names[lang])}  {_sure(verdict.confidence)}  {answer}"]
    if verdict.official is not None:
        lines.append(f"{messages.text('show_official')}  {verdict.official}")
    second, share = verdict.ranking[1]
    if share >= 0.005:
        lines.append(f"{messages.text('show_second')}  {taxonomy[second].names[lang]} {share:.0%}")
    if verdict.cues:
        lines.append(f"{messages.text('show_cues')}  " + "；".join(_one_line(cue.text) for cue in verdict.cues))
        lines += ["", _marked(text, verdict.cues, colour)]
    lines += ["", paint(_BOLD, messages.text("show_advice")) + "  " + taxonomy[code].advice[lang]]
    return lines


def _sure(confidence: float) -> str:
    """A probability as people say it: nothing is a hundred per cent sure but that there is nothing to read."""
    return ">99%" if 0.995 <= confidence < 1 else f"{confidence:.0%}"


def _one_line(phrase: str) -> str:
    return " ".join(phrase.split())


def _marked(text: str, cues: tuple[Cue, ...], colour: bool) -> str:
    """The text, or where it is long the surroundings of its cues, with the cues marked."""
    heaviest = max(cue.weight for cue in cues)
    pieces, done = [], 0
    for cue in sorted(cues, key=lambda cue: cue.start):
        between = text[done : cue.start]
        if len(text) > _WHOLE and len(between) > 2 * _AROUND:
            between = (between[:_AROUND] if done else "") + " … " + between[-_AROUND:]
        before, after = next(((s, _RESET) for least, s in _INTENSITIES if cue.weight >= least * heaviest), _PLAIN) if colour else _PLAIN
        pieces += [_printable(between), before, _printable(cue.text), after]
        done = cue.end
    rest = text[done:]
    pieces.append(_printable(rest if len(text) <= _WHOLE or len(rest) <= _AROUND else rest[:_AROUND] + " …"))
    return "".join(pieces)


def _printable(text: str) -> str:
    """Without control characters: a pasted text must not steer the terminal."""
    return "".join(char for char in text if char.isprintable() or char in "\n\t\u3000")
