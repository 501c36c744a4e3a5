"""The API: what programs send, and what they get."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from classifier import __version__
from classifier.render.as_json import verdict_object
from classifier.taxonomy import NOT_A_CASE
from classifier.web.holder import Held
from classifier.web.jobs import Job, Jobs
from classifier.web.problems import RESPONSES, Problem, language_of
from classifier.web.state import State, state_of

#: So many characters are classified at once without leaving the loop: a thread costs more than they do.
_AT_ONCE = 4000
#: What the description asks, and what its answer is.
EXAMPLE = "对方自称客服，说要关闭百万保障，让我下载会议软件共享屏幕，把钱转到安全账户。"

router = APIRouter(responses=RESPONSES)


class Texts(BaseModel):
    """What is to be classified: ``text`` or ``texts``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"text": EXAMPLE}, {"texts": [EXAMPLE, "部队采购员让我垫付罐头款。"]}],
            "oneOf": [{"required": ["text"]}, {"required": ["texts"]}],
        },
    )

    text: str | None = Field(default=None, description="A narrative of any length.")
    texts: list[str] | None = Field(default=None, description="Several of them.")
    against: str | None = Field(default=None, description="Code of a type: why the first of the ranking and not that.")
    accept: float | None = Field(default=None, ge=0, le=1, description="Accept from this confidence on, instead of the model's own.")
    cues: bool = Field(default=True, description="Find cues and contributions.")


class Verdicts(BaseModel):
    """The answer."""

    model: str = Field(description="What the model is called that gave them.")
    verdicts: list[dict[str, Any]] = Field(description="One for each text, in their order; as `scamtype classify --json` prints them.")


class JobState(BaseModel):
    """A file that is labelled."""

    id: str
    name: str
    state: str = Field(description="new, waiting, running, done, failed or cancelled.")
    done: int = Field(description="Rows that are labelled.")
    total: int = Field(description="Rows that there are; 0 before it is known.")
    note: str = Field(description="What went wrong.")
    lines: list[str] = Field(description="What is told of it when it is done.")


def job_state(job: Job, jobs: Jobs) -> JobState:
    """A job as programs see it.

    Parameters
    ----------
    job : Job
        Which.
    jobs : Jobs
        All of them.

    Returns
    -------
    JobState
        As it is now.
    """
    done, total = jobs.progress(job)
    return JobState(id=job.id, name=job.name, state=job.state, done=done, total=total, note=job.note, lines=jobs.lines(job))


def classified(state: State, held: Held, asked: Texts) -> list[dict[str, Any]]:
    """The verdicts on what was sent: those of the library.

    Parameters
    ----------
    state : State
        Limits and counters.
    held : Held
        The model.
    asked : Texts
        What was sent.

    Returns
    -------
    list of dict
        One a text.

    Raises
    ------
    Problem
        413 if there are too many texts, or one is too long; 422 if it says neither or both of ``text`` and ``texts``.
    InputError
        If the model does not know the type that was asked for.
    """
    if (asked.text is None) == (asked.texts is None) or (asked.against is not None and asked.text is None):
        raise Problem(422, "web_text_or_texts")
    texts = [asked.text] if asked.text is not None else asked.texts or []
    if len(texts) > state.settings.most_texts:
        raise Problem(413, "web_many_texts", most=state.settings.most_texts)
    for number, text in enumerate(texts, start=1):
        if len(text) > state.settings.most_characters:
            raise Problem(413, "web_long_text", number=number, most=state.settings.most_characters)
    if asked.text is not None and asked.cues:
        verdicts = [held.classifier.classify(asked.text, against=asked.against, accept=asked.accept)]
    else:
        verdicts = held.classifier.classify_block(texts, cues=asked.cues, candidate_cues=asked.cues, accept=asked.accept)
    for verdict in verdicts:
        state.metrics.texts.labels(verdict.decision).inc()
    return [verdict_object(verdict, held.classifier.taxonomy, against=asked.against) for verdict in verdicts]


@router.post("/v1/classify", response_model=Verdicts, tags=["classify"], summary="Classify one text or several")
async def classify(asked: Texts, request: Request) -> Response:
    """Verdicts as the library gives them: type, candidates, confidence, decision, ranking, cues and contributions."""
    state = state_of(request)
    held = state.holder.get()
    if sum(map(len, asked.texts or [asked.text or ""])) <= _AT_ONCE:
        verdicts = classified(state, held, asked)
    else:
        verdicts = await run_in_threadpool(classified, state, held, asked)
    return JSONResponse({"model": held.title, "verdicts": verdicts})


@router.get("/v1/types", tags=["model"], summary="The types that the model knows")
def types(request: Request) -> list[dict[str, Any]]:
    """Code, names, official name, other names, definition and advice of each."""
    taxonomy = state_of(request).holder.get().classifier.taxonomy
    codes = [*taxonomy.categories, NOT_A_CASE]
    every = [taxonomy[code] for code in codes]
    return [
        {"code": c.code, "names": c.names, "official": c.official, "aliases": list(c.aliases), "definition": c.definition, "advice": c.advice}
        for c in every
    ]


@router.get("/v1/model", tags=["model"], summary="The model in use")
def model(request: Request) -> dict[str, Any]:
    """Its name, versions, hash of its corpus, and thresholds."""
    held = state_of(request).holder.get()
    used = held.classifier.model
    return {
        "title": held.title, "scamtype": __version__, "types": list(used.codes), "terms": used.n_terms, "thresholds": used.thresholds,
        "facts": used.facts,
    }  # fmt: skip


@router.post("/v1/batch", status_code=201, tags=["batch"], summary="Label a file")
async def add_job(
    request: Request,
    file: Annotated[UploadFile, File(description="csv, tsv, xlsx, jsonl, json or parquet.")],
    column: Annotated[str | None, Form(description="Name or number of the column with the narratives; found if not given.")] = None,
    start: Annotated[bool, Form(description="Begin at once.")] = True,
) -> JobState:
    """The file is kept until its job is deleted, or for a week. It is labelled as scamtype batch does."""
    state = state_of(request)
    job = await state.jobs.add(
        file.filename or "", chunks(file), column=column or None, lang=language_of(request), held=state.holder.get()
    )  # fmt: skip
    return job_state(state.jobs.begin(job.id) if start else job, state.jobs)


async def chunks(file: UploadFile) -> AsyncIterator[bytes]:
    """A file that was sent, bit by bit.

    Parameters
    ----------
    file : UploadFile
        The file.

    Yields
    ------
    bytes
        Its content.
    """
    while chunk := await file.read(1 << 20):
        yield chunk


@router.get("/v1/batch", tags=["batch"], summary="All jobs")
def list_jobs(request: Request) -> list[JobState]:
    """The newest first."""
    jobs = state_of(request).jobs
    return [job_state(job, jobs) for job in jobs.all()]


@router.get("/v1/batch/{job}", tags=["batch"], summary="How far a job is")
def get_job(job: str, request: Request) -> JobState:
    """Its state, and how many rows are done."""
    jobs = state_of(request).jobs
    return job_state(jobs.get(job), jobs)


@router.post("/v1/batch/{job}/start", tags=["batch"], summary="Begin a job that waits for a word")
def start_job(job: str, request: Request) -> JobState:
    """One is worked on at a time."""
    jobs = state_of(request).jobs
    return job_state(jobs.begin(job), jobs)


@router.post("/v1/batch/{job}/cancel", tags=["batch"], summary="End a job")
def cancel_job(job: str, request: Request) -> JobState:
    """Its file is kept until it is deleted."""
    jobs = state_of(request).jobs
    return job_state(jobs.cancel(job), jobs)


@router.get("/v1/batch/{job}/{name}", tags=["batch"], summary="What a job made", response_class=FileResponse)
def get_file(job: str, name: str, request: Request) -> FileResponse:
    """Labelled is the file with the verdicts, report the page about them."""
    if name not in ("labelled", "report"):
        raise Problem(404, "web_not_found")
    return download(state_of(request).jobs, job, name)


def download(jobs: Jobs, job: str, name: str) -> FileResponse:
    """A file to be kept, never to be shown as a page of this server.

    Parameters
    ----------
    jobs : Jobs
        All jobs.
    job : str
        Id of one.
    name : {"labelled", "report"}
        Which of its files.

    Returns
    -------
    FileResponse
        As an attachment, named after what was sent.
    """
    found = jobs.get(job)
    path = jobs.file(found, name)
    stem = found.name.split(".")[0]
    return FileResponse(path, filename=f"{stem}_{name}{path.suffix}", media_type="application/octet-stream")


@router.delete("/v1/batch/{job}", status_code=204, tags=["batch"], summary="Delete a job and its files")
def delete_job(job: str, request: Request) -> None:
    """Also one that runs."""
    state_of(request).jobs.delete(job)


@router.get("/healthz", tags=["server"], summary="Whether the server can answer")
def health(request: Request) -> dict[str, str]:
    """Fault says why a model that was promoted is not used; the one before it is."""
    state = state_of(request)
    held = state.holder.get()
    return {"status": "ok", "model": held.title, "fault": state.holder.fault}


@router.get("/metrics", tags=["server"], summary="Counters for Prometheus", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Requests, times, decisions and jobs."""
    state = state_of(request)
    for name, number in state.jobs.counts().items():
        state.metrics.jobs.labels(name).set(number)
    return Response(state.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
