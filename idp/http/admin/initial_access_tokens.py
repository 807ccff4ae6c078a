"""Initial access tokens, with which apps are registered (RFC 7591 §3)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.apps import initial_access_token
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.initial_access_tokens import InitialAccessTokenPage, InitialAccessTokenWithSecret, NewInitialAccessToken
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer
from idp.services.apps.client_metadata import values

router = APIRouter(prefix=PREFIX + "/initial-access-tokens", tags=["Apps"], route_class=StrictRoute)
TokenId = Annotated[str, Path(pattern="^[A-Za-z0-9._~-]{1,128}$", description="The token's id: the part before the dot.")]


@router.get("", response_model=InitialAccessTokenPage, responses=refuses(), **needs("clients:read"))
def list_initial_access_tokens(ctx: Ctx, paged: Paged) -> Response:
    """List the tokens with which apps can be registered."""
    place = ctx.place("initial-access-tokens")
    tokens, more = ctx.services.initial_access.listing(limit=paged.limit, start=ctx.cursors.open(place, paged.cursor), scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [_show(token) for token in tokens], more))


@router.post(
    "", response_model=InitialAccessTokenWithSecret, status_code=201, responses=refuses(422, created=True), **needs("clients:write")
)
def create_initial_access_token(ctx: Ctx, once: OnceOnly, new: NewInitialAccessToken) -> Response:
    """Create a token with which apps can be registered. The answer contains the token, which is shown once."""

    def create() -> Answer:
        made, token = ctx.services.initial_access.create(
            lifetime=new.expires_in, max_uses=new.max_uses, scopes=values.scope("scope", new.scope),
            resources=values.resources("resources", new.resources), note=new.note, by=ctx.by, scope=ctx.scope,
        )  # fmt: skip
        return answer(_show(made) | {"token": token}, 201, location=f"{PREFIX}/initial-access-tokens/{made.id}")

    return once.run(create)


@router.delete("/{token_id}", status_code=204, responses=refuses(404), **needs("clients:write"))
def delete_initial_access_token(ctx: Ctx, token_id: TokenId) -> Response:
    """Delete a token. Apps that were registered with it stay."""
    ctx.services.initial_access.delete(token_id, by=ctx.by, scope=ctx.scope)
    return no_content()


def _show(it: initial_access_token.InitialAccessToken) -> dict[str, Any]:
    return {
        "id": it.id, "note": it.note, "scope": " ".join(it.scopes), "resources": list(it.resources), "max_uses": it.max_uses,
        "uses": it.uses, "created_at": present.moment(it.created_at), "expires_at": present.moment(it.expires_at),
    }  # fmt: skip
