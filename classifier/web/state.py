"""What all requests of one server share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from fastapi import Request

from classifier.web.holder import Holder
from classifier.web.jobs import Jobs
from classifier.web.metrics import Metrics
from classifier.web.settings import Settings


@dataclass(frozen=True)
class State:
    """Settings, model, jobs and counters."""

    settings: Settings
    holder: Holder
    jobs: Jobs
    metrics: Metrics


def state_of(request: Request) -> State:
    """The state of the server that a request came to.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    State
        Made with the application.
    """
    return cast(State, request.app.state.scamtype)
