"""Whether an object has a secret that the caller knows: for a declarative file, which finds a changed secret without reading one back.

Each check is an event, so that guessing shows. A caller who may check may also replace the secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from idp.domain.connections.ids import whole_id
from idp.http.admin.connections import ConnectionId
from idp.http.admin.context import Ctx, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.organizations import OrgId
from idp.http.admin.provisioning_targets import TargetId
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.common import ClientId
from idp.http.admin.schemas.declared import SecretCheck, SecretChecked
from idp.http.admin.scopes import needs

if TYPE_CHECKING:
    from collections.abc import Callable

router = APIRouter(prefix=PREFIX, tags=["State in a file"], route_class=StrictRoute)


@router.post("/clients/{client_id}/secret-check", response_model=SecretChecked, responses=refuses(404), **needs("clients:write"))
def check_client_secret(ctx: Ctx, client_id: ClientId, check: SecretCheck) -> Response:
    """Tell whether this is a valid secret of the app."""
    return _told(ctx, "client", client_id, lambda: ctx.services.secret_comparison.app_has(client_id, check.secret, scope=ctx.scope))


@router.post(
    "/connections/{connection_id}/secret-check", response_model=SecretChecked, responses=refuses(404), **needs("connections:write")
)  # fmt: skip
def check_connection_secret(ctx: Ctx, connection_id: ConnectionId, check: SecretCheck) -> Response:
    """Tell whether this is the secret of the connection."""
    compare = ctx.services.secret_comparison.connection_has
    return _told(ctx, "connection", connection_id, lambda: compare(connection_id, check.secret, scope=ctx.scope))


@router.post(
    "/organizations/{org_id}/connections/{connection_id}/secret-check", response_model=SecretChecked, responses=refuses(404, 409),
    **needs("organizations:write"),
)  # fmt: skip
def check_organization_connection_secret(ctx: Ctx, org_id: OrgId, connection_id: ConnectionId, check: SecretCheck) -> Response:
    """Tell whether this is the secret of the connection of the organisation. It needs the scopes of a change of the secret."""
    compare, whole = ctx.services.secret_comparison.organisation_connection_has, whole_id(connection_id, org_id)
    return _told(ctx, "organization_connection", whole, lambda: compare(whole, check.secret, scope=ctx.scope, by=ctx.by))


@router.post(
    "/provisioning-targets/{target_id}/secret-check", response_model=SecretChecked, responses=refuses(404), **needs("provisioning:write")
)  # fmt: skip
def check_provisioning_token(ctx: Ctx, target_id: TargetId, check: SecretCheck) -> Response:
    """Tell whether this is the bearer token of the provisioning target."""
    compare = ctx.services.secret_comparison.target_has
    return _told(ctx, "provisioning_target", target_id, lambda: compare(target_id, check.secret, scope=ctx.scope))


def _told(ctx: Ctx, kind: str, object_id: str, compare: Callable[[], bool]) -> Response:
    same = compare()
    ctx.services.secret_comparison.record(kind, object_id, same=same, scope=ctx.scope, by=ctx.by)
    return reply({"same": same})
