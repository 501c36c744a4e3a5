"""The report on a batch: one page for people, printable, that needs nothing beside itself and holds no narrative."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import classifier
from classifier import messages
from classifier.batch.summary import Totals
from classifier.batch.tally import BINS, Tally
from classifier.render.charts import bar, columns, legend, tiles
from classifier.render.document import document
from classifier.render.excerpt import one_line
from classifier.taxonomy import NOT_A_CASE

#: More months than these are shown by year.
_MOST_MONTHS = 36
#: Types that have a colour of their own; the others share one.
_COLOURED = 6
_MOST_SOURCES = 3
_MOST_LABELS = 7


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the page says of the run.

    Parameters
    ----------
    sources : tuple of str
        Names of the inputs.
    model : str
        Name of the model.
    day : str
        When it was made.
    seconds : float
        How long the run took.
    """

    sources: tuple[str, ...]
    model: str
    day: str
    seconds: float


def report_page(totals: Totals, tally: Tally, facts: Facts, *, lang: str = "zh") -> str:
    """The page.

    Parameters
    ----------
    totals : Totals
        Counts of rows, types, errors, and of what was redacted.
    tally : Tally
        The other counts, over the same rows.
    facts : Facts
        What it says of the run.
    lang : {"zh", "en"}
        Its language.

    Returns
    -------
    str
        HTML. What comes from the table, cues and names of files, is escaped.
    """
    page = _Page(totals, tally, facts, lang)
    sections = "".join((page.heading(), page.tiles(), page.types(), page.months(), page.confidence(), page.cues(), page.review()))
    footer = f'<footer class="soft">{escape(page.text("footnote"))}</footer>\n'
    return document(page.text("title"), sections + footer, lang=lang, styles=("report.css",))


class _Page:
    """The sections, each as HTML."""

    def __init__(self, totals: Totals, tally: Tally, facts: Facts, lang: str) -> None:
        self.totals, self.tally, self.facts, self.lang = totals, tally, facts, lang
        taxonomy = tally.taxonomy
        self._names = {code: taxonomy[code].names[lang] for code in (*taxonomy.categories, NOT_A_CASE)}
        self._by_frequency = [code for code, _ in sorted(totals.types.items(), key=lambda item: (-item[1], item[0])) if code != NOT_A_CASE]

    def text(self, key: str, **values: object) -> str:
        return messages.text_in(self.lang, f"report_{key}", **values)

    def heading(self) -> str:
        facts, shown = (
            self.facts,
            "、".join(self.facts.sources[:_MOST_SOURCES]) if self.lang == "zh" else ", ".join(self.facts.sources[:_MOST_SOURCES]),
        )
        if len(facts.sources) > _MOST_SOURCES:
            shown += " " + self.text("more_sources", count=f"{len(facts.sources):,}")
        lines = (
            self.text("from", sources=shown),
            self.text("by", version=classifier.__version__, model=facts.model),
            self.text("made", day=facts.day, seconds=f"{facts.seconds:,.1f}"),
        )
        return f'<header><h1>{escape(self.text("title"))}</h1><p class="soft">{"<br>".join(map(escape, lines))}</p></header>\n'

    def tiles(self) -> str:
        totals, decisions = self.totals, self.tally.decisions
        figures = [("", f"{totals.rows:,}", self.text("rows"))]
        figures += [
            (style, f"{decisions[decision]:,}", f"{self.text(decision)} {self._share(decisions[decision])}")
            for decision, style in (("accept", "accept"), ("review", "review"), ("not_a_case", "nothing"))
        ]
        figures.append(("error", f"{totals.errors:,}", self.text("errors")))
        redacted = ""
        if totals.redacted:
            kinds = sorted(totals.redacted.items(), key=lambda item: (-item[1], item[0]))
            listed = ", ".join(f"{messages.text_in(self.lang, f'redacted_{kind}')} {count:,}" for kind, count in kinds)
            redacted = f'<p class="soft">{escape(self.text("redacted"))}: {escape(listed)}</p>'
        return f"<section>{tiles(figures)}{redacted}</section>\n"

    def types(self) -> str:
        if not self._by_frequency:
            return self._section("types", f"<p>{escape(self.text('no_types'))}</p>")
        counts = self.totals.types
        shown = [*self._by_frequency, *([NOT_A_CASE] if counts[NOT_A_CASE] else [])]
        most = max(counts[code] for code in shown)
        rows = [
            f"<tr><td>{escape(self._names[code])}</td><td>{bar(counts[code] / most, 'bar-not_a_case' if code == NOT_A_CASE else 'bar')}</td>"
            f'<td class="number">{counts[code]:,}</td><td class="number">{self._share(counts[code])}</td></tr>'
            for code in shown
        ]
        head = f"<th>{escape(self.text('type'))}</th><th></th>{self._numbers('count', 'share')}"
        return self._section("types", f'<table class="bars"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>')

    def months(self) -> str:
        dated = {month: Counter({c: n for c, n in types.items() if c != NOT_A_CASE}) for month, types in self.tally.months.items()}
        if not any(dated.values()):
            return ""
        key, periods = "by_month", _all_months(month for month, types in dated.items() if types)
        if len(periods) > _MOST_MONTHS:
            key, years = "by_year", dict[str, Counter[str]]()
            for month, types in dated.items():
                years.setdefault(month[:4], Counter()).update(types)
            dated, periods = years, [f"{year:04d}" for year in range(int(periods[0][:4]), int(periods[-1][:4]) + 1)]
        own = [code for code in self._by_frequency if any(types[code] for types in dated.values())]
        own, others = own[:_COLOURED], own[_COLOURED:]
        names = [self._names[code] for code in own] + ([self.text("other_types")] if others else [])
        styles = [f"s{place}" for place in range(len(own))] + ([f"s{_COLOURED}"] if others else [])
        empty = Counter[str]()
        stacks = []
        for period in periods:
            types = dated.get(period, empty)
            stacks.append([types[code] for code in own] + ([sum(types[code] for code in others)] if others else []))
        pointed = [f"{period}: {sum(stack):,}" for period, stack in zip(periods, stacks, strict=True)]
        chart = columns(stacks, styles, pointed, _sparse(periods), self.text(key)) + legend(styles, names)
        head = f"<th>{escape(self.text('month'))}</th>" + "".join(
            f'<th class="number">{escape(name)}</th>' for name in [self.text("all_types"), *names]
        )
        rows = "".join(
            f"<tr><td>{period}</td>" + "".join(f'<td class="number">{value:,}</td>' for value in [sum(stack), *stack]) + "</tr>"
            for period, stack in zip(periods, stacks, strict=True)
        )
        notes = [self.text("dated_cases")] + ([self.text("undated", count=f"{self.tally.undated:,}")] if self.tally.undated else [])
        table = f'<div class="wide"><table class="periods"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        return self._section(key, chart + table + f'<p class="soft">{escape(" ".join(notes))}</p>')

    def confidence(self) -> str:
        decisions = [decision for decision in ("review", "not_a_case", "accept") if any(self.tally.confidences[decision])]
        if not decisions:
            return ""
        stacks = list(zip(*(self.tally.confidences[decision] for decision in decisions), strict=True))
        pointed = [f"{place / BINS:.0%}–{(place + 1) / BINS:.0%}: {sum(stack):,}" for place, stack in enumerate(stacks)]
        labels = [(fifth / 5, f"{fifth / 5:.0%}") for fifth in range(6)]
        styles = [f"bar-{decision}" for decision in decisions]
        chart = columns(stacks, styles, pointed, labels, self.text("confidence")) + legend(styles, [self.text(decision) for decision in decisions])
        return self._section("confidence", chart + f'<p class="soft">{escape(self.text("confidence_note"))}</p>')

    def cues(self) -> str:
        cards = []
        for code in self._by_frequency:
            told = self.tally.telling(code)
            if told:
                listed = "".join(
                    f'<li style="--own:{6 + 34 * cue.share:.0f}%" title="{cue.share:.0%}">'
                    f"{escape(one_line(cue.phrase))} <small>{cue.count:,}</small></li>"
                    for cue in told
                )
                heading = f"{escape(self._names[code])} <small>{self.totals.types[code]:,}</small>"
                cards.append(f'<div class="card"><h3>{heading}</h3><ul class="cues">{listed}</ul></div>')
        if not cards:
            return ""
        missed = max(frequent.missed for frequent in self.tally.cues.values())
        notes = [self.text("cues_note")] + ([self.text("cues_missed", count=f"{missed:,}")] if missed else [])
        return self._section("cues", f'<p class="soft">{escape(" ".join(notes))}</p><div class="cards">{"".join(cards)}</div>')

    def review(self) -> str:
        reviewed = self.tally.reviewed
        if not reviewed:
            return self._section("to_review", f"<p>{escape(self.text('none_to_review'))}</p>")
        several = len({row.source for row in reviewed}) > 1
        head = (f"<th>{escape(self.text('file'))}</th>" if several else "") + self._numbers("row")
        head += f"<th>{escape(self.text('type'))}</th><th>{escape(self.text('second'))}</th>" + self._numbers("sure")
        rows = "".join(
            "<tr>"
            + (f"<td>{escape(row.source)}</td>" if several else "")
            + f'<td class="number">{row.number:,}</td><td>{escape(self._names[row.code])}</td><td>{escape(self._names[row.second])}</td>'
            f'<td class="number">{row.confidence:.0%}</td></tr>'
            for row in reviewed
        )
        note = self.text("to_review_note", count=f"{self.tally.decisions['review']:,}", shown=f"{len(reviewed):,}")
        table = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        return self._section("to_review", f'<p class="soft">{escape(note)}</p>{table}')

    def _section(self, key: str, content: str) -> str:
        return f"<section><h2>{escape(self.text(key))}</h2>{content}</section>\n"

    def _numbers(self, *keys: str) -> str:
        return "".join(f'<th class="number">{escape(self.text(key))}</th>' for key in keys)

    def _share(self, count: int) -> str:
        """In parts of all rows; what is not nothing and not all is not said to be."""
        share = count / self.totals.rows if self.totals.rows else 0.0
        return f"{min(max(share, 0.001), 0.999) if 0 < count < self.totals.rows else share:.1%}"


def _all_months(months: Iterable[str]) -> list[str]:
    """Every month from the first to the last, so that a gap is seen as one."""
    found = sorted(months)
    first, last = (12 * int(month[:4]) + int(month[5:]) - 1 for month in (found[0], found[-1]))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]


def _sparse(periods: Sequence[str]) -> list[tuple[float, str]]:
    """So many labels as have room, each under the middle of its column."""
    step = -(-len(periods) // _MOST_LABELS)
    return [((place + 0.5) / len(periods), period) for place, period in enumerate(periods) if place % step == 0]
