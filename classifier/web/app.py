"""The application: API and pages behind the guard."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from classifier import __version__
from classifier.render.as_json import verdict_object, verdict_schema
from classifier.web import api, pages, problems
from classifier.web.holder import Holder
from classifier.web.jobs import Jobs
from classifier.web.metrics import Metrics, Watch
from classifier.web.security import Guard
from classifier.web.settings import Settings
from classifier.web.state import State


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    settings : Settings, optional
        How it runs; on the own machine alone by default.

    Returns
    -------
    FastAPI
        To be served by any ASGI server, in one process: jobs are worked on by it.

    Raises
    ------
    ModelError
        If there is no model to answer with.
    """
    chosen = settings or Settings()
    state = State(chosen, Holder(chosen.model), Jobs(chosen), Metrics())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state.jobs.start()
        try:
            yield
        finally:
            state.jobs.close()

    # The pages that FastAPI brings load their scripts from elsewhere; ours is /docs.
    app = FastAPI(
        title="scamtype",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        form_limits={"max_part_size": chosen.most_body, "max_fields": 20, "max_files": 1},
    )
    app.state.scamtype = state
    problems.install(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_middleware(Watch, metrics=state.metrics)
    app.add_middleware(Guard, settings=chosen)
    app.openapi = lambda: _described(app, state)  # type: ignore[method-assign]
    return app


def _described(app: FastAPI, state: State) -> dict[str, Any]:
    if app.openapi_schema is None:
        described = get_openapi(title=app.title, version=app.version, routes=app.routes, description="Tells the type of scam of a Chinese narrative.")
        schemas = described["components"]["schemas"]
        verdict = json.loads(verdict_schema())
        schemas["Problem"], schemas["Verdict"] = problems.SCHEMA, {key: value for key, value in verdict.items() if key not in ("$schema", "$id")}
        schemas["Verdicts"]["properties"]["verdicts"]["items"] = {"$ref": "#/components/schemas/Verdict"}
        # What this very model says, without what would fill pages.
        held = state.holder.get()
        [told] = held.classifier.classify_block([api.EXAMPLE], cues=False)
        schemas["Verdicts"]["examples"] = [{"model": held.title, "verdicts": [verdict_object(told, held.classifier.taxonomy)]}]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        if state.settings.token is not None:
            described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            described["security"] = [{"token": []}]
        app.openapi_schema = described
    return app.openapi_schema
