"""A verdict for a person at a terminal: a short answer, the text with its cues marked, the ranking as bars, advice."""

from __future__ import annotations

from itertools import zip_longest
from unicodedata import east_asian_width

from classifier import messages
from classifier.render.excerpt import Mark, excerpt, one_line
from classifier.render.told import further, heaviest, number, official, percent, ranked, shares, sides, signed, title
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.verdict import Cue, Verdict

#: So many contributions for a type and so many against it.
_MOST_TERMS = 10
#: A bar is at most so many columns; where there is not room for the shorter one, it stands below its name.
_LONGEST, _SHORTEST = 40, 10
_PERCENT = 4

_RESET = "\x1b[0m"
_BOLD, _UNDERLINED = "\x1b[1m", "\x1b[4m"
_DECISION = {"accept": "\x1b[1;32m", "review": "\x1b[1;33m", "not_a_case": "\x1b[1;36m"}
# By how heavy a cue is, the lightest first: underlined, red, bold on red. Cues of the further candidates are underlined in cyan.
_LEVELS = ("\x1b[4;31m", "\x1b[1;31m", "\x1b[1;97;41m")
_FURTHER = "\x1b[4;36m"
_BAR = "\x1b[36m"
# Without colour the cues are put in brackets, those of the further candidates in others.
_BRACKETS, _OTHER_BRACKETS = "【】", "〔〕"
_EIGHTHS = " ▏▎▍▌▋▊▉"


def verdict_lines(verdict: Verdict, text: str, taxonomy: Taxonomy, *, colour: bool, width: int = 80, against: str | None = None) -> list[str]:
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
    width : int
        Its columns.
    against : str, optional
        Code of the type that the verdict was explained against, if one was asked for.

    Returns
    -------
    list of str
        The lines.
    """
    shown = _Shown(verdict, taxonomy, colour, width)
    lines = [*shown.answer(), *shown.candidates()]
    if against is not None:
        lines += ["", *shown.comparison(against)]
    if any(sides(verdict)):
        lines += ["", shown.marked(text)]
    return [*lines, "", *shown.ranking(), "", *shown.advice()]


def cells(text: str) -> int:
    """How many columns of a terminal a text takes.

    Parameters
    ----------
    text : str
        One line of names, words and numbers.

    Returns
    -------
    int
        Wide characters count two.
    """
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


class _Shown:
    """The parts of an answer, each as lines."""

    def __init__(self, verdict: Verdict, taxonomy: Taxonomy, colour: bool, width: int) -> None:
        self._verdict, self._taxonomy, self._colour, self._width = verdict, taxonomy, colour, width
        self._lang = messages.language()

    def answer(self) -> list[str]:
        verdict = self._verdict
        name = self._paint(_DECISION[verdict.decision], title(verdict, self._taxonomy, self._lang))
        lines = [f"{name}  {percent(verdict.confidence)}  {messages.text(f'show_{verdict.decision}')}"]
        if (counts_as := official(verdict, self._taxonomy, self._lang)) is not None:
            lines.append(f"{messages.text('show_official')}  {counts_as}")
        if verdict.cues:
            lines.append(f"{messages.text('show_cues')}  {_listed(verdict.cues)}")
        return lines

    def candidates(self) -> list[str]:
        lines = []
        for side, (code, cues) in enumerate(further(self._verdict), start=1):
            lines.append(f"{messages.text('show_instead')}{number(side, self._verdict)}  {self._name(code)}")
            if cues:
                lines[-1] += f"  {_listed(cues)}"
        return lines

    def comparison(self, against: str) -> list[str]:
        """Why this and not that: the margin, and the heaviest contributions of either side beside each other, or where it is narrow one below."""
        mine, other = title(self._verdict, self._taxonomy, self._lang), self._name(against)
        lines = [self._paint(_BOLD, messages.text("show_against", name=other, margin=f"{self._verdict.margin:.2f}"))]
        speaking, opposing = heaviest(shares(self._verdict), _MOST_TERMS)
        columns = []
        for name, pairs in ((mine, speaking), (other, opposing)):
            widest = max((cells(term) for term, _ in pairs), default=0)
            columns.append(
                [messages.text("show_speaks_for", name=name)]
                + [f"  {_padded(term, widest)}  {signed(share)}" for term, share in pairs]
                + ([] if pairs else [f"  {messages.text('show_no_terms')}"])
            )
        left, right = columns
        room = max(map(cells, left)) + 4
        if room + max(map(cells, right)) > self._width:
            return lines + left + right
        return lines + [(_padded(one, room) + two).rstrip() for one, two in zip_longest(left, right, fillvalue="")]

    def marked(self, text: str) -> str:
        pieces = []
        for piece in excerpt(text, sides(self._verdict)):
            style = self._style(piece.marks)
            shown = f"{style}{piece.text}{_RESET}" if style and piece.text else piece.text
            pieces += [*self._opening(piece.marks), shown, *self._closing(piece.marks)]
        return "".join(pieces)

    def ranking(self) -> list[str]:
        rows = [(self._name(code), share) for code, share in ranked(self._verdict)]
        widest = max(cells(name) for name, _ in rows)
        room = self._width - widest - _PERCENT - 4
        lines = []
        for name, share in rows:
            if room >= _SHORTEST:
                lines.append(f"{_padded(name, widest)}  {self._bar(share, min(room, _LONGEST))}  {percent(share):>{_PERCENT}}")
            else:
                lines += [name, f"{self._bar(share, max(min(self._width - _PERCENT - 2, _LONGEST), 1))}  {percent(share):>{_PERCENT}}"]
        return lines

    def advice(self) -> list[str]:
        return [f"{self._paint(_BOLD, messages.text('show_advice'))}  {self._taxonomy[self._verdict.category or NOT_A_CASE].advice[self._lang]}"]

    def _name(self, code: str) -> str:
        return self._taxonomy[code].names[self._lang]

    def _paint(self, style: str, words: str) -> str:
        return f"{style}{words}{_RESET}" if self._colour and words else words

    def _bar(self, share: float, room: int) -> str:
        """As long as its share of the room, to an eighth of a column; a type that is shown has at least that."""
        eighths = max(round(8 * share * room), 1)
        drawn = "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
        return self._paint(_BAR, drawn) + " " * (room - len(drawn))

    def _style(self, marks: tuple[Mark, ...]) -> str:
        if not self._colour or not marks:
            return ""
        if marks[0].side:
            return _FURTHER
        return _LEVELS[marks[0].level] + (_UNDERLINED if marks[-1].side else "")

    def _opening(self, marks: tuple[Mark, ...]) -> list[str]:
        return [] if self._colour else [(_OTHER_BRACKETS if mark.side else _BRACKETS)[0] for mark in marks if mark.first]

    def _closing(self, marks: tuple[Mark, ...]) -> list[str]:
        """The last opened first, so that cues over the same words are nested."""
        ended = [mark for mark in reversed(marks) if mark.last]
        brackets = ["" if self._colour else (_OTHER_BRACKETS if mark.side else _BRACKETS)[1] for mark in ended]
        return [bracket + number(mark.side, self._verdict) for bracket, mark in zip(brackets, ended, strict=True)]


def _listed(cues: tuple[Cue, ...]) -> str:
    return "；".join(one_line(cue.text) for cue in cues)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))
