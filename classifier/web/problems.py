"""Errors as RFC 9457 problem details, in the language asked for; none repeats what was sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from classifier import messages
from classifier.errors import ScamtypeError

MEDIA_TYPE = "application/problem+json"
#: What every answer of the API may be instead.
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status in (400, 401, 403, 404, 409, 413, 422, 429)
}
#: The schema of a problem, for the description of the API.
SCHEMA = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "default": "about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


class Problem(Exception):
    """An answer that is not what was asked for.

    Parameters
    ----------
    status : int
        HTTP status.
    key : str
        Name of the message.
    **values : object
        What it names.
    """

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key)
        self.status, self.key, self.values = status, key, values


def language_of(request: Request) -> str:
    """The language of an answer: ``?lang=``, else what the browser prefers of the two, else Chinese.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    {"zh", "en"}
        One of the two.
    """
    asked = request.query_params.get("lang", "")
    if asked in messages.LANGUAGES:
        return asked
    if request.url.path.startswith("/v1/"):
        preferred = request.headers.get("accept-language", "").strip().lower()
        return "en" if preferred.startswith("en") else "zh"
    return "zh"


def response(status: int, detail: str, **more: Any) -> JSONResponse:
    """A problem as it is sent.

    Parameters
    ----------
    status : int
        HTTP status.
    detail : str
        One line for people.
    **more : object
        Further members.

    Returns
    -------
    JSONResponse
        With the media type of problems.
    """
    headers = {"Retry-After": "1"} if status == HTTPStatus.TOO_MANY_REQUESTS else None
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JSONResponse(content, status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Let an application answer with problems.

    Parameters
    ----------
    app : FastAPI
        The application.
    """

    @app.exception_handler(Problem)
    async def of_problem(request: Request, error: Problem) -> JSONResponse:
        return response(error.status, messages.text_in(language_of(request), error.key, **error.values))

    @app.exception_handler(ScamtypeError)
    async def of_library(request: Request, error: ScamtypeError) -> JSONResponse:
        return response(422, messages.text_in(language_of(request), error.key, **error.values))

    @app.exception_handler(RequestValidationError)
    async def of_validation(request: Request, error: RequestValidationError) -> JSONResponse:
        # What was sent may be a narrative: where the fault is and what kind it has is enough.
        errors = [{"where": ".".join(map(str, entry["loc"])), "kind": entry["type"]} for entry in error.errors()]
        return response(422, messages.text_in(language_of(request), "web_invalid", where=errors[0]["where"] if errors else "–"), errors=errors)

    @app.exception_handler(HTTPException)
    async def of_http(request: Request, error: HTTPException) -> JSONResponse:
        key = {404: "web_not_found", 405: "web_method"}.get(error.status_code, "web_refused")
        answer = response(error.status_code, messages.text_in(language_of(request), key))
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def of_surprise(request: Request, error: Exception) -> JSONResponse:
        return response(500, messages.text_in(language_of(request), "internal", kind=type(error).__name__))
