"""Partitions of a folder run: a row group of a parquet file, or a whole file of another kind; and what a worker does with one.

Whatever a worker writes is made aside and renamed, and is the same whoever makes it: done twice, it is there once.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from classifier import messages
from classifier.batch.journal import beside, settle
from classifier.batch.labelling import label_block
from classifier.batch.opening import open_inputs
from classifier.batch.plan import Options
from classifier.batch.summary import Totals
from classifier.batch.tally import Tally
from classifier.classifier import ScamClassifier, loaded
from classifier.errors import ModelError, OutputError, ScamtypeError
from classifier.loading import model_folder
from classifier.tables.files import Source
from classifier.tables.parquet import ParquetTable, row_groups

_CHUNK = 1 << 20
#: A worker with several threads loads the model once, too.
_LOADING = threading.Lock()


@dataclass(frozen=True)
class Partition:
    """What is labelled in one go.

    Parameters
    ----------
    file : str
        Name of its output in the folder.
    source : Source
        The file that its rows are in.
    group : int or None
        The row group, or all of the file.
    rows : int or None
        How many, where that is known beforehand.
    """

    file: str
    source: Source
    group: int | None
    rows: int | None


@dataclass(frozen=True)
class Job:
    """What a worker needs to know; it travels there.

    Parameters
    ----------
    partition : Partition
        Which rows.
    folder : str
        Where the output goes: the same place seen from everywhere.
    options : Options
        What was chosen.
    model : str
        ``model_hash`` of the model; a worker that has another must not answer.
    fingerprint : dict of str to str
        Of the whole run.
    language : {"zh", "en"}
        Of names that are made up.
    """

    partition: Partition
    folder: str
    options: Options
    model: str
    fingerprint: dict[str, str]
    language: str


@dataclass(frozen=True)
class Done:
    """A partition that stands in the folder.

    Parameters
    ----------
    file, source : str
        Names of its output and of its input.
    group : int or None
        The row group.
    column : str
        The column that was read.
    size : int
        Bytes of the output.
    sha256 : str
        Of the output.
    totals : dict
        ``Totals.to_json``.
    tally : dict or None
        ``Tally.to_json``, where a report is wanted.
    remarks : list of str
        What a person should know.
    """

    file: str
    source: str
    group: int | None
    column: str
    size: int
    sha256: str
    totals: dict[str, Any]
    tally: dict[str, Any] | None
    remarks: list[str]


@dataclass(frozen=True)
class Failed:
    """A partition that another attempt would not do better.

    Parameters
    ----------
    error : ScamtypeError
        Why.
    """

    error: ScamtypeError


def plan_partitions(sources: Sequence[Source]) -> list[Partition]:
    """Cut inputs into partitions.

    Parameters
    ----------
    sources : sequence of Source
        The inputs; of parquet only the metadata are read.

    Returns
    -------
    list of Partition
        Numbered in the order of the inputs and of their row groups.

    Raises
    ------
    InputError
        If a parquet file is damaged.
    """
    pieces: list[tuple[Source, int | None, int | None]] = []
    for source in sources:
        groups = row_groups(source) if source.kind == "parquet" else None
        if not groups:
            pieces.append((source, None, None if groups is None else 0))
        else:
            pieces += [(source, group, rows) for group, rows in enumerate(groups)]
    endings = (".".join(filter(None, output_kind(source))) for source, _, _ in pieces)
    return [Partition(f"part-{number:05d}.{ending}", *piece) for number, (piece, ending) in enumerate(zip(pieces, endings, strict=True))]


def output_kind(source: Source) -> tuple[str, str]:
    """Kind and compression of what a file becomes.

    Parameters
    ----------
    source : Source
        The input.

    Returns
    -------
    kind, compression : str
        Its own, where that can be written.
    """
    kind = {"xls": "xlsx", "txt": "csv"}.get(source.kind, source.kind)
    return kind, "" if kind in ("xlsx", "parquet") else source.compression


def model_hash(folder: Path) -> str:
    """What tells a model from any other.

    Parameters
    ----------
    folder : Path
        A model folder.

    Returns
    -------
    str
        SHA-256 of its manifest, which has the hashes of its files.
    """
    return sha256((folder / "manifest.json").read_bytes()).hexdigest()


def loaded_once(model: str | None, expected: str) -> ScamClassifier:
    """The model that a worker process loads once.

    Parameters
    ----------
    model : str or None
        A folder that the worker sees, or None for the one that it finds by itself.
    expected : str
        Its ``model_hash``.

    Returns
    -------
    ScamClassifier
        The same for all partitions of the process.

    Raises
    ------
    ModelError
        If there is none, or it is another.
    """
    with _LOADING:
        folder = model_folder(model)
        classifier = loaded(str(folder))
        if model_hash(folder) != expected:
            raise ModelError("worker_other_model", path=folder)
        return classifier


def label_partition(job: Job) -> Done | Failed:
    """Label a partition, on a worker.

    Parameters
    ----------
    job : Job
        What to do.

    Returns
    -------
    Done or Failed
        What came of it; other exceptions are worth another attempt.
    """
    messages.set_language(job.language)
    try:
        loaded_once(job.options.model, job.model)
        return _label(job)
    except ScamtypeError as error:
        return Failed(type(error)(error.key, **{name: str(value) for name, value in error.values.items()}))


def _label(job: Job) -> Done:
    partition, options, remarks = job.partition, job.options, list[str]()
    model = str(model_folder(options.model))
    [entry] = open_inputs([partition.source], output_kind(partition.source), model, options, remarks.append, bom=True)
    table, task = entry.table, entry.task
    if isinstance(table, ParquetTable):
        table = replace(table, group=partition.group)
    taxonomy = loaded(model).taxonomy
    totals, tally = Totals(), Tally(options.lang, taxonomy) if options.report is not None else None
    target = Path(job.folder) / partition.file
    workshop = beside(target, f"{uuid.uuid4().hex}.work")
    try:
        workshop.mkdir(mode=0o700)
        spool = workshop / "spool"
        with os.fdopen(os.open(spool, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(task.encoder.head())
            for place, block in enumerate(table.blocks(options.block_rows)):
                part = label_block(task, block, place == 0)
                stream.write(part.content)
                totals.add(part.verdicts, part.redacted)
                if tally is not None:
                    tally.add(part.verdicts, part.dates, part.numbers, part.source)
            stream.write(task.encoder.tail())
        ready = task.encoder.finish(spool, workshop)
        done = Done(
            file=partition.file,
            source=partition.source.name,
            group=partition.group,
            column=task.columns[task.narrative],
            size=ready.stat().st_size,
            sha256=file_hash(ready),
            totals=totals.to_json(),
            tally=tally.to_json() if tally is not None else None,
            remarks=remarks,
        )
        settle(ready, target)
        write_private(workshop / "facts", {"fingerprint": job.fingerprint, "done": asdict(done)})
        (workshop / "facts").replace(beside(target, "facts"))
    except OSError as error:
        raise OutputError("output_stopped", path=target, reason=error.strerror or error) from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return done


def file_hash(path: Path) -> str:
    """SHA-256 of a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    str
        In hexadecimal digits.
    """
    found = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def write_private(path: Path, value: object) -> None:
    """Write JSON that only the user may read, safely on the disk.

    Parameters
    ----------
    path : Path
        Where.
    value : object
        Plain values.
    """
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
