"""Connections: upstream providers by which people sign in."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import Shape
from idp.http.admin.schemas.connections import Connection, ConnectionChanges, ConnectionPage, NewConnection
from idp.http.admin.scopes import needs
from idp.services.admin.idempotency import Answer

if TYPE_CHECKING:
    from idp.domain.connections import connection as domain

router = APIRouter(prefix=PREFIX + "/connections", tags=["Connections"], route_class=StrictRoute)
ConnectionId = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]{0,39}$", description="The connection's id.")]
_HIDDEN = frozenset({"secret", "token_incarnations", "version", "copies"})


@router.get("", response_model=ConnectionPage, responses=refuses(), **needs("connections:read"))
def list_connections(ctx: Ctx) -> Response:
    """List all connections."""
    found = ctx.services.connection_service.listing(scope=ctx.scope)
    return reply({"items": [show_connection(ctx, each) for each in found], "next_cursor": None})


@router.post("", response_model=Connection, status_code=201, responses=refuses(409, 422, created=True), **needs("connections:write"))
def create_connection(ctx: Ctx, once: OnceOnly, new: NewConnection) -> Response:
    """Create a connection. The metadata of an OpenID Connect upstream is read at this moment. Register `redirect_uri` at the upstream."""

    def create() -> Answer:
        given = {name: value for name, value in sent_members(new).items() if value is not None and name != "id"}
        made = ctx.services.connection_service.create(new.id, given, by=ctx.by, scope=ctx.scope)
        return answer(show_connection(ctx, made), 201, version=made.version, location=f"{PREFIX}/connections/{made.id}")

    return once.run(create)


@router.get("/{connection_id}", response_model=Connection, responses=refuses(404, ok=ETAG), **needs("connections:read"))
def get_connection(ctx: Ctx, connection_id: ConnectionId) -> Response:
    """Get one connection."""
    found = ctx.services.connection_service.get(connection_id, scope=ctx.scope)
    return reply(show_connection(ctx, found), version=found.version)


@router.patch("/{connection_id}", response_model=Connection, responses=refuses(404, 412, 415, ok=ETAG), **needs("connections:write"))
def change_connection(ctx: Ctx, connection_id: ConnectionId, changes: ConnectionChanges, expected: Expected) -> Response:
    """Change a connection by an RFC 7396 patch. The next sign-in follows the change; the sign-in page shows it within a minute."""
    written = ctx.services.connection_service.patch(connection_id, sent_members(changes), by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(show_connection(ctx, written), version=written.version)


@router.post(
    "/{connection_id}/metadata", response_model=Connection, responses=refuses(404, 412, ok=ETAG), **needs("connections:write")
)  # fmt: skip
def read_connection_metadata(ctx: Ctx, connection_id: ConnectionId, expected: Expected) -> Response:
    """Read the metadata of the upstream again, and store its endpoints: after the upstream moved one of them."""
    written = ctx.services.connection_service.discover(connection_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return reply(show_connection(ctx, written), version=written.version)


@router.post(
    "/{connection_id}/certificates", response_model=Connection, status_code=201, responses=refuses(404, 412, 422, created=True),
    **needs("connections:write"),
)  # fmt: skip
def prepare_connection_certificates(ctx: Ctx, connection_id: ConnectionId, once: OnceOnly, expected: Expected) -> Response:
    """SAML: make our next keys, and publish their certificates in our metadata beside those in use. Ones made before and unused go."""
    return _rotate(ctx, connection_id, once, expected, activate=False)


@router.post(
    "/{connection_id}/certificates/activate", response_model=Connection, status_code=201,
    responses=refuses(404, 409, 412, 422, created=True), **needs("connections:write"),
)  # fmt: skip
def activate_connection_certificates(ctx: Ctx, connection_id: ConnectionId, once: OnceOnly, expected: Expected) -> Response:
    """SAML: use the next keys from now on, after the identity provider read our metadata. The key before still decrypts assertions."""
    return _rotate(ctx, connection_id, once, expected, activate=True)


@router.delete("/{connection_id}", status_code=204, responses=refuses(404, 412), **needs("connections:write"))
def delete_connection(ctx: Ctx, connection_id: ConnectionId, expected: Expected) -> Response:
    """Delete a connection. No sign-in by it succeeds from now on. Its links stay stored, and count again only under the same id."""
    ctx.services.connection_service.delete(connection_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _rotate(ctx: Ctx, connection_id: str, once: OnceOnly, expected: Expected, *, activate: bool) -> Response:
    def rotate() -> Answer:
        made = ctx.services.connection_service.rotate_certificate(
            connection_id, activate=activate, by=ctx.by, expected=expected, scope=ctx.scope
        )  # fmt: skip
        return answer(show_connection(ctx, made), 201, version=made.version, location=f"{PREFIX}/connections/{made.id}")

    return once.run(rotate)


def sent_members(sent: Shape) -> dict[str, Any]:
    """Return the members that were sent, with each list as the domain has it."""
    return {
        name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value
        for name, value in sent.model_dump(exclude_unset=True).items()
    }


def show_connection(ctx: Ctx, it: domain.Connection) -> dict[str, Any]:
    """Return the members of a connection for an answer, without the secret."""
    members: dict[str, Any] = {name: value for name, value in asdict(it).items() if name not in _HIDDEN}
    times = {"created_at": present.moment(it.created_at), "updated_at": present.moment(it.updated_at)}
    issuer = ctx.services.settings.issuer
    ours = {
        "redirect_uri": it.redirect_uri(issuer), "token_audience": it.token_audience(issuer),
        "own_metadata_uri": it.own_metadata_uri(issuer), "secret_set": bool(it.secret),
    }  # fmt: skip
    return {**members, **times, **ours}
