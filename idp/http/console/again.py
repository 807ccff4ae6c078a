"""A form of the console with wrong input is answered with its page again: what was typed is kept, and the error is beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Conflict
from idp.http.form_error import FormError
from idp.http.sign_in.page_again import answer_or_page_again
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from idp.domain.errors import IdpError
    from idp.http.sign_in.page_again import PageAgain


def answer_or_again(
    act: Callable[[], Response], again: PageAgain, *, field_of_conflict: str = "", also: tuple[type[IdpError], ...] = ()
) -> Response:
    """Return the response of `act`. The page again with 409 for a Conflict, and as for every form for wrong input or too many attempts.

    A field of a claim is named as the form names it. `field_of_conflict`: the field whose value is taken. `also`: further refusals that
    are answered with the page, so that nothing is lost that was typed.
    """

    def page(*, error: FormError, status: int) -> Response:
        return again(error=FormError(error.message, error.field.removeprefix("claims.")), status=status)

    try:
        return answer_or_page_again(act, page)
    except Conflict as conflict:
        record.note_refusal(conflict)
        field = "email" if conflict.message.id.startswith("email.") else field_of_conflict
        return page(error=FormError(conflict.message, field), status=409)
    except also as refusal:
        record.note_refusal(refusal)
        return page(error=FormError(refusal.message), status=refusal.status)
