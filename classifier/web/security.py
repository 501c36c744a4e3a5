"""What every request passes before it is looked at: the name it came by, its token, its origin, its size; and what every answer carries."""

from __future__ import annotations

import base64
import binascii
import secrets
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier import messages
from classifier.web.problems import language_of, response
from classifier.web.settings import LOCAL, Settings

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not "no-referrer": browsers then send "Origin: null" with the forms of the page itself.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UPLOADS = frozenset({"/batch", "/v1/batch"})


class _TooLarge(Exception):
    """More came than is allowed."""


class _Counted:
    """What comes, until more has come than is allowed: what is sent in pieces announces no length."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self.exceeded = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.exceeded = True
            raise _TooLarge
        return message


class Guard:
    """The middleware.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    settings : Settings
        Names, token and limits.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._names = LOCAL | settings.names | ({settings.host} if settings.host not in ("0.0.0.0", "::") else set())
        self._at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not.

        Parameters
        ----------
        scope, receive, send
            As ASGI has them.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        limit = self._settings.most_upload + 1_000_000 if request.url.path in _UPLOADS else self._settings.most_body
        counted = _Counted(receive, limit)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        async def unless_exceeded(message: Message) -> None:
            if not counted.exceeded:  # else the application takes the break for a fault of the body
                await sending(message)

        refused = self._refusal(request)
        if refused is None and int(request.headers.get("content-length") or 0) > limit:
            refused = (413, "web_too_large")
        if refused is None and self._at_work >= self._settings.most_waiting:
            refused = (429, "web_busy")
        if refused is not None:
            await self._answer(refused, request, receive, sending)
            return
        self._at_work += 1
        try:
            with suppress(_TooLarge):
                await self._app(scope, counted, unless_exceeded)
            if counted.exceeded:
                await self._answer((413, "web_too_large"), request, receive, sending)
        finally:
            self._at_work -= 1

    def _refusal(self, request: Request) -> tuple[int, str] | None:
        headers = request.headers
        length = headers.get("content-length")
        if length is not None and not (length.isascii() and length.isdigit()):
            return 400, "web_refused"
        if _name(headers.get("host", "")) not in self._names:
            return 400, "web_host"
        if self._settings.token is not None and not self._has_token(headers):
            return 401, "web_token"
        if request.method not in _SAFE and not _same_site(headers):
            return 403, "web_cross_site"
        return None

    def _has_token(self, headers: Headers) -> bool:
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode("utf-8").partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif kind.lower() != "bearer":
            return False
        return secrets.compare_digest(given.encode(), (self._settings.token or "").encode())

    async def _answer(self, refused: tuple[int, str], request: Request, receive: Receive, send: Send) -> None:
        status, key = refused
        answer = response(status, messages.text_in(language_of(request), key))
        if status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer" if request.url.path.startswith("/v1/") else 'Basic realm="scamtype", charset="UTF-8"'
        answer.headers["Connection"] = "close"  # what was not read is not read
        await answer(request.scope, receive, send)


def _name(host: str) -> str:
    """A ``Host`` header without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _same_site(headers: Headers) -> bool:
    """Whether a request that changes something comes from this server's own page, or from no page at all."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
