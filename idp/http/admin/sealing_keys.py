"""Sealing keys: ids and states. The keys themselves never leave the keyring."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, reply, require_deployment
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.keys import SealingKey, SealingKeyPage
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.keys.sealing_keys import SealingKeyInfo

router = APIRouter(
    prefix=PREFIX + "/sealing-keys", tags=["Sealing keys"], route_class=StrictRoute, dependencies=[Depends(require_deployment)]
)
SealingKeyId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The key's id, from the list.")]


@router.get("", response_model=SealingKeyPage, responses=refuses(), **needs("keys:read"))
def list_sealing_keys(ctx: Ctx) -> Response:
    """List all sealing keys, the newest first."""
    return reply({"items": [_serialise(key) for key in ctx.services.sealing_keys.listing()], "next_cursor": None})


@router.post("/rotate", response_model=SealingKey, responses=refuses(409, 415, 422), **needs("keys:write"))
def rotate_sealing_keys(ctx: Ctx, once: OnceOnly) -> Response:
    """Add a key, which seals after two minutes. The earlier key opens what it sealed until that expires, so no user is signed out."""

    def rotate() -> Answer:
        key = ctx.services.sealing_keys.rotate(by=ctx.by)
        return answer(_serialise(key))

    return once.run(rotate)


@router.post("/{key_id}/revoke", status_code=204, responses=refuses(404, 409, 422), **needs("keys:write"))
def revoke_sealing_key(ctx: Ctx, key_id: SealingKeyId) -> Response:
    """Revoke a key in an emergency. Everything that it sealed is refused.

    All people whose session or refresh token it sealed must sign in again. Running environments notice it within a minute.
    """
    ctx.services.sealing_keys.revoke(key_id, by=ctx.by)
    return Response(status_code=204)


def _serialise(key: SealingKeyInfo) -> dict[str, Any]:
    times = {"created_at": present.moment(key.created_at), "opens_until": present.moment(key.opens_until)}
    return {"id": key.id, "state": key.state, **times}
