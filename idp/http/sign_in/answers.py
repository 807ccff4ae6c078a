"""What a step that goes wrong answers: its page once more, with an error. The one place where handlers' refusals are caught."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.domain.errors import Invalid, Throttled
from idp.domain.message import Message
from idp.http.form_error import FormError
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response


class Page(Protocol):
    """A page that can be shown again."""

    def __call__(self, *, error: FormError, status: int) -> Response:
        """The page with this error."""
        ...


def answered(act: Callable[[], Response], *, otherwise: Page) -> Response:
    """The answer of `act`; the page again, as 422, for input that is wrong, and as 429 with Retry-After for too much of it."""
    try:
        return act()
    except Invalid as wrong:
        record.note_refusal(wrong)
        return otherwise(error=FormError(wrong.message, wrong.field), status=422)
    except Throttled as wait:
        record.note_refusal(wait)
        record.count("Lockouts")
        response = otherwise(error=FormError(_wait(wait.retry_after)), status=429)
        response.headers["Retry-After"] = str(wait.retry_after)
        return response


def _wait(seconds: int) -> Message:
    """What a person is told who has to wait so many seconds."""
    minute = 60
    if seconds < minute:
        return Message("service.wait_seconds", seconds=seconds)
    minutes = -(-seconds // minute)
    return Message("service.wait_a_minute") if minutes == 1 else Message("service.wait_minutes", minutes=minutes)
