"""The person confirms that it is them before a change of factors, if the sign-in is older than five minutes (H-06).

They use a passkey that checks who they are, or the password with a code: of the authenticator app, or a recovery code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.http import cookies, csrf
from idp.http.account.act_words import words_of
from idp.http.language import texts_of
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def page(
    request: Request, visitor: Visitor, *, next_: str, passkey: str = "", chosen: Mapping[str, str] | None = None,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The form. `next_`: the path of the act that is confirmed, which the page names.

    `passkey`: the id of the passkey that the act is about. `chosen`: other fields that say what the act
    is about. With a connection, the act leads away from this site.
    """
    s, user = services(request), visitor.user
    asked: dict[str, Any] = {}
    if user.passkeys:
        from idp.http.passkey_fields import passkey_fields
        from idp.services.passkeys.authentication import CONFIRM

        asked = {**passkey_fields(s.passkey_authentication.request(user, CONFIRM, visitor.session.id))}
    return render(
        request, "reauthenticate.html", status=status, email=user.email, needs_code=user.totp_enabled, next=next_, error=error,
        act=words_of(next_, user, texts_of(request)),
        chosen=chosen or {}, leads_away="connection" in (chosen or {}), passkey=passkey, passkeys=bool(user.passkeys),
        passwords=user.password_hash is not None,
        minimum=s.settings.password_min_length, csrf=csrf.token(request, visitor.session.id), **asked,
    )  # fmt: skip


def confirm_presence(request: Request, visitor: Visitor, sent: Params) -> Session:
    """Check what the person sent: the new session, which replaces the visitor's."""
    s = services(request)
    if sent.get("credential"):
        from idp.http.passkey_fields import answer_of
        from idp.services.passkeys.authentication import CONFIRM

        used = s.passkey_authentication.use(
            visitor.user, CONFIRM, visitor.session.id, answer_of(sent), origin=origin(request), now=s.clock()
        )  # fmt: skip
        return s.account.confirm_by_passkey(visitor, used, origin=origin(request))
    return s.account.confirm(
        visitor, sent.get("password") or "", sent.get("code") or "", device=cookies.read(request, cookies.DEVICE, s.settings),
        origin=origin(request), now=s.clock(),
    )  # fmt: skip
