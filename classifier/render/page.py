"""A verdict as one page that can be printed and put to a file: for whoever has to decide, and has not the program."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import classifier
from classifier import messages
from classifier.render.charts import bar
from classifier.render.document import document
from classifier.render.excerpt import Mark, excerpt, one_line
from classifier.render.told import further, heaviest, number, official, percent, ranked, shares, sides, signed, sureness, title
from classifier.taxonomy import NOT_A_CASE, Taxonomy
from classifier.verdict import Verdict

#: The table of contributions holds so many terms of each kind; the others are added up.
_MOST_TERMS = 12
_LEVELS = ("light", "middling", "heavy")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the page says of its making.

    Parameters
    ----------
    model : str
        Name of the model.
    day : str
        The date of the page.
    """

    model: str
    day: str


def verdict_page(verdict: Verdict, text: str, taxonomy: Taxonomy, facts: Facts, *, lang: str = "zh", against: str | None = None) -> str:
    """The page.

    Parameters
    ----------
    verdict : Verdict
        The verdict.
    text : str
        The text it was given for; of a long one the surroundings of the cues are shown.
    taxonomy : Taxonomy
        Gives names, definitions and advice.
    facts : Facts
        What it says of its making.
    lang : {"zh", "en"}
        Its language.
    against : str, optional
        Code of the type that the verdict was explained against, if one was asked for.

    Returns
    -------
    str
        HTML. Whatever comes from the text is escaped.
    """
    page = _Page(verdict, taxonomy, lang)
    sections = (page.heading(facts), page.answer(), page.candidates(), page.narrative(text), page.ranking(), page.contributions(against))
    footer = f'<footer class="soft">{escape(page.text("footnote"))}</footer>\n'
    # The title is what a browser proposes as a file's name: it tells of the type and of nobody.
    return document(f"{page.text('title')} · {page.name}", "".join(sections) + footer, lang=lang, styles=("report.css", "page.css"))


def marked_narrative(verdict: Verdict, text: str, taxonomy: Taxonomy, *, lang: str = "zh", of: str | None = None) -> str:
    """The section of a page that shows a text with the cues of a verdict marked.

    Parameters
    ----------
    verdict : Verdict
        The verdict; with the cues of another type in it, if these shall be shown.
    text : str
        The text it was given for.
    taxonomy : Taxonomy
        Gives names.
    lang : {"zh", "en"}
        Its language.
    of : str, optional
        Code of the type whose cues these are; that of the verdict by default.

    Returns
    -------
    str
        HTML. Whatever comes from the text is escaped.
    """
    page = _Page(verdict, taxonomy, lang)
    if of is not None:
        page.name = taxonomy[of].names[lang]
    return page.narrative(text)


class _Page:
    """The sections, each as HTML."""

    def __init__(self, verdict: Verdict, taxonomy: Taxonomy, lang: str) -> None:
        self._verdict, self._taxonomy, self._lang = verdict, taxonomy, lang
        self.name = title(verdict, taxonomy, lang)

    def text(self, key: str, **values: object) -> str:
        return messages.text_in(self._lang, f"page_{key}", **values)

    def heading(self, facts: Facts) -> str:
        lines = (self.text("made", day=facts.day), self.text("by", version=classifier.__version__, model=facts.model))
        return f'<header><h1>{escape(self.text("title"))}</h1><p class="soft">{"<br>".join(map(escape, lines))}</p></header>\n'

    def answer(self) -> str:
        verdict, category = self._verdict, self._taxonomy[self._verdict.category or NOT_A_CASE]
        style = {"accept": "accept", "review": "review", "not_a_case": "nothing"}[verdict.decision]
        rows = [("decision", f"<b>{escape(self.text(verdict.decision))}</b> {self._soft(f'{verdict.decision}_note')}")]
        rows.append(("sureness", f"<b>{escape(sureness(verdict.confidence, self._lang))}</b> {self._soft('sureness_note')}"))
        if (counts_as := official(verdict, self._taxonomy, self._lang)) is not None:
            spoken = "zh" if counts_as == verdict.official else self._lang
            rows.append(("official", f'<span lang="{spoken}">{escape(counts_as)}</span>'))
        rows += [("definition", escape(category.definition[self._lang])), ("advice", f"<b>{escape(category.advice[self._lang])}</b>")]
        told = "".join(f"<dt>{escape(self.text(key))}</dt><dd>{value}</dd>" for key, value in rows)
        return f'<section class="answer {style}"><p class="type">{escape(self.name)}</p><dl>{told}</dl></section>\n'

    def candidates(self) -> str:
        others = further(self._verdict)
        if not others:
            return ""
        cards = []
        for side, (code, cues) in enumerate(others, start=1):
            listed = f'<ul class="cues" lang="zh">{"".join(f"<li>{escape(one_line(cue.text))}</li>" for cue in cues)}</ul>' if cues else ""
            cards.append(f'<div class="card"><h3>{number(side, self._verdict)} {escape(self._name(code))}</h3>{listed}</div>')
        return self._section("candidates", f'<div class="cards">{"".join(cards)}</div>')

    def narrative(self, text: str) -> str:
        pieces = excerpt(text, sides(self._verdict))
        shown = []
        for piece in pieces:
            words = f'<span class="gap">{escape(piece.text)}</span>' if piece.gap else escape(piece.text)
            shown.append(f'<mark class="{_classes(piece.marks)}">{words}</mark>' if piece.marks else words)
            shown += [f"<sup>{ended}</sup>" for ended in (number(mark.side, self._verdict) for mark in piece.marks if mark.last) if ended]
        if not shown:
            return self._section("narrative", f"<p>{self._soft('blank')}</p>")
        gap = f"<p>{self._soft('excerpt')}</p>" if any(piece.gap for piece in pieces) else ""
        return self._section("narrative", f'<div class="narrative" lang="zh">{"".join(shown)}</div>{self._legend()}{gap}')

    def ranking(self) -> str:
        rows = "".join(
            f'<tr><td>{escape(self._name(code))}</td><td>{bar(share)}</td><td class="number">{escape(percent(share))}</td></tr>'
            for code, share in ranked(self._verdict)
        )
        return self._section("ranking", f'<table class="bars"><tbody>{rows}</tbody></table><p>{self._soft("ranking_note")}</p>')

    def contributions(self, against: str | None) -> str:
        """The margin as a sum that adds up to the last digit shown: what rounding leaves is put to the terms that are not listed one by one."""
        verdict = self._verdict
        if not verdict.contributions:
            return ""
        other = self._name(against or verdict.ranking[1][0])
        added = shares(verdict)
        speaking, opposing = heaviest(added, _MOST_TERMS)
        opposing.reverse()
        thousandths = {key: round(1000 * value) for key, value in (("margin", verdict.margin), ("remainder", verdict.remainder))}
        listed = sum(round(1000 * share) for _, share in (*speaking, *opposing))
        unlisted = len(added) - len(speaking) - len(opposing)
        rest = thousandths["margin"] - thousandths["remainder"] - listed
        if not unlisted:
            thousandths["remainder"] += rest
        most = max(abs(share) for _, share in (*speaking, *opposing)) if speaking or opposing else 1.0
        rows = [self._term(term, share, most) for term, share in speaking]
        if unlisted:
            rows.append(self._sum(self.text("unlisted", count=f"{unlisted:,}"), signed(rest / 1000, 3)))
        rows += [self._term(term, share, most) for term, share in opposing]
        rows.append(self._sum(self.text("remainder"), signed(thousandths["remainder"] / 1000, 3)))
        rows.append(self._sum(self.text("margin"), signed(thousandths["margin"] / 1000, 3), "total"))
        head = f'<th>{escape(self.text("term"))}</th><th></th><th class="number">{escape(self.text("share"))}</th>'
        table = f'<table class="bars terms"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
        summary = escape(self.text("why", name=self.name, other=other))
        opened = " open" if against else ""
        return f"<details{opened}><summary>{summary}</summary><p>{self._soft('why_note', name=self.name, other=other)}</p>{table}</details>\n"

    def _term(self, term: str, share: float, most: float) -> str:
        style = "bar" if share > 0 else "bar-against"
        shown = f'<td lang="zh">{escape(term)}</td><td>{bar(abs(share) / most, style)}</td>'
        return f'<tr>{shown}<td class="number">{signed(round(1000 * share) / 1000, 3)}</td></tr>'

    def _sum(self, words: str, figure: str, style: str = "sum") -> str:
        return f'<tr class="{style}"><td colspan="2">{escape(words)}</td><td class="number">{figure}</td></tr>'

    def _legend(self) -> str:
        """How the marks are to be read; told by line and number too, for print in black and white."""
        if not any(sides(self._verdict)):
            return ""
        entries = [f'<li><mark class="{level}">{escape(self.text(level))}</mark></li>' for level in reversed(_LEVELS)] if self._verdict.cues else []
        for side, (code, cues) in enumerate(further(self._verdict), start=1):
            if cues:
                named = escape(self.text("cues_of", name=self._name(code)))
                entries.append(f'<li><mark class="further">{named}</mark><sup>{number(side, self._verdict)}</sup></li>')
        mine = f"<li>{escape(self.text('cues_of', name=self.name))}</li>" if self._verdict.cues else ""
        return f'<ul class="legend">{mine}{"".join(entries)}</ul>'

    def _soft(self, key: str, **values: object) -> str:
        return f'<span class="soft">{escape(self.text(key, **values))}</span>'

    def _name(self, code: str) -> str:
        return self._taxonomy[code].names[self._lang]

    def _section(self, key: str, content: str) -> str:
        return f"<section><h2>{escape(self.text(key))}</h2>{content}</section>\n"


def _classes(marks: tuple[Mark, ...]) -> str:
    own = [_LEVELS[mark.level] for mark in marks if not mark.side]
    return " ".join([*own, "further"] if marks[-1].side else own)
