"""The one renderer of errors: a redirect, OAuth JSON or a page. No answer contains a stack trace, a secret or an internal detail.

See RFC 6749 §4.1.2.1.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from idp.domain.errors import IdpError, OAuthError, PageError, Throttled, Unavailable
from idp.domain.message import Message
from idp.http.redirect import authorization_response
from idp.oauth.authorization.error_response import AuthorizationError
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from idp.domain.errors import LinkedApp

OAUTH_PATHS = frozenset({"/par", "/device_authorization", "/token", "/userinfo", "/revoke", "/introspect", "/jwks", "/register"})
"""Paths that programs call: errors are OAuth's JSON. Everywhere else a person sees a page."""
_CODES = {403: "forbidden", 404: "not_found", 405: "method_not_allowed", 409: "conflict", 413: "content_too_large"}
BY_STATUS = {
    404: Message("request.nothing_here"), 405: Message("request.method_not_allowed"), 413: Message("request.too_large"),
}  # fmt: skip
"""The messages of the router's own refusals."""
SIGNALS = "/signals/v1/"
"""Paths that receivers of shared signals call: errors are OAuth's JSON."""
DECISIONS = "/access/v1/"
"""Paths that policy enforcement points call (AuthZEN): an error is one sentence of text."""


def render_error(request: Request, error: Exception) -> Response:
    """Render an error, and record it in the log line."""
    record.note_refusal(error)
    if isinstance(error, AuthorizationError):
        return authorization_response(request, error)
    for kind, renderer in _RENDERERS:
        if isinstance(error, kind):
            return renderer(request, error)
    record.note_failure(error)
    return _shape(request, 500, "server_error", Message("service.failed"), {})


def _answer_oauth(request: Request, error: OAuthError) -> Response:
    if _by_program(request):
        return _json(request, error.http_status, error.code, error.message, error.headers)
    return _page(request, error.http_status, error.code, error.message, error.headers)


def _answer_person(request: Request, error: PageError) -> Response:
    if _by_program(request):
        return _json(request, error.http_status, error.code, error.message, {})
    return _page(request, error.http_status, error.code, error.message, {}, app=error.app)


def _answer_throttled(request: Request, error: Throttled) -> Response:
    return _shape(request, error.status, "slow_down", error.message, {"Retry-After": str(error.retry_after)})


def _answer_unavailable(request: Request, error: Unavailable) -> Response:
    return _shape(request, error.status, "temporarily_unavailable", error.message, {"Retry-After": str(error.retry_after)})


def _answer_other(request: Request, error: IdpError) -> Response:
    return _shape(request, error.status, _code(request, error.status), error.message, {})


def _code(request: Request, status: int) -> str:
    """The code of an error for which no specification has one. OAuth's endpoints use invalid_request (RFC 6749 §5.2)."""
    return "invalid_request" if request.scope["path"] in OAUTH_PATHS else _CODES.get(status, "invalid_request")


def _answer_http(request: Request, error: HTTPException) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    message = BY_STATUS.get(error.status_code) or Message("request.refused", reason=phrase)
    return _shape(request, error.status_code, _code(request, error.status_code), message, dict(error.headers or {}))


_RENDERERS: tuple[tuple[type[Exception], Callable[[Request, Any], Response]], ...] = (
    (OAuthError, _answer_oauth),
    (PageError, _answer_person),
    (Throttled, _answer_throttled),
    (Unavailable, _answer_unavailable),
    (IdpError, _answer_other),
    (HTTPException, _answer_http),
)


def _shape(request: Request, status: int, code: str, message: Message, headers: dict[str, str]) -> Response:
    shape = _json if _by_program(request) else _page
    return shape(request, status, code, message, headers)


def _by_program(request: Request) -> bool:
    path: str = request.scope["path"]
    return path in OAUTH_PATHS or path.startswith(("/register/", "/.well-known/", DECISIONS, SIGNALS))


def _json(request: Request, status: int, code: str, message: Message, headers: dict[str, str]) -> Response:
    """In English, since programs and their authors read it. RFC 6749 §5.2: it keeps to the characters that are allowed there."""
    from idp.domain.messages import render  # the catalogue loads with the first error

    description = render(message)
    if request.scope["path"].startswith(DECISIONS):
        # AuthZEN 1.0, section 10.1.2: the body of an error is "an error message string".
        return PlainTextResponse(description, status, headers)
    body = {"error": code, **({"error_description": _plain(description)} if description else {})}
    return JSONResponse(body, status, {**headers, "Pragma": "no-cache"})


def _page(request: Request, status: int, code: str, message: Message, headers: dict[str, str], *, app: LinkedApp | None = None) -> Response:
    from idp.http.pages import render  # Jinja2 loads when the first page is shown
    from idp.http.services import services
    from idp.http.ways_on import contact, ways_on

    request_id = _request_id(request)
    response = render(
        request, "error.html", status=status, code=code, message=message, request_id=request_id,
        ways=ways_on(request.scope["path"], app), contact=contact(services(request).settings.support, request_id),
    )  # fmt: skip
    response.headers.update(headers)
    return response


def _plain(text: str) -> str:
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "?" for c in text)


def _request_id(request: Request) -> str:
    return str(request.scope.get("idp.request_id", ""))
