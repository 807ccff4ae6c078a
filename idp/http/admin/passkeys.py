"""The passkeys of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import UserId
from idp.http.admin.schemas.passkeys import PasskeyPage
from idp.http.admin.scopes import needs

if TYPE_CHECKING:
    from idp.domain.passkeys.passkey import Passkey

router = APIRouter(prefix=PREFIX + "/users/{user_id}/passkeys", tags=["Users"], route_class=StrictRoute)
PasskeyId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$", description="The passkey's id, from the list.")]


@router.get("", response_model=PasskeyPage, responses=refuses(404), **needs("users:read"))
def list_passkeys(ctx: Ctx, user_id: UserId) -> Response:
    """List the passkeys of a user, the oldest first."""
    found = ctx.services.passkey_service.of(user_id, scope=ctx.scope)
    return reply({"items": [serialise_passkey(each) for each in found], "next_cursor": None})


@router.delete("/{passkey_id}", status_code=204, responses=refuses(404, 409), **needs("users:write"))
def remove_passkey(ctx: Ctx, user_id: UserId, passkey_id: PasskeyId) -> Response:
    """Remove a passkey, for example of a lost device. All sessions and grants of the user end. The recovery codes go with the last
    second factor.
    """
    ctx.services.passkey_service.remove(user_id, passkey_id, by=ctx.by, scope=ctx.scope)
    return no_content()


def serialise_passkey(it: Passkey) -> dict[str, Any]:
    """Return a passkey."""
    return {
        "id": it.id, "name": it.name, "backup_eligible": it.backup_eligible, "backed_up": it.backed_up, "user_verified": it.user_verified,
        "aaguid": it.aaguid, "created_at": present.moment(it.created_at),
        "last_used_at": present.moment(it.used_at) if it.used_at else None,
    }  # fmt: skip
