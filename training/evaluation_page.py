"""An evaluation as one page for people: printable, without a narrative, and without anything beside itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import classifier
from classifier import messages
from classifier.render.charts import bar, curve, tiles
from classifier.render.document import document
from classifier.taxonomy import Taxonomy
from training.cue_scores import NUMBERS, Faithfulness, Plausibility
from training.evaluation import Evaluation, Scores, surest_cases
from training.evaluation_text import accepted_right, called_in, kept_line, reader_lines, shown_fall

_SCORES = ("precision", "recall", "f1")
_TRUST = ("confidence", "accuracy", "coverage", "mean_size")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the page says of the run.

    Parameters
    ----------
    source : str
        Which cases.
    model : str
        Name of the model.
    day : str
        When it was made.
    """

    source: str
    model: str
    day: str


def evaluation_page(
    evaluation: Evaluation,
    cues: tuple[Faithfulness, Plausibility | None] | None,
    taxonomy: Taxonomy,
    facts: Facts,
    *,
    official_only: bool,
) -> str:
    """The page.

    Parameters
    ----------
    evaluation : Evaluation
        The figures.
    cues : tuple or None
        Those of the cues, where they were asked for.
    taxonomy : Taxonomy
        What the codes mean.
    facts : Facts
        What it says of the run.
    official_only : bool
        Whether the labels are official names, so that only these can be scored.

    Returns
    -------
    str
        HTML in the language of messages; names of files and of declared types are escaped.
    """
    trust = {(taxonomy[code].official if official_only else code) or code: row for code, row in evaluation.per_type.items()}
    told = trust if len(trust) == len(evaluation.per_type) else {}
    sections = [
        _heading(evaluation, facts),
        _tiles(evaluation, official_only=official_only),
        _trust(evaluation),
        _types("by_official", evaluation.official, told if official_only else {}, taxonomy),
    ]
    if not official_only:
        sections.append(_types("by_type", evaluation.types, told, taxonomy))
    scores = evaluation.official if official_only else evaluation.types
    sections.append(_confusion(scores, taxonomy))
    if cues is not None:
        sections.append(_cues(*cues))
    footer = f'<footer class="soft">{escape(_said("footnote"))}</footer>\n'
    return document(_said("title"), "".join(sections) + footer, lang=messages.language(), styles=("report.css",))


def _said(key: str, **values: object) -> str:
    return messages.text(f"evaluation_{key}", **values)


def _section(key: str, body: str) -> str:
    return f"<section><h2>{escape(_said(key))}</h2>{body}</section>\n"


def _heading(evaluation: Evaluation, facts: Facts) -> str:
    lines = (
        _said("of", source=facts.source, cases=f"{evaluation.cases:,}"),
        _said("by", version=classifier.__version__, model=facts.model, day=facts.day),
    )
    return f'<header><h1>{escape(_said("title"))}</h1><p class="soft">{"<br>".join(map(escape, lines))}</p></header>\n'


def _tiles(evaluation: Evaluation, *, official_only: bool) -> str:
    namings = [("official", evaluation.official)] if evaluation.official.names else []
    if not official_only:
        namings.append(("types", evaluation.types))
    figures = [
        ("", f"{scores.macro_f1:.3f}", _said(f"tile_{naming}", low=f"{scores.interval[0]:.3f}", high=f"{scores.interval[1]:.3f}"))
        for naming, scores in namings
    ]
    decisions, coverage = evaluation.decisions, evaluation.coverage
    figures += [
        ("accept", f"{decisions['accept']:.1%}", _said("tile_accepted", right=accepted_right(evaluation))),
        ("", f"{evaluation.calibration_error:.3f}", _said("tile_calibration", brier=f"{evaluation.brier:.3f}")),
        ("", f"{coverage['overall']:.1%}", _said("tile_coverage", size=f"{coverage['mean_size']:.2f}")),
    ]
    return f"<section>{tiles(figures)}</section>\n"


def _trust(evaluation: Evaluation) -> str:
    """Two charts: what is right of the surest, and how often verdicts of each confidence are right."""
    surest = []
    for name, accuracy in evaluation.surest.items():
        percent = int(name.split()[0])
        surest.append((percent / 100, accuracy, 0.25, _point(name, accuracy, surest_cases(evaluation.cases, percent))))
    most = max(row["cases"] for row in evaluation.reliability)
    bins = [
        (row["confidence"], row["accuracy"], row["cases"] / most, _point(f"{row['confidence']:.2f}", row["accuracy"], row["cases"]))
        for row in evaluation.reliability
    ]
    tenths = [(share / 10, f"{share / 10:.0%}") for share in (2, 4, 6, 8, 10)]
    charts = (
        ("curve", curve(surest, tenths, _said("curve"), low=_floor(accuracy for _, accuracy, _, _ in surest), diagonal=False)),
        ("reliability", curve(bins, tenths, _said("reliability"), low=0.0, diagonal=True)),
    )
    drawn = "".join(f'<div><h3>{escape(_said(key))}</h3>{chart}<p class="soft">{escape(_said(f"{key}_x"))}</p></div>' for key, chart in charts)
    return _section("trust", f'<div class="pair">{drawn}</div>')


def _point(x: str, share: float, cases: float) -> str:
    return _said("point", x=x, y=f"{share:.1%}", cases=int(cases))


def _floor(shares: Iterable[float]) -> float:
    """The tenth below all shares, but not the top."""
    return min(int(min(shares) * 10) / 10, 0.9)


def _types(key: str, scores: Scores, trust: dict[str, dict[str, float]], taxonomy: Taxonomy) -> str:
    """Precision, recall and F1 of each label, with what its confidence is worth where that is told by label."""
    if not scores.names:
        return ""
    keys = ("cases", *_SCORES, *(_TRUST if trust else ()))
    head = f"<th>{escape(_said('column_name'))}</th><th></th>" + "".join(f'<th class="number">{escape(_said(f"column_{key}"))}</th>' for key in keys)
    rows = []
    for name in sorted(scores.names, key=lambda name: -scores.per_name[name]["f1"]):
        figures = scores.per_name[name] | trust.get(name, {})
        cells = "".join(f'<td class="number">{figures[key]:{".0f" if key == "cases" else ".2f"}}</td>' for key in keys)
        rows.append(f"<tr><td>{_called(taxonomy, name)}</td><td>{bar(figures['f1'])}</td>{cells}</tr>")
    return _section(key, f'<div class="wide"><table class="bars figures"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>')


def _cues(faithful: Faithfulness, plausible: Plausibility | None) -> str:
    """The falls of the probability as a table, all else in words."""
    keys = ("n", "taken", "chance", "elsewhere", "left", "left_chance")
    head = "".join(f'<th class="number">{escape(_said(f"column_{key}"))}</th>' for key in keys)
    rows = []
    for n in NUMBERS:
        falls = (
            faithful.comprehensiveness[n], faithful.random_comprehensiveness[n], faithful.elsewhere_comprehensiveness[n],
            faithful.sufficiency[n], faithful.random_sufficiency[n],
        )  # fmt: skip
        cells = "".join(f'<td class="number">{shown_fall(fall)}</td>' for fall in falls)
        rows.append(f'<tr><td class="number">{n}</td>{cells}</tr>')
    told = "".join(f"<p>{escape(line)}</p>" for line in (_said("cues", texts=faithful.texts), kept_line(faithful)))
    read = "".join(f"<p>{escape(line.strip())}</p>" for line in reader_lines(plausible)) if plausible is not None else ""
    return _section("cues_title", f"{told}<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{read}")


def _confusion(scores: Scores, taxonomy: Taxonomy) -> str:
    """Labels by what they were called; columns bear the numbers of the rows, and further ones what no label names."""
    called = Counter({(truth, call): n for truth, call, n in scores.confusion})
    called.update({(name, name): round(row["recall"] * row["cases"]) for name, row in scores.per_name.items()})
    columns = [*scores.names, *sorted({call for _, call in called} - set(scores.names))]
    names = {name: _called(taxonomy, name) for name in columns}
    titles = [escape(called_in(taxonomy, name)) for name in columns]
    head = "<th></th>" + "".join(f'<th class="number" title="{title}">{place}</th>' for place, title in enumerate(titles, 1))
    rows = []
    for place, truth in enumerate(scores.names, 1):
        cases = scores.per_name[truth]["cases"]
        cells = "".join(_cell(called[truth, call], cases) for call in columns)
        rows.append(f"<tr><td>{place} {names[truth]}</td>{cells}</tr>")
    further = "".join(f'<p class="soft">{place} {names[name]}</p>' for place, name in enumerate(columns, 1) if name not in scores.names)
    table = f'<div class="wide"><table class="confusion"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    return _section("confusion", f'<p class="soft">{escape(_said("confusion_note"))}</p>{table}{further}')


def _called(taxonomy: Taxonomy, name: str) -> str:
    """A name as HTML; official ones are spelt in one way."""
    called = escape(called_in(taxonomy, name))
    return f'<span lang="zh">{called}</span>' if name in taxonomy.official else called


def _cell(count: int, cases: float) -> str:
    return f'<td class="number" style="--own:{60 * count / cases:.0f}%">{count}</td>' if count else '<td class="number"></td>'
