"""Machine clients that an organisation makes for itself (threats Q-02, J-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.organizations import OrgId
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import ClientId
from idp.http.admin.schemas.organization_clients import (
    NewOrganizationClient,
    OrganizationClient,
    OrganizationClientChanges,
    OrganizationClientPage,
    OrganizationClientRotation,
    OrganizationClientWithSecret,
)
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.apps.client import Client

router = APIRouter(prefix=PREFIX + "/organizations/{org_id}/clients", tags=["Organizations"], route_class=StrictRoute)
_READ, _WRITE = "organizations:read", "organizations:write"


@router.get("", response_model=OrganizationClientPage, responses=refuses(404), **needs(_READ))
def list_organization_clients(ctx: Ctx, org_id: OrgId, paged: Paged) -> Response:
    """List the machine clients that the organisation made, by client_id. The list can be a moment old."""
    place = ctx.place("organization-clients", org_id)
    start = ctx.cursors.open(place, paged.cursor)
    found, more = ctx.services.machine_clients.listing(org_id, limit=paged.limit, start=start, scope=ctx.scope)
    return reply(make_page(ctx.cursors, place, [_show(each) for each in found], more))


@router.post(
    "", response_model=OrganizationClientWithSecret, status_code=201, responses=refuses(404, 409, 422, created=True), **needs(_WRITE)
)
def create_organization_client(ctx: Ctx, once: OnceOnly, org_id: OrgId, new: NewOrganizationClient) -> Response:
    """Make a machine client of the organisation. The answer contains its secret, which is shown once.

    It gets tokens for the organisation by client_credentials, with scopes that the deployment offers organisations
    (`IDP_ORGANIZATION_CLIENT_SCOPES`). The token needs each scope of this API that the client gets.
    """

    def create() -> Answer:
        given = new.model_dump(exclude_unset=True)
        made, secret = ctx.services.machine_clients.create(org_id, given, by=ctx.by, scope=ctx.scope)
        location = f"{PREFIX}/organizations/{org_id}/clients/{made.id}"
        return answer(_show(made) | {"client_secret": secret}, 201, version=made.version, location=location)

    return once.run(create)


@router.get("/{client_id}", response_model=OrganizationClient, responses=refuses(404, ok=ETAG), **needs(_READ))
def get_organization_client(ctx: Ctx, org_id: OrgId, client_id: ClientId) -> Response:
    """Get one machine client of the organisation, without its secrets."""
    found = ctx.services.machine_clients.get(org_id, client_id, scope=ctx.scope)
    return reply(_show(found), version=found.version)


@router.patch("/{client_id}", response_model=OrganizationClient, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs(_WRITE))
def change_organization_client(
    ctx: Ctx, org_id: OrgId, client_id: ClientId, changes: OrganizationClientChanges, expected: Expected
) -> Response:  # fmt: skip
    """Change a machine client of the organisation by an RFC 7396 patch. Disabling it ends its tokens."""
    wanted = changes.model_dump(exclude_unset=True)
    found = ctx.services.machine_clients.patch(org_id, client_id, wanted, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_show(found), version=found.version)


@router.post(
    "/{client_id}/rotate-secret", response_model=OrganizationClientWithSecret, responses=refuses(404, 409, 412, 422, ok=ETAG),
    **needs(_WRITE),
)  # fmt: skip
def rotate_organization_client_secret(
    ctx: Ctx, once: OnceOnly, org_id: OrgId, client_id: ClientId, expected: Expected,
    rotation: Annotated[OrganizationClientRotation | None, Body()] = None,
) -> Response:  # fmt: skip
    """Give a machine client of the organisation a new secret, which is shown once. The old one ends at once, or after `overlap_seconds`."""
    overlap = (rotation or OrganizationClientRotation()).overlap_seconds

    def rotate() -> Answer:
        found, secret = ctx.services.machine_clients.rotate_secret(
            org_id, client_id, overlap, by=ctx.by, expected=expected, scope=ctx.scope
        )  # fmt: skip
        return answer(_show(found) | {"client_secret": secret}, version=found.version)

    return once.run(rotate)


@router.delete("/{client_id}", status_code=204, responses=refuses(404, 409, 412), **needs(_WRITE))
def delete_organization_client(ctx: Ctx, org_id: OrgId, client_id: ClientId, expected: Expected) -> Response:
    """Delete a machine client of the organisation. Its tokens are refused from now on."""
    ctx.services.machine_clients.delete(org_id, client_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _show(it: Client) -> dict[str, Any]:
    return {
        "client_id": it.id, "client_name": it.name or None, "scope": " ".join(it.scopes), "resources": list(it.resources),
        "roles": sorted(it.roles or {}), "disabled": it.disabled,
        "secrets": [{"created_at": present.moment(s.created_at), "expires_at": present.moment(s.expires_at)} for s in it.secrets],
        "created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at),
    }  # fmt: skip
