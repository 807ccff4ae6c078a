"""Connections of an organisation: its own admins say by which provider its people sign in (threats Q-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.responses import Response

from idp.http.admin.connections import ConnectionId, sent_members, show_connection
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.organizations import OrgId
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.organization_connections import (
    NewOrganizationConnection,
    OrganizationConnection,
    OrganizationConnectionChanges,
    OrganizationConnectionPage,
)
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.connections import connection as domain

router = APIRouter(prefix=PREFIX + "/organizations/{org_id}/connections", tags=["Organizations"], route_class=StrictRoute)
_READ, _WRITE = "organizations:read", "organizations:write"
_SHOWN = frozenset(OrganizationConnection.model_fields)


@router.get("", response_model=OrganizationConnectionPage, responses=refuses(404), **needs(_READ))
def list_organization_connections(ctx: Ctx, org_id: OrgId) -> Response:
    """List all connections of the organisation."""
    found = ctx.services.organisation_connections.listing(org_id, scope=ctx.scope)
    return reply({"items": [_show(ctx, each) for each in found], "next_cursor": None})


@router.post("", response_model=OrganizationConnection, status_code=201, responses=refuses(404, 409, 422, created=True), **needs(_WRITE))
def create_organization_connection(ctx: Ctx, once: OnceOnly, org_id: OrgId, new: NewOrganizationConnection) -> Response:
    """Make a connection of the organisation from a preset. Then lead a proven domain to it (`connection_id` of the domain).

    It needs every OAuth scope that an organisation's admin can have. The setting `IDP_ORGANIZATION_CONNECTIONS` says how many an
    organisation may have. Endpoints of OpenID Connect upstreams are read from their metadata.
    """

    def create() -> Answer:
        given = {name: value for name, value in sent_members(new).items() if value is not None and name != "id"}
        made = ctx.services.organisation_connections.create(org_id, new.id, given, by=ctx.by, scope=ctx.scope)
        return answer(_show(ctx, made), 201, version=made.version, location=_location(made))

    return once.run(create)


@router.get("/{connection_id}", response_model=OrganizationConnection, responses=refuses(404, ok=ETAG), **needs(_READ))
def get_organization_connection(ctx: Ctx, org_id: OrgId, connection_id: ConnectionId) -> Response:
    """Get one connection of the organisation."""
    found = ctx.services.organisation_connections.get(org_id, connection_id, scope=ctx.scope)
    return reply(_show(ctx, found), version=found.version)


@router.patch(
    "/{connection_id}", response_model=OrganizationConnection, responses=refuses(404, 409, 412, 415, ok=ETAG), **needs(_WRITE)
)  # fmt: skip
def change_organization_connection(
    ctx: Ctx, org_id: OrgId, connection_id: ConnectionId, changes: OrganizationConnectionChanges, expected: Expected
) -> Response:  # fmt: skip
    """Change a connection of the organisation by an RFC 7396 patch. The next sign-in follows the change.

    It needs every OAuth scope that an organisation's admin can have, except to switch it off. An organisation that accepts no other
    sign-in keeps its last connection on, with the issuer and the subjects by which its people are linked (409).
    """
    written = ctx.services.organisation_connections.patch(
        org_id, connection_id, sent_members(changes), by=ctx.by, expected=expected, scope=ctx.scope
    )
    return reply(_show(ctx, written), version=written.version)


@router.post(
    "/{connection_id}/metadata", response_model=OrganizationConnection, responses=refuses(404, 409, 412, ok=ETAG), **needs(_WRITE)
)  # fmt: skip
def read_organization_connection_metadata(ctx: Ctx, org_id: OrgId, connection_id: ConnectionId, expected: Expected) -> Response:
    """Test the connection: read the metadata of the upstream again, and store its endpoints. It needs the scopes of a change."""
    written = ctx.services.organisation_connections.discover(org_id, connection_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(_show(ctx, written), version=written.version)


@router.post(
    "/{connection_id}/certificates", response_model=OrganizationConnection, status_code=201,
    responses=refuses(404, 409, 412, 422, created=True), **needs(_WRITE),
)  # fmt: skip
def prepare_organization_connection_certificates(
    ctx: Ctx, org_id: OrgId, connection_id: ConnectionId, once: OnceOnly, expected: Expected
) -> Response:  # fmt: skip
    """SAML: make our next keys, and publish their certificates in our metadata beside those in use. It needs the scopes of a change."""
    return _rotate(ctx, org_id, connection_id, once, expected, activate=False)


@router.post(
    "/{connection_id}/certificates/activate", response_model=OrganizationConnection, status_code=201,
    responses=refuses(404, 409, 412, 422, created=True), **needs(_WRITE),
)  # fmt: skip
def activate_organization_connection_certificates(
    ctx: Ctx, org_id: OrgId, connection_id: ConnectionId, once: OnceOnly, expected: Expected
) -> Response:  # fmt: skip
    """SAML: use the next keys from now on, after the identity provider read our metadata. It needs the scopes of a change."""
    return _rotate(ctx, org_id, connection_id, once, expected, activate=True)


@router.delete("/{connection_id}", status_code=204, responses=refuses(404, 409, 412), **needs(_WRITE))
def delete_organization_connection(ctx: Ctx, org_id: OrgId, connection_id: ConnectionId, expected: Expected) -> Response:
    """Delete a connection of the organisation. No sign-in by it succeeds from now on. Its links count again only under the same id."""
    ctx.services.organisation_connections.delete(org_id, connection_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _rotate(ctx: Ctx, org_id: str, connection_id: str, once: OnceOnly, expected: Expected, *, activate: bool) -> Response:
    def rotate() -> Answer:
        made = ctx.services.organisation_connections.rotate_certificate(
            org_id, connection_id, activate=activate, by=ctx.by, expected=expected, scope=ctx.scope
        )  # fmt: skip
        return answer(_show(ctx, made), 201, version=made.version, location=_location(made))

    return once.run(rotate)


def _location(it: domain.Connection) -> str:
    return f"{PREFIX}/organizations/{it.org_id}/connections/{it.own_id}"


def _show(ctx: Ctx, it: domain.Connection) -> dict[str, Any]:
    told = show_connection(ctx, it) | {"id": it.own_id, "connection_id": it.id}
    return {name: value for name, value in told.items() if name in _SHOWN}
