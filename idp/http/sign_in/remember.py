"""The checkbox of the second factor with which a person is not asked for it again in this browser for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sessions.sign_in_rules import may_skip_second_factor
from idp.http import cookies
from idp.http.request import origin
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.params import Params
    from idp.services.sessions.remembered_devices import NewDevice


def offered_days(request: Request, asked: AuthorizationRequest, visitor: Visitor) -> int:
    """The number of days to offer. 0 if the deployment remembers no devices, or a remembered device would not count for this sign-in."""
    days = services(request).settings.remember_device_days
    by_password = visitor.session.amr[:1] == ("pwd",)
    return days if by_password and may_skip_second_factor(asked, visitor.user, visitor.client) else 0


def new_device(request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> NewDevice | None:
    """The device that the person asked to remember, after the second factor was used; None if they did not, or it was not offered."""
    if not sent.get("remember") or not offered_days(request, asked, visitor):
        return None
    s = services(request)
    former = cookies.read(request, cookies.REMEMBERED, s.settings)
    return s.remembered_devices.remember(visitor.user, cookie=former, origin=origin(request), now=s.clock())
