"""Apps (threats E-10, E-11, J-05, J-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from idp.domain.access.roles import RoleModel
from idp.domain.errors import NotFound
from idp.domain.search_text import LONGEST
from idp.http.admin import present
from idp.http.admin.context import Context, Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.client_changes import ClientChanges, NewClient
from idp.http.admin.schemas.clients import Client, ClientPage, ClientWithSecret, Rotation
from idp.http.admin.schemas.common import ClientId
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.apps import client as domain

router = APIRouter(prefix=PREFIX + "/clients", tags=["Apps"], route_class=StrictRoute)
Prefix = Annotated[str | None, Query(min_length=1, max_length=128, description="The beginning of the client_id.")]

Part = Annotated[
    str | None,
    Query(
        min_length=1, max_length=LONGEST, examples=["shop"],
        description="Words. Each must occur in the client_id or in the client_name. Case is ignored.",
    ),
]  # fmt: skip


@router.get("", response_model=ClientPage, responses=refuses(), **needs("clients:read"))
def list_clients(ctx: Ctx, paged: Paged, client_id: Prefix = None, search: Part = None) -> Response:
    """List apps by client_id, or find those that match all conditions.

    `search` reads one app after the other, and a page ends after 500 apps (`searched`). So a page can be short or empty although there is a
    `next_cursor`. The list can be a moment old; a single app is always current.
    """
    place = ctx.place("clients", client_id or "", search or "")
    start = ctx.cursors.open(place, paged.cursor)
    found = ctx.services.client_service.search(client_id or "", text=search or "", limit=paged.limit, start=start, scope=ctx.scope)
    model = ctx.read_roles(*(client.roles for client in found.items if not client.org_id))
    shown = [present.serialise_client(each, _roles_of(ctx, each) if each.org_id else model) for each in found.items]
    body = make_page(ctx.cursors, place, shown, found.more)
    return reply(body | {"searched": found.searched})


@router.post("", response_model=ClientWithSecret, status_code=201, responses=refuses(409, 422, created=True), **needs("clients:write"))
def create_client(ctx: Ctx, once: OnceOnly, new: NewClient) -> Response:
    """Register an app. The answer contains its secret, which is shown once.

    The token needs the scopes for all that the app may do: the scopes of this API that it gets; users:read for an app that asks no consent;
    users:write for impersonation; issuers:write for ID-JAGs; roles:write for roles and claim_mappings.
    """
    members = _members(ctx, new)

    def create() -> Answer:
        client, secret = ctx.services.client_service.create(members, by=ctx.by, scope=ctx.scope)
        body = present.serialise_client_with_secret(client, secret, _roles_of(ctx, client))
        return answer(body, 201, version=client.version, location=f"{PREFIX}/clients/{client.id}")

    return once.run(create)


@router.get("/{client_id}", response_model=Client, responses=refuses(404, ok=ETAG), **needs("clients:read"))
def get_client(ctx: Ctx, client_id: ClientId) -> Response:
    """Get one app, without its secrets."""
    client = ctx.services.client_service.get(client_id, scope=ctx.scope)
    return reply(present.serialise_client(client, _roles_of(ctx, client)), version=client.version)


@router.patch("/{client_id}", response_model=Client, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs("clients:write"))
def change_client(ctx: Ctx, client_id: ClientId, changes: ClientChanges, expected: Expected) -> Response:
    """Change an app by an RFC 7396 patch, as application/merge-patch+json or application/json.

    The provider applies the change at once. An API that checks access tokens by itself accepts existing ones until they expire. The token
    needs the scopes for all that the app may do, before and after the change, as for registration. clients:write alone is enough to disable
    an app that cannot use this API. An app cannot change its own roles and claim_mappings.
    """
    client = ctx.services.client_service.patch(client_id, _members(ctx, changes), by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(present.serialise_client(client, _roles_of(ctx, client)), version=client.version)


@router.delete("/{client_id}", status_code=204, responses=refuses(404, 409, 412), **needs("clients:write"))
def delete_client(ctx: Ctx, client_id: ClientId, expected: Expected) -> Response:
    """Delete an app. Its codes and tokens are refused from now on, even if a new app gets its client_id."""
    ctx.services.client_service.delete(client_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


@router.post(
    "/{client_id}/rotate-secret", response_model=ClientWithSecret, responses=refuses(404, 409, 412, 422, ok=ETAG), **needs("clients:write")
)
def rotate_secret(
    ctx: Ctx, once: OnceOnly, client_id: ClientId, expected: Expected, rotation: Annotated[Rotation | None, Body()] = None
) -> Response:
    """Give an app a new secret, which is shown once. The old one ends at once, or after `overlap_seconds`."""
    asked = rotation or Rotation()
    own = asked.secret or ""

    def rotate() -> Answer:
        client, secret = ctx.services.client_service.rotate_secret(
            client_id, asked.overlap_seconds, by=ctx.by, expected=expected, scope=ctx.scope, secret=own
        )
        shown = None if own else secret
        return answer(present.serialise_client_with_secret(client, shown, _roles_of(ctx, client)), version=client.version)

    return once.run(rotate)


def _members(ctx: Context, sent: ClientChanges) -> dict[str, Any]:
    members = sent.model_dump(exclude_unset=True, by_alias=True)
    if access := {"roles", "claim_mappings"} & set(members):
        ctx.require_scope("roles:write", *sorted(access))
    return members


def _roles_of(ctx: Context, client: domain.Client) -> RoleModel:
    """Return the roles that the client can have: those of its organisation, or of the deployment. None if the organisation is gone."""
    if not client.org_id or not client.roles:
        return ctx.read_roles(client.roles)
    try:
        return RoleModel(ctx.services.organisation_role_service.model(client.org_id, scope=ctx.scope).roles)
    except NotFound:
        return RoleModel()
