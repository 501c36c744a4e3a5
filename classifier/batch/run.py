"""The run: tables are opened, their blocks go to the workers, finished parts are kept in order, and the output takes its place."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import classifier
from classifier import messages, parallel
from classifier.batch.journal import Journal, beside
from classifier.batch.labelling import Part, label_block, prepare
from classifier.batch.opening import Say, open_inputs
from classifier.batch.plan import Options, is_folder, outputs, target_of
from classifier.batch.progress import Progress
from classifier.batch.reporting import check_report, write_report
from classifier.batch.summary import Summary, Totals
from classifier.batch.tally import Tally
from classifier.errors import InputError, OutputError
from classifier.loading import model_folder
from classifier.model import read
from classifier.tables.files import Source, find_source, spooled
from classifier.tables.writing import Encoder
from classifier.taxonomy import Taxonomy

#: Is told how many rows are done, and of how many.
Watch = Callable[[int, int], None]

#: Fewer rows are done before other processes have started.
_ALONE = 3000
#: Larger files will have more rows than that: their workers start while the files are looked through.
_LARGE = 4_000_000


@dataclass
class _Run:
    """What is the same for all outputs, and what is counted over them for a report."""

    options: Options
    model: str
    taxonomy: Taxonomy
    into_folder: bool
    say: Say
    watched_on: TextIO | None
    watch: Watch | None
    tally: Tally | None

    def facts(self, totals: Totals) -> dict[str, Any]:
        """What must be known again to go on."""
        return {"totals": totals.to_json(), "tally": self.tally.to_json() if self.tally is not None else None}

    def known_again(self, facts: dict[str, Any]) -> Totals:
        """The totals, and the tally as it was."""
        if facts["tally"] is not None:
            self.tally = Tally.from_json(facts["tally"], self.taxonomy)
        return Totals.from_json(facts["totals"])

    def count(self, part: Part, totals: Totals) -> None:
        """Count the rows of a part."""
        totals.add(part.verdicts, part.redacted)
        if self.tally is not None:
            self.tally.add(part.verdicts, part.dates, part.numbers, part.source)


def label_files(
    inputs: Sequence[str], output: str, options: Options, *, say: Say, watched_on: TextIO | None = None, watch: Watch | None = None
) -> list[Summary]:
    """Label tables.

    Parameters
    ----------
    inputs : sequence of str
        Paths; ``-`` is standard input.
    output : str
        A file for all of them, ``-`` for standard output, or a folder for one file each.
    options : Options
        What else was chosen.
    say : callable
        Takes what a person should know, a line at a time.
    watched_on : text stream, optional
        Where progress is shown, if it is a terminal.
    watch : callable, optional
        Is told how many rows are done and how many there are, after every part.

    Returns
    -------
    list of Summary
        One an output; of a folder, those whose input could not be read say so.

    Raises
    ------
    InputError, OutputError, ModelError, WorkerDied
        With one line that says what to do.
    """
    if options.resume and ("-" in inputs or output == "-"):
        raise InputError("resume_stdin")
    model = str(model_folder(options.model))
    taxonomy = read(model).taxonomy
    into_folder = is_folder(output)
    pairs = outputs(inputs, output)
    if into_folder:
        _make_folder(Path(output))
    if options.report is not None:
        check_report(options.report, inputs, output, options)
    run = _Run(options, model, taxonomy, into_folder, say, watched_on, watch, Tally(options.lang, taxonomy) if options.report is not None else None)
    finished = []
    try:
        for sources, target in pairs:
            finished.append(_label_or_tell(sources, target, run))
    except BaseException:
        parallel.end_workers()
        raise
    if run.tally is not None and options.report is not None:
        write_report(Path(options.report), finished, run.tally, [_called(path) for path in inputs], Path(model).name)
    if into_folder and not any(summary.failure for summary in finished):
        for summary in finished:
            beside(Path(summary.output), "done").unlink(missing_ok=True)
    return finished


def _label_or_tell(sources: Sequence[str], target: str, run: _Run) -> Summary:
    """Label what goes to one output; one bad file of a folder does not keep the others from being labelled."""
    try:
        with ExitStack() as stack:
            found = [find_source(stack.enter_context(spooled(path)), _called(path)) for path in sources]
            return _label_one(found, target, run)
    except InputError as error:
        if not run.into_folder:
            raise
        return Summary(target, Totals(), run.options.lang, 0.0, failure=str(error))


def _called(path: str) -> str:
    return messages.text("standard_input") if path == "-" else path


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError("output_failed", path=folder, reason=error.strerror or error) from error


def _label_one(sources: list[Source], output: str, run: _Run) -> Summary:
    began = time.monotonic()
    path, kind, compression = target_of(sources[0], output, folder=run.into_folder)
    options = run.options
    workers = options.workers or parallel.cores()
    if workers > 1 and (options.workers is not None or sum(source.path.stat().st_size for source in sources) > _LARGE):
        parallel.start(workers, prepare, (run.model,))
    fingerprint = _fingerprint(sources, run.model, (kind, compression), options)
    done = _done_before(Path(path), fingerprint, run) if run.into_folder and options.resume else None
    if done is not None:
        return Summary(path, done, options.lang, time.monotonic() - began, taxonomy=run.taxonomy)
    inputs = open_inputs(sources, (kind, compression), run.model, options, run.say, bom=path != "-")
    total = sum(entry.table.heading.rows for entry in inputs)

    def parts(done: int) -> Iterator[Part]:
        blocks = ((entry.task, block) for entry in inputs for block in entry.table.blocks(options.block_rows))
        jobs = islice(((task, block, place == 0) for place, (task, block) in enumerate(blocks)), done, None)
        if workers == 1 or (options.workers is None and total <= _ALONE):
            return (label_block(*job) for job in jobs)
        return parallel.ordered(label_block, jobs, workers=workers, prepare=prepare, prepared_with=(run.model,))

    encoder = inputs[0].task.encoder
    totals = _to_stdout(encoder, parts(0), run) if path == "-" else _to_file(Path(path), encoder, parts, fingerprint, total, run)
    return Summary(path, totals, options.lang, time.monotonic() - began, taxonomy=run.taxonomy)


def _fingerprint(sources: Sequence[Source], model: str, kind: tuple[str, str], options: Options) -> dict[str, str]:
    """Hashes of all that the bytes of the output depend on."""
    chosen = {name: value for name, value in asdict(options).items() if name not in _MEANINGLESS} | {"report": options.report is not None}
    return {
        "inputs": _hash([source.digest() for source in sources]),
        "model": _hash(read_manifest(model)),
        "options": _hash([classifier.__version__, kind, messages.language(), chosen]),
    }


#: Options that change nothing in the output.
_MEANINGLESS = frozenset({"force", "resume", "workers", "commit_every", "model"})


def read_manifest(model: str) -> str:
    """The manifest of a model, which has the hashes of its files.

    Parameters
    ----------
    model : str
        A model folder that was read.

    Returns
    -------
    str
        As it is written.
    """
    return (Path(model) / "manifest.json").read_text(encoding="utf-8")


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _to_stdout(encoder: Encoder, parts: Iterator[Part], run: _Run) -> Totals:
    totals, stream = Totals(), sys.stdout.buffer
    try:
        stream.write(encoder.head())
        for part in parts:
            stream.write(part.content)
            run.count(part, totals)
        stream.write(encoder.tail())
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError("output_failed", path="-", reason=error.strerror or error) from error
    return totals


def _to_file(target: Path, encoder: Encoder, parts: Callable[[int], Iterator[Part]], fingerprint: dict[str, str], total: int, run: _Run) -> Totals:
    options = run.options
    with Journal(target, fingerprint, resume=options.resume, force=options.force, every=options.commit_every) as journal:
        state = journal.state
        totals = run.known_again(state.facts) if state.facts else Totals()

        def facts() -> dict[str, Any]:
            return run.facts(totals)

        if not state.size and not state.complete:
            journal.append(encoder.head())
            journal.commit(facts, now=True)
        if not state.complete:
            _take(parts(state.parts), journal, totals, facts, Progress(run.watched_on or sys.stderr, total, totals.rows, run.watch), run)
            journal.append(encoder.tail())
            journal.commit(facts, now=True, complete=True)
        if run.into_folder:
            _mark_done(target, fingerprint, facts())
        journal.finish(encoder.finish)
    return totals


def _take(parts: Iterator[Part], journal: Journal, totals: Totals, facts: Callable[[], dict[str, Any]], progress: Progress, run: _Run) -> None:
    accept, review = (messages.text_in(run.options.lang, f"decision_{decision}") for decision in ("accept", "review"))
    try:
        for part in parts:
            journal.append(part.content)
            journal.state.parts += 1
            run.count(part, totals)
            journal.commit(facts)
            progress.add(len(part.verdicts), totals.decisions[accept], totals.decisions[review])
    except BaseException:
        # Whatever ended it (Ctrl-C, a worker's death), what is finished is kept.
        with suppress(OutputError):
            journal.commit(facts, now=True)
        raise
    finally:
        progress.end()


def _mark_done(target: Path, fingerprint: dict[str, str], facts: dict[str, Any]) -> None:
    """Let an interrupted run into a folder know again which outputs it had finished."""
    try:
        with os.fdopen(os.open(beside(target, "done"), os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump({"fingerprint": fingerprint, "facts": facts}, stream)
    except OSError as error:
        raise OutputError("output_stopped", path=target, reason=error.strerror or error) from error


def _done_before(target: Path, fingerprint: dict[str, str], run: _Run) -> Totals | None:
    """Totals of an output in a folder that an interrupted run had finished."""
    if not target.exists() or beside(target, "journal").exists():
        return None
    try:
        written = json.loads(beside(target, "done").read_bytes())
        return run.known_again(written["facts"]) if written["fingerprint"] == fingerprint else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
