"""What the console answers instead of a page: a refusal, in words and with a way on."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from idp.domain.errors import IdpError, OAuthError, PageError, Throttled
from idp.domain.message import Message
from idp.domain.texts import marked
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.errors import BY_STATUS, render_error
from idp.http.language import texts_of
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_TITLES = {
    403: marked("You may not do this"), 404: marked("Not found"), 409: marked("That did not work"),
    412: marked("It was changed meanwhile"), 429: marked("Too many attempts"),
}  # fmt: skip


def render_refusal(request: Request, error: Exception) -> Response:
    """Render a refusal as a page of the console. Anything else is a failure, which the renderer of all errors answers and records."""
    if isinstance(error, HTTPException):
        phrase = HTTPStatus(error.status_code).phrase
        message = BY_STATUS.get(error.status_code) or Message("request.refused", reason=phrase)
        record.note_refusal(error)
        return refuse(request, message, error.status_code)
    if not isinstance(error, IdpError) or getattr(error, "status", 400) >= HTTPStatus.INTERNAL_SERVER_ERROR:  # Unavailable has Retry-After
        return render_error(request, error)
    record.note_refusal(error)
    status = error.http_status if isinstance(error, OAuthError | PageError) else error.status
    response = refuse(request, error.message, status)
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def refuse(request: Request, message: Message, status: int) -> Response:
    """Render the page. Its link leads to the address above this one."""
    path: str = request.scope["path"]
    above = path.rpartition("/")[0]
    back = above if above.startswith(HOME) and request.method == "POST" else HOME
    heading = texts_of(request).text(_TITLES.get(status, marked("That did not work")))
    return show(
        request, "refused.html", status=status, heading=heading, error=message, back=back,
        request_id=str(request.scope.get("idp.request_id", "")),
    )  # fmt: skip
