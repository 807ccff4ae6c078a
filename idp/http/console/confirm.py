"""Before a dangerous act, an admin whose sign-in is older than five minutes confirms that it is them (threats Q-10).

The page names the act, and has its fields, so the act follows in the same request as the confirmation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.errors import Invalid, MalformedInput, Throttled
from idp.domain.message import Message
from idp.http.account.reauthentication import confirm_presence
from idp.http.console import kept
from idp.http.console.act_words import act_of
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.form_error import FormError
from idp.http.language import texts_of
from idp.http.services import services
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session
    from idp.http.console.pages import Page
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_MINUTE = 60


class Confirmed(NamedTuple):
    """The session that replaces the admin's."""

    session: Session


def confirmation(request: Request, visit: Visit, sent: Params, of: Page) -> Confirmed | Response:
    """Check the confirmation of this form. Without one, or with a wrong one, return the page that asks for it.

    `of`: the page of the act.
    """
    if not sent.get("confirming"):
        return _page(request, visit, sent, of)
    try:
        return Confirmed(confirm_presence(request, visit.visitor, sent))
    except Invalid as wrong:
        record.note_refusal(wrong)
        status = 400 if isinstance(wrong, MalformedInput) else 422
        return _page(request, visit, sent, of, error=FormError(wrong.message, wrong.field), status=status)
    except Throttled as wait:
        record.note_refusal(wait)
        minutes = -(-wait.retry_after // _MINUTE)
        message = Message("service.wait_minutes", minutes=minutes) if minutes > 1 else Message("service.wait_a_minute")
        response = _page(request, visit, sent, of, error=FormError(message), status=429)
        response.headers["Retry-After"] = str(wait.retry_after)
        return response


def _page(request: Request, visit: Visit, sent: Params, of: Page, *, error: FormError | None = None, status: int = 200) -> Response:
    s, user = services(request), visit.visitor.user
    asked: dict[str, Any] = {}
    if user.passkeys:
        from idp.http.passkey_fields import passkey_fields
        from idp.services.passkeys.authentication import CONFIRM

        asked = {**passkey_fields(s.passkey_authentication.request(user, CONFIRM, visit.visitor.session.id))}
    path: str = request.scope["path"]
    return show(
        request, "confirm.html", status=status, error=error, act=act_of(of.path, texts_of(request)), action=path,
        fields=kept.fields_of(sent), email=user.email, needs_code=user.totp_enabled, passkeys=bool(user.passkeys),
        passwords=user.password_hash is not None, back=path.rpartition("/")[0] or HOME, sign_in="/login?again=1&to=" + HOME, **asked,
    )  # fmt: skip
