"""A form with wrong input is answered with its page again, with the error. This is the only place where handlers' errors are caught."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idp.domain.errors import Invalid, MalformedInput, Throttled
from idp.domain.message import Message
from idp.http.form_error import FormError
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response


_DEFAULT = "service.too_many_attempts"
"""The message of Throttled if its place in the code gave no other one. A person is told how long to wait instead."""


class PageAgain(Protocol):
    """A page that can be shown again with an error."""

    def __call__(self, *, error: FormError, status: int) -> Response:
        """Render the page with this error."""
        ...


def answer_or_page_again(act: Callable[[], Response], page_again: PageAgain) -> Response:
    """The response of `act`. The page again with 422 if it raises Invalid, with 429 and Retry-After if it raises Throttled.

    With 400 for MalformedInput, which no person typed.
    """
    try:
        return act()
    except Invalid as wrong:
        record.note_refusal(wrong)
        return page_again(error=FormError(wrong.message, wrong.field), status=400 if isinstance(wrong, MalformedInput) else 422)
    except Throttled as wait:
        record.note_refusal(wait)
        record.count("Lockouts")
        own = wait.message if wait.message.id != _DEFAULT else _wait(wait.retry_after)
        response = page_again(error=FormError(own), status=429)
        response.headers["Retry-After"] = str(wait.retry_after)
        return response


def _wait(seconds: int) -> Message:
    """The message for a person who must wait so many seconds."""
    minute = 60
    if seconds < minute:
        return Message("service.wait_seconds", seconds=seconds)
    minutes = -(-seconds // minute)
    return Message("service.wait_a_minute") if minutes == 1 else Message("service.wait_minutes", minutes=minutes)
