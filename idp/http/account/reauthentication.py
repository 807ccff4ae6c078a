"""Is it still the person? Asked before factors are changed, when the sign-in is older than five minutes (H-06)."""

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
    """The form. `next_`: what the person was about to do, by its path."""
    user = visitor.user
    return render(
        request, "reauthenticate.html", status=status, email=user.email, needs_code=user.totp_enabled, next=next_, error=error,
        csrf=csrf.token(request, visitor.session.id),
    )  # fmt: skip


def confirmed(request: Request, visitor: Visitor, sent: Params) -> Session:
    """The session of a visitor who proved that they are there; it takes the place of theirs."""
    s = services(request)
    return s.account.confirm(
        visitor, sent.get("password") or "", sent.get("code") or "", device=cookies.read(request, cookies.DEVICE, s.settings),
        origin=origin(request), now=s.clock(),
    )  # fmt: skip
