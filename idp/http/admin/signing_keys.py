"""Signing keys: public parts and states. Private parts never leave the keyring (threats D-16, K-05)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Context, Ctx, answer, reply, require_deployment
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import KeyId
from idp.http.admin.schemas.keys import Key, KeyPage, KeyRotation, RotatedKeys
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.keys.key_rotation import KeyInfo

router = APIRouter(prefix=PREFIX + "/keys", tags=["Signing keys"], route_class=StrictRoute, dependencies=[Depends(require_deployment)])


@router.get("", response_model=KeyPage, responses=refuses(), **needs("keys:read"))
def list_keys(ctx: Ctx) -> Response:
    """List all signing keys, the newest first."""
    published = _read_published(ctx)
    return reply({"items": [present.serialise_key(key, published) for key in ctx.services.key_rotation.listing()], "next_cursor": None})


@router.post("/rotate", response_model=RotatedKeys, responses=refuses(409, 415, 422), **needs("keys:write"))
def rotate_keys(ctx: Ctx, once: OnceOnly, rotation: Annotated[KeyRotation | None, Body()] = None) -> Response:
    """Rotate the signing keys of all algorithms, or of `alg`: the next key becomes active. `idp keys rotate` does the same.

    The old keys verify until their last token has expired. The answer contains the keys that sign now. The answer is 409 if a next key has
    been in the JWK Set for less than two hours, unless `at_once` is true. Then nothing is rotated.
    """
    asked = rotation or KeyRotation()
    named = [asked.alg] if "alg" in asked.model_fields_set else []

    def rotate() -> Answer:
        found = ctx.services.key_rotation.rotate(*named, at_once=asked.at_once, by=ctx.by)
        published = _read_published(ctx)
        return answer({"items": [present.serialise_key(active, published) for active in found]})

    return once.run(rotate)


@router.post("/{kid}/revoke", response_model=Key, responses=refuses(404, 409, 422), **needs("keys:write"))
def revoke_key(ctx: Ctx, once: OnceOnly, kid: KeyId) -> Response:
    """Revoke a key in an emergency. Everything that it signed is refused, and another key signs at once.

    All callers need new tokens, you too. Apps and APIs notice it when they load the JWK Set again.
    """

    def revoke() -> Answer:
        key = ctx.services.key_rotation.revoke(kid, by=ctx.by)
        return _serialise(ctx, key)

    return once.run(revoke)


def _serialise(ctx: Context, key: KeyInfo) -> Answer:
    return answer(present.serialise_key(key, _read_published(ctx)))


def _read_published(ctx: Context) -> dict[str, dict[str, str]]:
    return {jwk["kid"]: jwk for jwk in ctx.services.keyring.jwks()["keys"]}
