"""The outermost layer: a request id, a limit on the body, the headers of every answer (F-04, F-15, K-01), and one line in the log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from idp.domain.errors import Unavailable
from idp.domain.message import Message
from idp.http.oidc import CORS_PATHS
from idp.http.request import MAX_BODY
from idp.telemetry.record import count

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send
    from starlette.types import Message as AsgiMessage

    from idp.http.front import Front
    from idp.http.interfaces.common import CommonServices
    from idp.telemetry.record import Record

_DEFAULTS = {
    b"cache-control": b"no-store",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
# Not no-referrer: Chromium then sends "Origin: null" even to the same site, and the CSRF check refuses that.
_HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"WWW-Authenticate, Retry-After, DPoP-Nonce"),
    (b"cross-origin-resource-policy", b"cross-origin"),
]
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, DPoP"),
    (b"access-control-max-age", b"600"),
]
FRAMED = "/check_session"
"""The only page that other sites may frame. Its own Content-Security-Policy allows it."""
SCIM, MOST_OF_SCIM = "/scim/v2/", 1024 * 1024
"""Paths of SCIM, and the bytes of a body there: bulk requests and the members of groups are large (RFC 7644 §3.7.4)."""
WHILE_STANDING_BY = ("/healthz", "/jwks", "/.well-known/", "/static/")
"""Paths that a region answers while the other one serves: public documents, for which nothing is written (FI-11)."""
_REFUSED = 400
_REQUEST_ID = re.compile(r"[A-Za-z0-9_=-]{8,64}\Z")
_CALLER_REQUEST_ID = re.compile(rb"[\x21-\x7e]{1,128}")


class Edge:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, services: CommonServices) -> None:
        self._app, self._services = app, services
        _ = services.journal  # built now, so that a wrong setting stops the start, not the first request
        self._headers = dict([*_DEFAULTS.items(), *([_HSTS] if services.settings.secure else [])])
        self._front: Front | None = None
        if services.settings.edge_sha256:
            from idp.http.front import Front

            self._front = Front(services.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["app"], scope["idp.services"], scope["idp.request_id"] = self, self._services, self._request_id(scope)
        with self._services.journal.recording(scope["idp.request_id"], method=scope["method"], traceparent=_traceparent(scope)) as record:
            scope["idp.record"] = record
            await self._answer(scope, receive, send, record)
            _record_route(scope, record)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, record: Record) -> None:
        cors = _CORS if scope["path"] in CORS_PATHS else []
        send = self._with_headers(scope, send, cors, record)
        if self._front:
            viewer = self._front.viewer(scope)
            if viewer is None:
                count("WentAround")
                text = _english(Message("request.not_through_cloudfront"))
                await JSONResponse({"error": "access_denied", "error_description": text}, 403)(scope, receive, send)
                return
            scope["client"], scope["idp.country"] = (viewer, 0), self._front.country(scope)
        if self._services.settings.region and not scope["path"].startswith(WHILE_STANDING_BY):
            try:
                self._services.keyring.require_serving()
            except Unavailable as refusal:
                await _unavailable(scope, refusal)(scope, receive, send)
                return
        if scope["method"] == "OPTIONS" and cors:
            await send({"type": "http.response.start", "status": 204, "headers": list(_PREFLIGHT)})
            await send({"type": "http.response.body", "body": b""})
            return
        is_scim = scope["path"].startswith(SCIM) and self._services.settings.serves_scim
        body = await _body(scope, receive, MOST_OF_SCIM if is_scim else MAX_BODY)
        if body is None:
            await _too_large(scope["path"])(scope, receive, send)
            return
        scope["idp.body"] = body
        await self._app(scope, _replay(body), send)

    def _request_id(self, scope: Scope) -> str:
        """The gateway's id of the request; a new one without a gateway. A header of the caller is never used."""
        given = scope.get("aws.event", {}).get("requestContext", {}).get("requestId", "")
        return given if isinstance(given, str) and _REQUEST_ID.match(given) else self._services.new_id()

    def _with_headers(self, scope: Scope, send: Send, cors: list[tuple[bytes, bytes]], record: Record) -> Send:
        """Add the headers that every answer has. Answers may not be stored unless they say otherwise (RFC 6749 §5.1)."""

        async def sending(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                own = {name.lower() for name, _ in message["headers"]}
                extra = dict(
                    [*self._headers.items(), *cors, (b"x-request-id", _caller_request_id(scope) or scope["idp.request_id"].encode())]
                )
                if scope["path"] == FRAMED:
                    extra.pop(b"x-frame-options")
                message["headers"] = [*message["headers"], *((name, value) for name, value in extra.items() if name not in own)]
            await send(message)

        return sending


def _caller_request_id(scope: Scope) -> bytes:
    """AuthZEN 1.0, section 10.1.3: an answer repeats the X-Request-ID of the request, if it is printable."""
    if not scope["path"].startswith("/access/v1/"):
        return b""
    given = [value for name, value in scope["headers"] if name == b"x-request-id"]
    return bytes(given[0]) if len(given) == 1 and _CALLER_REQUEST_ID.fullmatch(given[0]) else b""


def _traceparent(scope: Scope) -> str:
    """The caller's `traceparent` header, or an empty text (W3C Trace Context §3.2.1, §3.2.2)."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")


def _record_route(scope: Scope, record: Record) -> None:
    """Record the template of the route, not the path, which may hold data of the caller. Count the refusals of the token endpoint."""
    record.route = record.route or getattr(scope.get("route"), "path", "") or "unknown"
    if record.route == "/token" and record.status >= _REFUSED:
        count("TokensRefused", Reason=record.reason or "unknown")


def _unavailable(scope: Scope, refusal: Unavailable) -> Response:
    """503 with Retry-After, in the shape of the path's errors."""
    from starlette.requests import Request

    from idp.http.errors import render_error

    answer = render_error(Request(scope), refusal)
    told = _by_program(scope["path"], refusal.status, "Service Unavailable", _english(refusal.message))
    if told:
        told.headers["retry-after"] = str(refusal.retry_after)
    return told or answer


def _too_large(path: str) -> JSONResponse:
    """413, in the shape of the path's errors."""
    text = _english(Message("request.too_large"))
    return _by_program(path, 413, "Content Too Large", text) or JSONResponse({"error": "invalid_request", "error_description": text}, 413)


def _by_program(path: str, status: int, title: str, text: str) -> JSONResponse | None:
    """An error of SCIM or of the admin API. None for another path."""
    if path.startswith(SCIM):
        told = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": str(status), "detail": text}
        return JSONResponse(told, status, media_type="application/scim+json")
    if path.startswith("/admin"):
        return JSONResponse({"title": title, "status": status, "detail": text}, status, media_type="application/problem+json")
    return None


def _english(message: Message) -> str:
    from idp.domain.messages import render  # the catalogue loads with the first refusal

    return render(message)


async def _body(scope: Scope, receive: Receive, most: int) -> bytes | None:
    """The whole body; None if it has more than `most` bytes. Content-Length only refuses early; the bytes are counted anyway."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if declared.isdigit() and int(declared[:12]) > most:
        return None
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > most:
            return None
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes) -> Receive:
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
