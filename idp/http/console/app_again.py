"""A form about an app with wrong input, or with a right that the admin lacks, is answered with its page again: what was typed is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden
from idp.http.console.again import answer_or_again
from idp.http.form_error import FormError
from idp.telemetry import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from idp.http.sign_in.page_again import PageAgain


def answer_or_typed(act: Callable[[], Response], again: PageAgain) -> Response:
    """Return the response of `act`; the page again as `answer_or_again` does, and with 403 for a member that needs more rights."""
    try:
        return answer_or_again(act, again)
    except Forbidden as lacking:
        record.note_refusal(lacking)
        return again(error=FormError(lacking.message), status=403)
