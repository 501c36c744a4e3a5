"""Files that are labelled for people who wait: kept in a folder of their own, known again after a restart, bounded in number, size and time."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from classifier import messages
from classifier.batch.plan import target_of
from classifier.cli.streams import write_private
from classifier.errors import InputError
from classifier.render.excerpt import one_line
from classifier.tables.files import COMPRESSIONS, KINDS, find_source
from classifier.tables.header import find_narrative
from classifier.tables.opening import open_table
from classifier.tables.rows import as_text
from classifier.verdict import Verdict
from classifier.web.holder import Held
from classifier.web.problems import Problem
from classifier.web.settings import Settings
from classifier.web.worker import PROGRESS, RESULT, TASK

NEW, WAITING, RUNNING, DONE, FAILED, CANCELLED = "new", "waiting", "running", "done", "failed", "cancelled"
#: Kinds that are known by their first bytes; any other is text, which only its name tells from what is no table.
_BINARY = frozenset({"xlsx", "xls", "parquet"})
#: Rows in a preview.
SHOWN = 5
#: Seconds between two looks for jobs whose time is over.
_LOOK = 60.0
#: Seconds that a job may take to end itself.
_GRACE = 5.0
_SCHEMA = """create table if not exists jobs (id text primary key, name text not null, state text not null, created real not null,
output text not null, column_name text, lang text not null, model text not null, note text not null)"""


@dataclass(frozen=True, slots=True)
class Job:
    """One file.

    Parameters
    ----------
    id : str
        Names it; cannot be guessed.
    name : str
        What its file is called, cleaned.
    state : str
        ``new`` (waits for a word), ``waiting`` (for its turn), ``running``, ``done``, ``failed`` or ``cancelled``.
    created : float
        Seconds since 1970.
    output : str
        Name of the labelled file in its folder.
    column_name : str or None
        Column with the narrative, if somebody named it.
    lang : {"zh", "en"}
        Of its new columns and messages.
    model : str
        Folder of the model that it is labelled with from its beginning to its end.
    note : str
        What went wrong, in one line.
    """

    id: str
    name: str
    state: str
    created: float
    output: str
    column_name: str | None
    lang: str
    model: str
    note: str


_FIELDS = tuple(field.name for field in fields(Job))


@dataclass(frozen=True)
class Preview:
    """What is found in a file before it is labelled.

    Parameters
    ----------
    columns : tuple of str
        All of them.
    column : str
        The one with the narratives.
    rows : list of (int, str, Verdict)
        Number, narrative and verdict of the first rows.
    """

    columns: tuple[str, ...]
    column: str
    rows: list[tuple[int, str, Verdict]]


class Jobs:
    """All jobs of a server.

    Parameters
    ----------
    settings : Settings
        Where they are kept, and how many.

    Raises
    ------
    OSError, sqlite3.Error
        If the folder cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings, self._folder = settings, settings.folder
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        file = self._folder / "jobs.sqlite"
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        with self._lock:
            self._connection.execute(_SCHEMA)
            # What ran when the last server ended is taken up where it was.
            self._connection.execute("update jobs set state = ? where state = ?", (WAITING, RUNNING))
        self._process: tuple[str, subprocess.Popen[bytes]] | None = None
        self._clear()
        self._wake, self._ending = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="scamtype-jobs", daemon=True)

    def start(self) -> None:
        """Begin to work on what waits."""
        self._thread.start()

    def close(self) -> None:
        """Interrupt what runs, so that it can be taken up again, and let go."""
        self._ending = True
        self._wake.set()
        with self._lock:
            if self._process is not None:
                _end(self._process[1])
        if self._thread.ident is not None:
            self._thread.join()
        self._connection.close()

    def all(self) -> list[Job]:
        """The jobs, the newest first.

        Returns
        -------
        list of Job
            As they are now.
        """
        return self._select("order by created desc", ())

    def get(self, job: str) -> Job:
        """One of them.

        Parameters
        ----------
        job : str
            Its id.

        Returns
        -------
        Job
            As it is now.

        Raises
        ------
        Problem
            404 if there is none.
        """
        found = self._select("where id = ?", (job,))
        if not found:
            raise Problem(404, "web_no_job")
        return found[0]

    async def add(self, name: str, content: AsyncIterator[bytes], *, column: str | None, lang: str, held: Held) -> Job:
        """Take a file in.

        Parameters
        ----------
        name : str
            What whoever sent it calls it.
        content : async iterator of bytes
            The file.
        column : str or None
            Column with the narrative.
        lang : {"zh", "en"}
            Of the new columns.
        held : Held
            The model that it will be labelled with.

        Returns
        -------
        Job
            That waits for ``begin``.

        Raises
        ------
        Problem
            429 if there are too many, 413 if it is too large.
        InputError
            If it is no table, or has no column with narratives.
        """
        self._clear()
        if len(self.all()) >= self._settings.most_jobs:
            raise Problem(429, "web_many_jobs", most=self._settings.most_jobs)
        number, called = secrets.token_urlsafe(16), clean(name)
        home = self._folder / number
        (home / "in").mkdir(parents=True, mode=0o700)
        try:
            size = 0
            with os.fdopen(os.open(home / "in" / called, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as stream:
                async for chunk in content:
                    size += len(chunk)
                    if size > self._settings.most_upload:
                        raise Problem(413, "web_too_large")
                    stream.write(chunk)
            job = Job(number, called, NEW, time.time(), "", column, lang, str(held.folder), "")
            # A large workbook takes seconds, in which others are answered.
            job = await run_in_threadpool(self._looked_at, job)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        with self._lock:
            marks = ", ".join("?" * len(_FIELDS))
            self._connection.execute(f"insert into jobs ({', '.join(_FIELDS)}) values ({marks})", tuple(getattr(job, name) for name in _FIELDS))
        return job

    def preview(self, job: Job, held: Held, column: str | None = None) -> Preview:
        """Look into a file.

        Parameters
        ----------
        job : Job
            Which.
        held : Held
            The model.
        column : str, optional
            Another column than the one that was found.

        Returns
        -------
        Preview
            With the first rows labelled.

        Raises
        ------
        InputError
            If there is no such column.
        """
        table, place = self._opened(job, column)
        rows = [(row.number, as_text(row.cells[place])) for block in table.blocks(SHOWN) for row in block.rows()[:SHOWN] if row.readable][:SHOWN]
        verdicts = held.classifier.classify_block([text for _, text in rows])
        columns = tuple(table.heading.columns)
        return Preview(columns, columns[place], [(number, text, verdict) for (number, text), verdict in zip(rows, verdicts, strict=True)])

    def _looked_at(self, job: Job) -> Job:
        """The same with the name of its output, if it is a table that can be labelled."""
        source = find_source(self._folder / job.id / "in" / job.name, job.name)
        if source.kind not in _BINARY and Path(job.name).suffix not in (*KINDS, *COMPRESSIONS):
            raise InputError("file_kind_unknown", path=job.name, known="csv, tsv, xlsx, xls, jsonl, json, parquet")
        self._opened(job)
        return replace(job, output=target_of(source, "labelled", folder=True)[0])

    def _opened(self, job: Job, column: str | None = None) -> tuple[Any, int]:
        table, _ = open_table(find_source(self._folder / job.id / "in" / job.name, job.name))
        if not table.heading.columns or (not table.heading.rows and not table.heading.named):
            raise InputError("file_empty", path=job.name)
        place = find_narrative(table.heading.columns, table.heading.sample, path=job.name, wanted=column or job.column_name).place
        return table, place

    def begin(self, job: str, column: str | None = None) -> Job:
        """Let a job be worked on when its turn comes.

        Parameters
        ----------
        job : str
            Its id.
        column : str, optional
            The column with the narratives, if another than the one that was found.

        Returns
        -------
        Job
            As it is now.

        Raises
        ------
        Problem
            404 if there is none, 409 if it was begun before.
        """
        found = self.get(job)
        if found.state != NEW:
            raise Problem(409, "web_job_begun")
        task = {
            "name": found.name, "output": found.output, "column": column or found.column_name, "lang": found.lang, "model": found.model,
            "workers": self._settings.workers,
        }  # fmt: skip
        write_private(str(self._folder / job / TASK), json.dumps(task, ensure_ascii=False))
        self._set(job, WAITING)
        self._wake.set()
        return self.get(job)

    def cancel(self, job: str) -> Job:
        """End a job that runs or waits; its file is kept until it is deleted.

        Parameters
        ----------
        job : str
            Its id.

        Returns
        -------
        Job
            As it is now.

        Raises
        ------
        Problem
            404 if there is none.
        """
        with self._lock:
            if self.get(job).state in (NEW, WAITING, RUNNING):
                self._set(job, CANCELLED)
                if self._process is not None and self._process[0] == job:
                    _end(self._process[1])
        return self.get(job)

    def delete(self, job: str) -> None:
        """Forget a job and all its files.

        Parameters
        ----------
        job : str
            Its id.

        Raises
        ------
        Problem
            404 if there is none.
        """
        self.cancel(job)
        with self._lock:
            self._connection.execute("delete from jobs where id = ?", (job,))
        shutil.rmtree(self._folder / job, ignore_errors=True)

    def progress(self, job: Job) -> tuple[int, int]:
        """How far a job is.

        Parameters
        ----------
        job : Job
            Which.

        Returns
        -------
        done, total : int
            Rows; both 0 before the first are done.
        """
        found = self._read(job, PROGRESS)
        return int(found.get("done", 0)), int(found.get("total", 0))

    def lines(self, job: Job) -> list[str]:
        """What is told of a job that has ended.

        Parameters
        ----------
        job : Job
            Which.

        Returns
        -------
        list of str
            A line each; without its files' places.
        """
        return [line.replace(f"{self._folder / job.id}/", "") for line in self._read(job, RESULT).get("lines", [])]

    def file(self, job: Job, name: str) -> Path:
        """A file that a job has made.

        Parameters
        ----------
        job : Job
            Which.
        name : {"labelled", "report"}
            Which of its files.

        Returns
        -------
        Path
            Where it is.

        Raises
        ------
        Problem
            409 if the job is not done.
        """
        path = self._folder / job.id / (job.output if name == "labelled" else "report.html")
        if job.state != DONE or not path.is_file():
            raise Problem(409, "web_job_not_done")
        return path

    def counts(self) -> dict[str, int]:
        """How many there are in each state.

        Returns
        -------
        dict of str to int
            For every state.
        """
        found = dict.fromkeys((NEW, WAITING, RUNNING, DONE, FAILED, CANCELLED), 0)
        for job in self.all():
            found[job.state] += 1
        return found

    def _read(self, job: Job, name: str) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self._folder / job.id / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _select(self, where: str, values: tuple[Any, ...]) -> list[Job]:
        with self._lock:
            rows = self._connection.execute(f"select {', '.join(_FIELDS)} from jobs {where}", values).fetchall()
        return [Job(*row) for row in rows]

    def _set(self, job: str, state: str, note: str = "") -> None:
        with self._lock:
            self._connection.execute("update jobs set state = ?, note = ? where id = ?", (state, note, job))

    def _clear(self) -> None:
        for job in self._select("where created < ? and state not in (?, ?)", (time.time() - self._settings.days * 86_400, WAITING, RUNNING)):
            self.delete(job.id)
        known = {job.id for job in self.all()}
        for path in self._folder.iterdir():
            # A file that was being sent when its server died; one that is sent now has just begun.
            if path.is_dir() and path.name not in known and time.time() - path.stat().st_mtime > 3600:
                shutil.rmtree(path, ignore_errors=True)

    def _run(self) -> None:
        while not self._ending:
            waiting = self._select("where state = ? order by created limit 1", (WAITING,))
            if waiting:
                self._work(waiting[0])
            else:
                self._wake.wait(timeout=_LOOK)
                self._wake.clear()
                self._clear()

    def _work(self, job: Job) -> None:
        with self._lock:
            if self._ending or self.get(job.id).state != WAITING:
                return
            self._set(job.id, RUNNING)
            # A group of its own: Ctrl-C in the server's terminal is for the server, which ends its jobs in order.
            command = [sys.executable, "-m", "classifier.web.worker", str(self._folder / job.id)]
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            self._process = (job.id, process)
        process.wait()
        with self._lock:
            self._process = None
            if self._ending or not self._select("where id = ? and state = ?", (job.id, RUNNING)):
                return
            result = self._read(job, RESULT)
            if process.returncode == 0:
                self._set(job.id, DONE)
            else:
                why = str(result.get("failed") or messages.text_in(job.lang, "web_job_died"))
                self._set(job.id, FAILED, one_line(why).replace(f"{self._folder / job.id}/", ""))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end itself, and end it with all that it started if it does not."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def clean(name: str) -> str:
    """A file's name of which nothing can be anything but a name.

    Parameters
    ----------
    name : str
        As whoever sent the file calls it.

    Returns
    -------
    str
        Letters, digits, ``._-`` and nothing that leads elsewhere; with the ending of a table, if it had one.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[^\w.-]+", "_", last).strip("._-")
    stem, endings = kept, ""
    while (ending := Path(stem).suffix.lower()) in KINDS or ending in COMPRESSIONS:
        stem, endings = stem[: -len(ending)], ending + endings
    return (stem.strip("._-")[:60] or "table") + endings
