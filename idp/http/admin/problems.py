"""Refusals of the admin API: problem details for HTTP APIs (RFC 9457). They repeat no input and contain nothing internal.

See RFC 9457 §3.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from idp.domain.errors import Forbidden, IdpError, Invalid, OAuthError, Throttled, Unavailable, Unprocessable
from idp.domain.message import Message
from idp.domain.messages import render as english
from idp.http.admin.invalid_input import describe_errors, summarise
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.http.interfaces.admin import AdminServices

MEDIA_TYPE = "application/problem+json"

_REFUSED = "admin.refused"
_LONGEST_PATH = 200
"""Characters of a path that an event keeps: the caller chooses it, and each real one is shorter."""
_TEXTS = {
    404: Message("request.nothing_here"), 405: Message("request.method_not_allowed"), 413: Message("request.too_large"),
}  # fmt: skip


def render(request: Request, error: Exception) -> Response:
    """Build the answer for an error. The refusal of a known caller is an audit event (threats J-15)."""
    record.note_refusal(error)
    try:
        return _render(request, error)
    except Unavailable as trouble:  # the event could not be written, so the answer is that error
        record.note_refusal(trouble)
        return _domain(request, trouble)


def _render(request: Request, error: Exception) -> Response:
    if isinstance(error, OAuthError):
        return _oauth(request, error)
    if isinstance(error, RequestValidationError):
        return _validation(request, error)
    if isinstance(error, HTTPException):
        headers = {"Allow": _list_allowed_methods(request)} if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else error.headers
        message = _TEXTS.get(error.status_code)
        return problem(request, error.status_code, english(message) if message else _detail(error), headers=headers)
    if isinstance(error, IdpError):
        return _domain(request, error)
    record.note_failure(error)
    return problem(request, 500, english(Message("admin_api.failed")))


def _detail(error: HTTPException) -> str:
    """Return this API's own sentence, or "" for Starlette's, which only repeats the status."""
    return "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail


def problem(request: Request, status: int, detail: str = "", *, headers: Mapping[str, str] | None = None, **members: Any) -> Response:
    """Build a problem document."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"detail": detail} if detail else {}
    return JSONResponse({**body, **members, "request_id": _request_id(request)}, status, headers, MEDIA_TYPE)


def _oauth(request: Request, error: OAuthError) -> Response:
    _audit(request, error.code)
    code = {"error": error.code} if error.code else {}
    return problem(request, error.http_status, error.description, headers=error.headers, **code)


def _domain(request: Request, error: IdpError) -> Response:
    if isinstance(error, Forbidden):
        _audit(request, error.description)
    members: dict[str, Any] = {}
    if isinstance(error, Invalid) and error.field:
        members = {"errors": [{"field": error.field, "detail": error.description}]}
    if isinstance(error, Unprocessable):
        members = {"errors": error.problems}
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Throttled | Unavailable) else None
    return problem(request, error.status, error.description, headers=headers, **members)


def _validation(request: Request, error: RequestValidationError) -> Response:
    """Build the answer for input that does not match the schema. An invalid id in the path is an unknown one: 404."""
    found = error.errors()
    if any(each["loc"][0] == "path" for each in found):
        return problem(request, 404, english(Message("request.not_found")))
    errors = describe_errors(found, error.body)
    return problem(request, 400, summarise(errors), errors=errors)


def _audit(request: Request, reason: str) -> None:
    """Write the event of a refusal. A caller without a valid token gets none, so that strangers cannot make this provider write."""
    principal = request.scope.get("idp.principal")
    if principal is None:
        return
    services: AdminServices = request.app.state.services
    actor, path = principal.actor, request.url.path
    shown = path if len(path) <= _LONGEST_PATH else path[:_LONGEST_PATH] + "…"
    services.audit.record(
        _REFUSED, origin=actor.origin, outcome="failure", actor=actor.id, target=f"{request.method} {shown}", reason=reason
    )


def _list_allowed_methods(request: Request) -> str:
    """Return all methods of the address (RFC 9110 §15.5.6: Allow). The router knows the methods of one route only."""
    here = (route for route in request.app.state.routes if route.path_regex.match(request.url.path))
    return ", ".join(sorted({method for route in here for method in route.methods or ()}))


def _request_id(request: Request) -> str:
    return str(request.scope.get("idp.request_id", ""))
