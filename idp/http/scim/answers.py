"""Answers of SCIM, and the one renderer of its errors (RFC 7644 §3.12). A refusal repeats no input and shows nothing internal."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from idp.domain.errors import Conflict, IdpError, InvalidToken, OAuthError, Throttled, Unavailable
from idp.domain.message import Message
from idp.domain.scim.refusal import ScimRefusal
from idp.http.scim.requests import MEDIA_TYPE
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_ROUTER = {404: Message("scim.unknown"), 405: Message("request.method_not_allowed")}


class Answer(NamedTuple):
    """An answer. `body`: None for none."""

    status: int
    body: dict[str, Any] | None = None
    headers: Mapping[str, str] = {}

    def response(self) -> Response:
        """Return it as a response."""
        content = b"" if self.body is None else json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return Response(content, self.status, dict(self.headers), None if self.body is None else MEDIA_TYPE)


def refusal(error: Exception) -> Answer:  # noqa: PLR0911  # a table of kinds
    """Return the answer to an error."""
    record.note_refusal(error)
    match error:
        case ScimRefusal():
            return _answer(error.http_status, error.message, scim_type=error.scim_type)
        case InvalidToken():
            return _answer(401, error.message, headers={"WWW-Authenticate": 'Bearer realm="scim"'})
        case OAuthError():
            return _answer(error.http_status, error.message)
        case Throttled() | Unavailable():
            return _answer(error.status, error.message, headers={"Retry-After": str(error.retry_after)})
        case Conflict():
            return _answer(409, error.message, scim_type="uniqueness" if error.message.id.startswith("email.") else "")
        case IdpError():
            return _answer(error.status, error.message, scim_type="invalidValue" if error.status == HTTPStatus.BAD_REQUEST else "")
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            message = _ROUTER.get(error.status_code) or Message("request.refused", reason=phrase)
            return _answer(error.status_code, message, headers=dict(error.headers or {}))
    record.note_failure(error)
    return _answer(500, Message("service.failed"))


def render_error(request: Request, error: Exception) -> Response:
    """Render an error, and record it in the log line."""
    del request
    return refusal(error).response()


def _answer(status: int, message: Message, *, scim_type: str = "", headers: Mapping[str, str] = {}) -> Answer:  # it is never changed
    from idp.domain.messages import render

    told = {"schemas": [ERROR], "status": str(status), "detail": render(message)}
    return Answer(status, told | ({"scimType": scim_type} if scim_type else {}), headers)
