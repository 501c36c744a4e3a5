"""The pages: paste, batch, corrections, and the description of the API. They work without JavaScript; with it they answer while one types."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from classifier import messages
from classifier.case_store import WAITING, CaseStore, NewCase, StoredCase, default_path
from classifier.case_table import as_csv
from classifier.errors import ScamtypeError
from classifier.render.charts import bar
from classifier.render.page import marked_narrative
from classifier.render.terminal import verdict_lines
from classifier.render.told import official, percent, sureness, title
from classifier.resources import read_data
from classifier.taxonomy import NOT_A_CASE
from classifier.verdict import Verdict
from classifier.web.api import JobState, chunks, download, job_state
from classifier.web.jobs import NEW, RUNNING
from classifier.web.jobs import WAITING as QUEUED
from classifier.web.problems import Problem
from classifier.web.state import State, state_of

router = APIRouter(include_in_schema=False)

_ENVIRONMENT = Environment(
    loader=PackageLoader("classifier.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
)
_STATIC = {"report.css": "text/css", "page.css": "text/css", "app.css": "text/css", "icon.svg": "image/svg+xml", "app.js": "text/javascript"}
#: So much of the ranking is shown.
_ROWS = 5
#: Of the ranking so many types are offered first to whoever corrects.
_OFFERED = 4
#: So many kinds of corrections are told of.
_MOST_KINDS = 5


@dataclass(frozen=True)
class Row:
    """A type of the ranking as it is shown."""

    code: str
    name: str
    share: str
    bar: str
    chosen: bool


def _lang(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    lang = asked if asked in messages.LANGUAGES else "zh"
    messages.set_language(lang)
    return lang


def _page(request: Request, template: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    lang = _lang(request)

    def say(key: str, **named: object) -> str:
        return messages.text_in(lang, f"web_{key}", **named)

    shared = {"say": say, "at": partial(_at, lang=lang), "lang": lang, "path": request.url.path, "notice": "", "fault": "", **values}
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(shared), status)


def _fault(error: ScamtypeError | Problem) -> tuple[str, int]:
    status = error.status if isinstance(error, Problem) else 422
    return messages.text(error.key, **error.values), status


def _result(state: State, text: str, shown: str, lang: str) -> dict[str, Any]:
    """What the part of the page with the verdict is made of; nothing for an empty text."""
    if not text.strip():
        return {"verdict": None, "text": text}
    if len(text) > state.settings.most_characters:
        raise Problem(413, "web_long_text", number=1, most=state.settings.most_characters)
    held = state.holder.get()
    taxonomy = held.classifier.taxonomy
    verdict = held.classifier.classify(text)
    state.metrics.texts.labels(verdict.decision).inc()
    first = verdict.ranking[0][0]
    of = shown if shown in held.classifier.model.codes and shown != first else None
    marked: Verdict = verdict
    if of is not None:
        marked = replace(verdict, cues=held.classifier.cues_of(text, [of])[of], candidate_cues=())
    names = {code: taxonomy[code].names[lang] for code in (*taxonomy.categories, NOT_A_CASE)}
    decided = taxonomy[verdict.category or NOT_A_CASE]
    rows = [Row(code, names[code], percent(share), bar(share), code == (of or first)) for code, share in verdict.ranking[:_ROWS]]
    return {
        "verdict": verdict,
        "text": text,
        "name": title(verdict, taxonomy, lang),
        "sureness": sureness(verdict.confidence, lang),
        "official": official(verdict, taxonomy, lang),
        "definition": decided.definition[lang],
        "advice": decided.advice[lang],
        "second": (names[verdict.ranking[1][0]], percent(verdict.ranking[1][1])),
        "narrative": marked_narrative(marked, text, taxonomy, lang=lang, of=of),
        "of": names[of] if of else "",
        "no_cues": not marked.cues,
        "rows": rows,
        "offered": [(code, names[code]) for code, _ in verdict.ranking[:_OFFERED]],
        "others": sorted(((code, name) for code, name in names.items() if code not in dict(verdict.ranking[:_OFFERED])), key=lambda pair: pair[1]),
        "plain": "\n".join(verdict_lines(verdict, text, taxonomy, colour=False, width=60)),
        "model": held.title,
    }


def _waiting(state: State) -> tuple[list[StoredCase], list[tuple[str, str, int]]]:
    """The corrections that wait, and which types are corrected most; a store is not made by looking."""
    if not (state.settings.store or default_path()).exists():
        return [], []
    with CaseStore(state.settings.store) as store:
        return store.cases(status=WAITING), store.corrections()[:_MOST_KINDS]


def _summed(state: State, lang: str) -> dict[str, Any]:
    """What the first page tells of corrections."""
    try:
        waiting, kinds = _waiting(state)
    except ScamtypeError as error:
        return {"waiting": 0, "kinds": [], "fault": _fault(error)[0]}
    return {"waiting": len(waiting), "kinds": _told(state, kinds, lang)}


def _told(state: State, kinds: list[tuple[str, str, int]], lang: str) -> list[tuple[str, str, int]]:
    taxonomy = state.holder.get().classifier.taxonomy
    return [(taxonomy.called(old, lang), taxonomy.called(new, lang), number) for old, new, number in kinds]


def _home(request: Request, text: str = "", shown: str = "", *, notice: str = "", withdraw: int = 0) -> HTMLResponse:
    state, lang = state_of(request), _lang(request)
    status, values = 200, {"notice": notice, "withdraw": withdraw, **_summed(state, lang)}
    try:
        values |= _result(state, text, shown, lang)
    except (ScamtypeError, Problem) as error:
        fault, status = _fault(error)
        values |= {"verdict": None, "text": text, "fault": fault}
    return _page(request, "home.html", status=status, **values)


@router.get("/")
def home(request: Request) -> HTMLResponse:
    """The page to paste into."""
    return _home(request)


@router.post("/")
def check(request: Request, text: Annotated[str, Form()] = "", show: Annotated[str, Form()] = "") -> HTMLResponse:
    """The same with a verdict, for browsers without JavaScript."""
    return _home(request, text, show)


@router.post("/fragment")
def fragment(request: Request, text: Annotated[str, Form()] = "", show: Annotated[str, Form()] = "") -> HTMLResponse:
    """The verdict alone, as it is put into the page while one types."""
    try:
        return _page(request, "result.html", **_result(state_of(request), text, show, _lang(request)))
    except (ScamtypeError, Problem) as error:
        fault, status = _fault(error)
        return _page(request, "fault.html", status=status, fault=fault)


@router.post("/corrections")
def correct(
    request: Request, text: Annotated[str, Form()], category: Annotated[str, Form()], note: Annotated[str, Form(max_length=500)] = ""
) -> HTMLResponse:
    """What somebody says a text is, kept until somebody else approves it."""
    state, lang = state_of(request), _lang(request)
    held = state.holder.get()
    if category not in (*held.classifier.taxonomy.categories, NOT_A_CASE) or not text.strip() or len(text) > state.settings.most_characters:
        raise Problem(422, "web_invalid", where="category")
    verdict = held.classifier.classify(text)
    said = verdict.category or NOT_A_CASE
    if said == category:
        return _home(request, text, notice=messages.text_in(lang, "web_corrected_same"))
    case = NewCase(text=text, category=category, status=WAITING, source="page", predicted=said, model=held.title, note=note)
    try:
        with CaseStore(state.settings.store) as store:
            added = store.add([case])
            number = next((stored.number for stored in store.cases(status=WAITING, source="page") if stored.text == text), 0) if added.new else 0
    except ScamtypeError as error:
        return _home(request, text, notice=_fault(error)[0])
    key = "web_corrected" if added.new else "web_corrected_known"
    return _home(request, text, notice=messages.text_in(lang, key, name=held.classifier.taxonomy[category].names[lang]), withdraw=number)


@router.get("/corrections")
def corrections(request: Request) -> HTMLResponse:
    """Those that wait."""
    state, lang = state_of(request), _lang(request)
    taxonomy = state.holder.get().classifier.taxonomy
    try:
        waiting, kinds = _waiting(state)
    except ScamtypeError as error:
        fault, status = _fault(error)
        return _page(request, "corrections.html", status=status, rows=[], kinds=[], fault=fault)
    rows = [(case, taxonomy.called(case.predicted or "", lang), taxonomy.called(case.category, lang)) for case in waiting]
    return _page(request, "corrections.html", rows=rows, kinds=_told(state, kinds, lang))


@router.post("/corrections/withdraw")
def withdraw(request: Request, number: Annotated[int, Form(ge=0, lt=2**63)], back: Annotated[str, Form()] = "") -> Response:
    """Take a correction back that waits."""
    state, lang = state_of(request), _lang(request)
    with CaseStore(state.settings.store) as store:
        waits = any(case.number == number for case in store.cases(status=WAITING))
        removed = store.remove([number]) if waits else 0
    if back == "list":
        return RedirectResponse(_at("/corrections", lang), 303)
    return _home(request, notice=messages.text_in(lang, "web_withdrawn" if removed else "web_not_withdrawn"))


@router.get("/corrections.csv")
def export(request: Request) -> Response:
    """Those that wait, as a table that goes back into the store."""
    table = as_csv(_waiting(state_of(request))[0])
    return Response(table, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="corrections.csv"'})


def _at(path: str, lang: str) -> str:
    """An address on this server in the same language."""
    return f"{path}?lang=en" if lang == "en" else path


def _batch(request: Request, *, fault: str = "", status: int = 200) -> HTMLResponse:
    state = state_of(request)
    every = [job_state(job, state.jobs) for job in state.jobs.all()]
    return _page(
        request, "batch.html", jobs=every, days=int(state.settings.days), most=state.settings.most_upload // 1_000_000, fault=fault, status=status
    )


@router.get("/batch")
def batch(request: Request) -> HTMLResponse:
    """All jobs, and where to drop a file."""
    return _batch(request)


@router.post("/batch")
async def upload(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """Take a file in and show what is in it."""
    state, lang = state_of(request), _lang(request)
    try:
        job = await state.jobs.add(file.filename or "", chunks(file), column=None, lang=lang, held=state.holder.get())
    except (ScamtypeError, Problem) as error:
        fault, status = _fault(error)
        return await run_in_threadpool(_batch, request, fault=fault, status=status)
    return RedirectResponse(_at(f"/batch/{job.id}", lang), 303)


@router.get("/batch/{job}")
def show_job(request: Request, job: str, column: str = "") -> HTMLResponse:
    """One job: before it begins with a preview."""
    state, lang = state_of(request), _lang(request)
    found = state.jobs.get(job)
    preview, fault = None, ""
    taxonomy = state.holder.get().classifier.taxonomy
    if found.state == NEW:
        try:
            preview = state.jobs.preview(found, state.holder.get(), column or None)
        except ScamtypeError as error:
            fault = _fault(error)[0]
    rows = []
    for number, text, verdict in preview.rows if preview else []:
        told = messages.text_in(lang, f"web_{verdict.decision}")
        cues = "；".join(cue.text for cue in verdict.cues[:3])
        rows.append((number, text, title(verdict, taxonomy, lang), told, sureness(verdict.confidence, lang), cues))
    active = found.state in (QUEUED, RUNNING)
    return _page(request, "job.html", job=job_state(found, state.jobs), preview=preview, rows=rows, active=active, fault=fault)


@router.get("/batch/{job}/state")
def poll(request: Request, job: str) -> JobState:
    """How far it is, for the page that shows it."""
    state = state_of(request)
    return job_state(state.jobs.get(job), state.jobs)


@router.post("/batch/{job}/{what}")
def change_job(request: Request, job: str, what: str, column: Annotated[str, Form()] = "") -> Response:
    """Begin, end or delete it."""
    jobs, lang = state_of(request).jobs, _lang(request)
    if what == "start":
        jobs.begin(job, column or None)
    elif what == "cancel":
        jobs.cancel(job)
    elif what == "delete":
        jobs.delete(job)
        return RedirectResponse(_at("/batch", lang), 303)
    else:
        raise Problem(404, "web_not_found")
    return RedirectResponse(_at(f"/batch/{job}", lang), 303)


@router.get("/batch/{job}/{name}")
def get_made(request: Request, job: str, name: str) -> FileResponse:
    """The labelled file or the report."""
    if name not in ("labelled", "report"):
        raise Problem(404, "web_not_found")
    return download(state_of(request).jobs, job, name)


@router.get("/docs")
def documentation(request: Request) -> HTMLResponse:
    """The API, described from its own description."""
    described = request.app.openapi()
    entries = [
        (method.upper(), path, entry.get("summary", ""), entry.get("description", ""), _example(described, entry))
        for path, methods in described["paths"].items()
        for method, entry in methods.items()
    ]
    return _page(request, "docs.html", entries=entries)


def _example(described: dict[str, Any], entry: dict[str, Any]) -> list[Any]:
    schema = entry.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return list(described["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {}).get("examples", []))


@router.get("/favicon.ico")
def icon() -> Response:
    """What browsers ask for beside what is not one of our pages."""
    return static("icon.svg")


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Style sheets and the script; nothing comes from elsewhere."""
    if name not in _STATIC:
        raise Problem(404, "web_not_found")
    if name not in ("report.css", "page.css"):
        content = files("classifier.web").joinpath("static", name).read_text(encoding="utf-8")
    else:
        content = read_data(name)
    return Response(content, media_type=f"{_STATIC[name]}; charset=utf-8", headers={"Cache-Control": "no-cache"})
