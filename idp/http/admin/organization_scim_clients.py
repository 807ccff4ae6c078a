"""SCIM clients of an organisation: its own directory makes and changes its people (RFC 7644; threats Q-02, J-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.organizations import OrgId
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.organization_scim_clients import (
    NewOrganizationScimClient,
    OrganizationScimClient,
    OrganizationScimClientChanges,
    OrganizationScimClientPage,
    OrganizationScimClientWithToken,
)
from idp.http.admin.schemas.scim_clients import ScimTokenRotation
from idp.http.admin.scim_clients import ScimClientId, show_scim_client
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.scim.client import ScimClient

router = APIRouter(prefix=PREFIX + "/organizations/{org_id}/scim-clients", tags=["Organizations"], route_class=StrictRoute)
_READ, _WRITE = "organizations:read", "organizations:write"
_OF_DEPLOYMENT = frozenset({"domains", "connection_id", "sets_passwords", "fills_groups"})


@router.get("", response_model=OrganizationScimClientPage, responses=refuses(404), **needs(_READ))
def list_organization_scim_clients(ctx: Ctx, org_id: OrgId) -> Response:
    """List all SCIM clients of the organisation."""
    found = ctx.services.organisation_scim_clients.listing(org_id, scope=ctx.scope)
    return reply({"items": [_show(ctx, each) for each in found], "next_cursor": None})


@router.post(
    "", response_model=OrganizationScimClientWithToken, status_code=201, responses=refuses(404, 409, 422, created=True), **needs(_WRITE)
)
def create_organization_scim_client(ctx: Ctx, once: OnceOnly, org_id: OrgId, new: NewOrganizationScimClient) -> Response:
    """Make a SCIM client of the organisation. The answer contains its token, which is shown once, and the base URL of SCIM.

    It needs `users:read` and `users:write`, too. The setting `IDP_ORGANIZATION_SCIM_CLIENTS` says how many an organisation may have.
    """

    def create() -> Answer:
        given = {name: value for name, value in new.model_dump(exclude_unset=True).items() if name not in {"id", "expires_in"}}
        made, token = ctx.services.organisation_scim_clients.create(
            org_id, new.id, given, lifetime=new.expires_in, by=ctx.by, scope=ctx.scope
        )  # fmt: skip
        return answer(_show(ctx, made) | {"token": token}, 201, version=made.version, location=_location(made))

    return once.run(create)


@router.get("/{scim_client_id}", response_model=OrganizationScimClient, responses=refuses(404, ok=ETAG), **needs(_READ))
def get_organization_scim_client(ctx: Ctx, org_id: OrgId, scim_client_id: ScimClientId) -> Response:
    """Get one SCIM client of the organisation."""
    found = ctx.services.organisation_scim_clients.get(org_id, scim_client_id, scope=ctx.scope)
    return reply(_show(ctx, found), version=found.version)


@router.patch("/{scim_client_id}", response_model=OrganizationScimClient, responses=refuses(404, 412, 415, ok=ETAG), **needs(_WRITE))
def change_organization_scim_client(
    ctx: Ctx, org_id: OrgId, scim_client_id: ScimClientId, changes: OrganizationScimClientChanges, expected: Expected
) -> Response:  # fmt: skip
    """Change a SCIM client of the organisation by an RFC 7396 patch. Its next request follows the change.

    It needs `users:read` and `users:write`, too, except to disable it.
    """
    written = ctx.services.organisation_scim_clients.patch(
        org_id, scim_client_id, changes.model_dump(exclude_unset=True), by=ctx.by, expected=expected, scope=ctx.scope
    )
    return reply(_show(ctx, written), version=written.version)


@router.post(
    "/{scim_client_id}/token", response_model=OrganizationScimClientWithToken, status_code=201,
    responses=refuses(404, 412, 422, created=True), **needs(_WRITE),
)  # fmt: skip
def rotate_organization_scim_token(
    ctx: Ctx, org_id: OrgId, scim_client_id: ScimClientId, once: OnceOnly, rotation: ScimTokenRotation, expected: Expected
) -> Response:  # fmt: skip
    """Make a new token. The earlier one stays valid for a time. It needs `users:read` and `users:write`, too."""

    def rotate() -> Answer:
        made, token = ctx.services.organisation_scim_clients.rotate_token(
            org_id, scim_client_id, lifetime=rotation.expires_in, overlap=rotation.overlap, by=ctx.by, expected=expected, scope=ctx.scope
        )
        return answer(_show(ctx, made) | {"token": token}, 201, version=made.version, location=_location(made))

    return once.run(rotate)


@router.delete("/{scim_client_id}", status_code=204, responses=refuses(404, 412), **needs(_WRITE))
def delete_organization_scim_client(ctx: Ctx, org_id: OrgId, scim_client_id: ScimClientId, expected: Expected) -> Response:
    """Delete a SCIM client of the organisation. Its tokens end at once. Its people stay, and belong to it again only under the same id."""
    ctx.services.organisation_scim_clients.delete(org_id, scim_client_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _location(it: ScimClient) -> str:
    return f"{PREFIX}/organizations/{it.org_id}/scim-clients/{it.own_id}"


def _show(ctx: Ctx, it: ScimClient) -> dict[str, Any]:
    told = show_scim_client(ctx, it) | {"id": it.own_id}
    return {name: value for name, value in told.items() if name not in _OF_DEPLOYMENT}
