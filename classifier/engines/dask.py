"""Labelling on Dask: a Dask data frame, or a folder of files, on the cluster of a scheduler or on this machine."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from classifier import messages, parallel
from classifier.batch.opening import Say
from classifier.batch.plan import Options
from classifier.batch.progress import Progress
from classifier.batch.reporting import check_report, write_report
from classifier.batch.summary import Summary, Totals
from classifier.batch.tally import Tally
from classifier.columns import column_names
from classifier.engines.folder import Folder, fingerprint_of
from classifier.engines.partitions import Done, Failed, Job, Partition, label_partition, loaded_once, model_hash, plan_partitions
from classifier.errors import EngineError, InputError, ScamtypeError, WorkerDied
from classifier.loading import model_folder
from classifier.model import read
from classifier.tables.files import find_source
from classifier.taxonomy import Taxonomy

if TYPE_CHECKING:
    import dask.dataframe as dd
    import pandas as pd

#: Seconds to wait for the scheduler, and for its first worker.
_PATIENCE = 10
#: Attempts after one that failed for a reason that may pass.
_RETRIES = 2
#: Place of the one new column that holds numbers.
_CONFIDENCE = 2


def label(ddf: dd.DataFrame, *, text: str, model: str | None = None, cues: bool = True, lang: str = "zh") -> dd.DataFrame:
    """Label a Dask data frame.

    Parameters
    ----------
    ddf : dask.dataframe.DataFrame
        Is not changed.
    text : str
        Name of the column with the narratives; missing values are not a case.
    model : str, optional
        A model folder that all workers see; without it each finds its own, which must be the same as here.
    cues : bool
        Also give the cue phrases.
    lang : {"zh", "en"}
        Language of the new columns.

    Returns
    -------
    dask.dataframe.DataFrame
        Lazy, with the same partitions and index, and the columns of ``classifier.columns`` added at the end.

    Raises
    ------
    EngineError
        If Dask is not installed.
    InputError
        If there is no such column, or more than one.
    ModelError
        If there is no model; on computing also if a worker has another.
    """
    _distributed()
    if list(ddf.columns).count(text) != 1:
        raise InputError("no_column", column=text)
    folder = model_folder(model)
    read(folder)
    names = column_names(lang=lang, taken=list(ddf.columns))
    meta = _typed(ddf._meta.assign(**{name: [] for name in names}), names)
    shared = str(folder) if model is not None else None
    labelled: dd.DataFrame = ddf.map_partitions(  # type: ignore[no-untyped-call]
        _label_frame, text, shared, model_hash(folder), cues, lang, names, meta=meta
    )
    return labelled


def _label_frame(frame: pd.DataFrame, text: str, model: str | None, expected: str, cues: bool, lang: str, names: list[str]) -> pd.DataFrame:
    """What a worker does with a partition."""
    return _typed(loaded_once(model, expected).label_frame(frame, text, cues=cues, lang=lang, workers=1), names)


def _typed(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """New columns of the same types in every partition, one without rows too."""
    return frame.astype({name: "float64" if place == _CONFIDENCE else "str" for place, name in enumerate(names)})


def label_folder(
    inputs: Sequence[str], output: str, options: Options, *, scheduler: str | None = None, say: Say, watched_on: TextIO | None = None
) -> Summary:
    """Label files into a folder, one output a partition.

    Parameters
    ----------
    inputs : sequence of str
        Files that all workers see under the same path.
    output : str
        A folder that they all see.
    options : Options
        What else was chosen; ``workers`` is for a cluster on this machine.
    scheduler : str, optional
        Its address, such as ``tcp://10.0.0.1:8786``; without it a cluster is started on this machine for the run.
    say : callable
        Takes what a person should know, a line at a time.
    watched_on : text stream, optional
        Where progress is shown, if it is a terminal.

    Returns
    -------
    Summary
        Over all partitions.

    Raises
    ------
    EngineError, InputError, OutputError, ModelError, WorkerDied
        With one line that says what to do; what is finished then is kept for ``resume``.
    """
    began = time.monotonic()
    _distributed()
    if "-" in inputs or output == "-":
        raise InputError("engine_stdin")
    model = model_folder(options.model)
    taxonomy = read(model).taxonomy
    known = model_hash(model)
    options = replace(options, model=None if options.model is None else str(model.resolve()))
    partitions = plan_partitions([find_source(Path(path).resolve(), path) for path in inputs])
    if options.report is not None:
        check_report(options.report, inputs, output, options)
    folder = Folder(Path(output).resolve(), partitions, fingerprint_of(partitions, known, options))
    with folder.held(resume=options.resume, force=options.force):
        finished = folder.finished() if options.resume else None
        if finished is not None:
            say(messages.text("folder_finished", path=output))
            return Summary(output, finished, options.lang, time.monotonic() - began, taxonomy=taxonomy)
        done = folder.finished_before() if options.resume else {}
        todo = [partition for partition in partitions if partition.file not in done]
        jobs = [Job(partition, str(folder.path), options, known, folder.fingerprint, messages.language()) for partition in todo]
        totals = Totals()
        for before in done.values():
            totals.merge(Totals.from_json(before.totals))
        progress = _progress(partitions, totals, watched_on)
        try:
            with _cluster(scheduler, options.workers) as client:
                if not options.resume:
                    folder.clear()
                for result in _results(client, jobs):
                    done[result.file] = result
                    new = Totals.from_json(result.totals)
                    totals.merge(new)
                    if progress is not None:
                        progress.add(
                            new.rows, *(totals.decisions[messages.text_in(options.lang, f"decision_{what}")] for what in ("accept", "review"))
                        )
        finally:
            if progress is not None:
                progress.end()
        in_order = [done[partition.file] for partition in partitions]
        for remark in dict.fromkeys(remark for partition in in_order for remark in partition.remarks):
            say(remark)
        folder.finish(in_order, totals, options)
    summary = Summary(output, totals, options.lang, time.monotonic() - began, taxonomy=taxonomy)
    if options.report is not None:
        write_report(Path(options.report), [summary], _tally(in_order, options.lang, taxonomy), inputs, model.name)
    return summary


def _progress(partitions: Sequence[Partition], totals: Totals, watched_on: TextIO | None) -> Progress | None:
    """A line for a person, where the rows are known beforehand: those of parquet are."""
    if watched_on is None or any(partition.rows is None for partition in partitions):
        return None
    return Progress(watched_on, sum(partition.rows or 0 for partition in partitions), totals.rows)


def _tally(done: Sequence[Done], lang: str, taxonomy: Taxonomy) -> Tally:
    """The counts of all partitions, in their order."""
    tally = Tally(lang, taxonomy)
    for partition in done:
        if partition.tally is not None:
            tally.merge(Tally.from_json(partition.tally, taxonomy))
    return tally


def _results(client: Any, jobs: Sequence[Job]) -> Iterator[Done]:
    """Partitions as they are finished; the scheduler gives those of a worker that died to another."""
    distributed = _distributed()
    run = uuid.uuid4().hex
    futures = {
        client.submit(label_partition, job, key=f"scamtype-{job.partition.file}-{run}", retries=_RETRIES, pure=False): job.partition for job in jobs
    }
    try:
        for future in distributed.as_completed(futures, loop=client.loop):
            result = _result(distributed, future, futures[future])
            if isinstance(result, Failed):
                raise result.error
            # Or it would be done again if the worker that holds the answer died.
            future.release()
            yield result
    finally:
        with suppress(Exception):
            client.cancel(list(futures), force=True)


def _result(distributed: Any, future: Any, partition: Partition) -> Done | Failed:
    try:
        result: Done | Failed = future.result()
    except distributed.KilledWorker as error:
        raise WorkerDied("partition_deadly", path=partition.source.name, file=partition.file) from error
    except (CancelledError, distributed.CancelledError, distributed.comm.CommClosedError) as error:
        raise EngineError("scheduler_lost") from error
    except ScamtypeError:
        raise
    except Exception as error:
        # Its message may hold a narrative; its kind, and the name of a missing module, do not.
        reason = " ".join(filter(None, (type(error).__name__, getattr(error, "name", None))))
        raise EngineError("worker_unfit", reason=reason) from error
    return result


@contextmanager
def _cluster(scheduler: str | None, workers: int | None) -> Iterator[Any]:
    """A client of the scheduler, or of a cluster on this machine for as long as it lasts."""
    distributed = _distributed()
    with _quietly():
        if scheduler is None:
            local = distributed.LocalCluster(
                n_workers=workers or parallel.cores(), threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=logging.CRITICAL
            )
            with local, distributed.Client(local, set_as_default=False) as client:
                yield client
            return
        try:
            client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise EngineError("scheduler_unreachable", address=scheduler) from error
        with client:
            try:
                client.wait_for_workers(1, timeout=_PATIENCE)
            except TimeoutError as error:
                raise EngineError("scheduler_idle", address=scheduler, seconds=_PATIENCE) from error
            yield client


@contextmanager
def _quietly() -> Iterator[None]:
    """Without Dask's log on standard error: what a person should know is said in one line."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _distributed() -> Any:
    try:
        import dask.dataframe  # noqa: F401  (the extra has it; distributed alone is not enough)
        import distributed
    except ImportError as error:
        raise EngineError("engine_missing", extra="dask") from error
    return distributed
