"""The admin API as an ASGI app. It is mounted at /admin, and its own paths are complete (/admin/v1/…), as in its OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware

from idp.domain.errors import IdpError
from idp.http.admin import (
    account_merge,
    audit,
    audit_export,
    authorization_details_types,
    clients,
    connections,
    groups,
    hooks,
    imports,
    initial_access_tokens,
    invitations,
    issuer_links,
    managed_objects,
    organization_clients,
    organization_connections,
    organization_domains,
    organization_invitations,
    organization_members,
    organization_roles,
    organization_scim_clients,
    organizations,
    passkeys,
    policies,
    provisioning_targets,
    remembered_devices,
    roles,
    scim_clients,
    scope_texts,
    sealing_keys,
    secret_checks,
    signal_streams,
    signing_keys,
    statistics,
    trusted_issuers,
    user_access,
    users,
    webhooks,
)
from idp.http.admin.describe import DESCRIPTION, PREFIX, TITLE, complete
from idp.http.admin.gate import Gate, OperatorGate
from idp.http.admin.problems import render
from idp.services.admin.cursors import Cursors
from idp.services.admin.idempotency import Idempotent

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from idp.http.admin.principal import Principal
    from idp.http.interfaces.admin import AdminServices

OPENAPI = PREFIX + "/openapi.json"
ROUTERS = (
    users.router, account_merge.router,
    user_access.router, passkeys.router, remembered_devices.router, roles.router, groups.router, clients.router,
    organizations.router, organization_members.router, organization_roles.router, organization_domains.router,
    organization_invitations.router, organization_clients.router, organization_scim_clients.router,
    organization_connections.router,
    authorization_details_types.router, scope_texts.router, invitations.router,
    initial_access_tokens.router, trusted_issuers.router, issuer_links.router, connections.router, scim_clients.router,
    provisioning_targets.router, webhooks.router, webhooks.types, signal_streams.router, hooks.router, policies.router, imports.router,
    managed_objects.router, secret_checks.router, sealing_keys.router, signing_keys.router, audit.router, audit_export.router,
    statistics.router,
)  # fmt: skip


class AdminApp(FastAPI):
    """FastAPI with complete paths wherever it is mounted, and with a completed OpenAPI document."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "root_path": scope.get("app_root_path", ""), "route": None}
        await super().__call__(scope, receive, send)
        if scope["type"] == "http":
            scope["idp.record"].route = getattr(scope["route"], "path", "") or PREFIX

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = complete(super().openapi(), self.state.services.settings)
        return self.openapi_schema


def build(services: AdminServices, operator: Principal | None = None) -> FastAPI:
    """Build the app for these services.

    `operator`: all requests are theirs, and need no token. It is for the command line, whose operator can write to the tables anyway. No
    function and no server is built with it (threats R-20).
    """
    gate = (
        Middleware(OperatorGate, operator=operator) if operator else Middleware(Gate, services=services, public=frozenset({OPENAPI}))
    )  # fmt: skip
    app = AdminApp(
        title=TITLE, version="1", description=DESCRIPTION, openapi_url=OPENAPI, docs_url=None, redoc_url=None, redirect_slashes=False,
        middleware=[
            # This is inside Starlette's own middleware. That one raises an unexpected error again after its answer, so its text would get
            # into a log.
            Middleware(ExceptionMiddleware, handlers={Exception: render}),
            gate,
        ],
    )  # fmt: skip
    for error in (IdpError, HTTPException, RequestValidationError):
        app.add_exception_handler(error, render)
    app.state.services = services
    app.state.cursors = Cursors(services.keyring)
    app.state.idempotent = Idempotent(services.idempotency, services.keyring, services.clock)
    app.state.routes = [route for router in ROUTERS for route in router.routes]
    # FastAPI's include_router would build each route anew at the first request, which takes longer than the import of the routers.
    app.router.routes.extend(app.state.routes)
    return app
