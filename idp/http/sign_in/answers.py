"""What a step that goes wrong answers: its page once more, with a sentence. The one place where handlers' refusals are caught."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

from idp.domain.errors import Invalid, Throttled
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response


class Sentence(str):
    """What a page says is wrong; `field` names the one that it is about, where it is about one (WCAG 2.2, 3.3.1)."""

    __slots__ = ("field",)
    field: str

    def __new__(cls, words: str, field: str) -> Self:
        """Words, and what they are about."""
        made = super().__new__(cls, words)
        made.field = field
        return made


class Page(Protocol):
    """A page that can be shown again."""

    def __call__(self, *, error: str, status: int) -> Response:
        """The page with this error."""
        ...


def answered(act: Callable[[], Response], *, otherwise: Page) -> Response:
    """The answer of `act`; the page again, as 422, for input that is wrong, and as 429 with Retry-After for too much of it."""
    try:
        return act()
    except Invalid as wrong:
        record.note_refusal(wrong)
        return otherwise(error=Sentence(wrong.description, wrong.field), status=422)
    except Throttled as wait:
        record.note_refusal(wait)
        record.count("Lockouts")
        response = otherwise(error=f"Too many attempts. Wait {_readable(wait.retry_after)} and try again.", status=429)
        response.headers["Retry-After"] = str(wait.retry_after)
        return response


def _readable(seconds: int) -> str:
    minute = 60
    if seconds < minute:
        return f"{seconds} seconds"
    minutes = -(-seconds // minute)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
