"""Counters for whoever watches the server, in the text format of Prometheus; nothing of a narrative is in them."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0)


class Metrics:
    """What is counted."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter("scamtype_requests", "Answers by route and status", ["route", "status"], registry=self._registry)
        self.seconds = Histogram("scamtype_request_seconds", "Time to the answer", ["route"], buckets=_SECONDS, registry=self._registry)
        self.texts = Counter("scamtype_texts", "Texts classified, by decision", ["decision"], registry=self._registry)
        self.jobs = Gauge("scamtype_jobs", "Jobs by state", ["state"], registry=self._registry)

    def text(self) -> bytes:
        """All of it.

        Returns
        -------
        bytes
            In the text format of Prometheus.
        """
        return generate_latest(self._registry)


class Watch:
    """Middleware that counts.

    Parameters
    ----------
    app : ASGI application
        What is counted.
    metrics : Metrics
        Where.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request.

        Parameters
        ----------
        scope, receive, send
            As ASGI has them.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            # The route and not the path: a path may hold anything.
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)
