"""The report as a file: checked before a long run, written after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from classifier import messages
from classifier.batch.journal import beside
from classifier.batch.plan import Options
from classifier.batch.summary import Summary, Totals
from classifier.batch.tally import Tally
from classifier.errors import OutputError


def check_report(path: str, inputs: Sequence[str], output: str, options: Options) -> None:
    """Refuse a report that would replace something, before any work is done.

    Parameters
    ----------
    path : str
        Where it shall stand.
    inputs : sequence of str
        What must not be replaced.
    output : str
        The same.
    options : Options
        What was chosen.

    Raises
    ------
    OutputError
        If something stands there and may not be replaced.
    """
    report = Path(path)
    if any(other != "-" and Path(other).resolve() == report.resolve() for other in (*inputs, output)):
        raise OutputError("output_twice", path=path)
    if report.exists() and not (options.force or options.resume):
        raise OutputError("output_exists", path=path)


def write_report(path: Path, summaries: Sequence[Summary], tally: Tally, sources: Sequence[str], model: str) -> None:
    """Write the report on all outputs of a run.

    Parameters
    ----------
    path : Path
        Where it shall stand.
    summaries : sequence of Summary
        One an output.
    tally : Tally
        Counts over all of them.
    sources : sequence of str
        What people call the inputs.
    model : str
        Name of the model.

    Raises
    ------
    OutputError
        If it cannot be written there.
    """
    from classifier.render.report import Facts, report_page

    totals = Totals()
    for summary in summaries:
        totals.merge(summary.totals)
    seconds = sum(summary.seconds for summary in summaries)
    facts = Facts(sources=tuple(Path(source).name for source in sources), model=model, day=date.today().isoformat(), seconds=seconds)
    fresh = beside(path, "part")
    try:
        fresh.write_text(report_page(totals, tally, facts, lang=messages.language()), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise OutputError("output_failed", path=path, reason=error.strerror or error) from error
