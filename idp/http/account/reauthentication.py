"""The person confirms with password and code before a change of factors, if the sign-in is older than five minutes (H-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http import cookies, csrf
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


def page(request: Request, visitor: Visitor, *, next_: str, error: FormError | None = None, status: int = 200) -> Response:
    """The form. `next_`: the path of the act that is confirmed."""
    s, user = services(request), visitor.user
    return render(
        request, "reauthenticate.html", status=status, email=user.email, needs_code=user.totp_enabled, next=next_, error=error,
        minimum=s.settings.password_min_length, csrf=csrf.token(request, visitor.session.id),
    )  # fmt: skip


def confirm_presence(request: Request, visitor: Visitor, sent: Params) -> Session:
    """Check what the person typed: the new session, which replaces the visitor's."""
    s = services(request)
    return s.account.confirm(
        visitor, sent.get("password") or "", sent.get("code") or "", device=cookies.read(request, cookies.DEVICE, s.settings),
        origin=origin(request), now=s.clock(),
    )  # fmt: skip
