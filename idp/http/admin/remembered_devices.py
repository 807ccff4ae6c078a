"""The remembered devices of a user: browsers in which the user is not asked for the second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.pagination import Paged, make_page, take_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import DeviceId, UserId
from idp.http.admin.schemas.remembered_devices import RememberedDevicePage
from idp.http.admin.scopes import needs

if TYPE_CHECKING:
    from idp.domain.factors.remembered_device import RememberedDevice

router = APIRouter(prefix=PREFIX + "/users/{user_id}/remembered-devices", tags=["Sessions and grants"], route_class=StrictRoute)


@router.get("", response_model=RememberedDevicePage, responses=refuses(404), **needs("sessions:read"))
def list_remembered_devices(ctx: Ctx, user_id: UserId, paged: Paged) -> Response:
    """List the browsers in which a user is not asked for the second factor, the newest first."""
    place, user = ctx.place("remembered-devices", user_id), ctx.services.user_service.get(user_id, scope=ctx.scope)
    after, found = ctx.cursors.open(place, paged.cursor), ctx.services.remembered_device_list.of(user, scope=ctx.scope)
    shown, more = take_page(found, lambda one: (one.created_at, one.id), after, paged.limit)
    return reply(make_page(ctx.cursors, place, [serialise(one) for one in shown], more))


@router.delete("", status_code=204, responses=refuses(404), **needs("sessions:write"))
def forget_remembered_devices(ctx: Ctx, user_id: UserId) -> Response:
    """Forget all remembered devices of a user. The next sign-in in each asks for the second factor; sessions go on."""
    user = ctx.services.user_service.get(user_id, scope=ctx.scope)
    ctx.services.remembered_device_list.remove_all(user, ctx.by, scope=ctx.scope)
    return no_content()


@router.delete("/{device_id}", status_code=204, responses=refuses(404), **needs("sessions:write"))
def forget_remembered_device(ctx: Ctx, user_id: UserId, device_id: DeviceId) -> Response:
    """Forget one remembered device. The next sign-in there asks for the second factor; sessions go on."""
    user = ctx.services.user_service.get(user_id, scope=ctx.scope)
    ctx.services.remembered_device_list.remove(user, device_id, ctx.by, scope=ctx.scope)
    return no_content()


def serialise(it: RememberedDevice) -> dict[str, Any]:
    """Return a remembered device."""
    return {
        "id": it.id, "user_agent": it.user_agent, "address": it.address, "created_at": present.moment(it.created_at),
        "expires_at": present.moment(it.expires_at),
    }  # fmt: skip
