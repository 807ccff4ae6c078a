"""The browsers in which the person is not asked for the second factor: their list on the account page, and their removal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http import cookies
from idp.http.account.moment import moment
from idp.http.account.signed_in import redirect_to_account, signed_in_form
from idp.http.request import origin
from idp.http.services import services
from idp.services.audit.recorder import Actor

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.params import Params


def rows(request: Request, user: User) -> dict[str, Any]:
    """The values of the section: its rows. Without a second factor, or if the deployment remembers no devices, there is no call."""
    s = services(request)
    if not (s.settings.remember_device_days and user.has_second_factor):
        return {"remembered_devices": []}
    here = s.remembered_devices.id_of(cookies.read(request, cookies.REMEMBERED, s.settings), user)
    return {
        "remembered_devices": [
            {
                "id": one.id, "user_agent": one.user_agent, "address": one.address, "current": one.id == here,
                "since": moment(one.created_at), "until": moment(one.expires_at),
            }
            for one in s.remembered_device_list.of(user, scope=DEPLOYMENT)
        ]
    }  # fmt: skip


@signed_in_form
def forget(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/devices/forget: forget one device, or all."""
    listed, by = services(request).remembered_device_list, Actor(visitor.user.id, origin(request), frozenset())
    if sent.get("all"):
        listed.remove_all(visitor.user, by, scope=DEPLOYMENT)
        return redirect_to_account("devices-forgotten")
    listed.remove(visitor.user, sent.one("device"), by, scope=DEPLOYMENT)
    return redirect_to_account("device-forgotten")
