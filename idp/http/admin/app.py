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
    audit,
    authorization_details_types,
    clients,
    connections,
    groups,
    imports,
    initial_access_tokens,
    invitations,
    issuer_links,
    passkeys,
    policies,
    provisioning_targets,
    remembered_devices,
    roles,
    scim_clients,
    scope_texts,
    sealing_keys,
    signing_keys,
    trusted_issuers,
    user_access,
    users,
)
from idp.http.admin.describe import DESCRIPTION, PREFIX, TITLE, complete
from idp.http.admin.gate import Gate
from idp.http.admin.problems import render
from idp.services.admin.cursors import Cursors
from idp.services.admin.idempotency import Idempotent

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from idp.http.interfaces.admin import AdminServices

OPENAPI = PREFIX + "/openapi.json"
ROUTERS = (
    users.router, user_access.router, passkeys.router, remembered_devices.router, roles.router, groups.router, clients.router,
    authorization_details_types.router, scope_texts.router, invitations.router,
    initial_access_tokens.router, trusted_issuers.router, issuer_links.router, connections.router, scim_clients.router,
    provisioning_targets.router, policies.router, imports.router, sealing_keys.router, signing_keys.router, audit.router,
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


def build(services: AdminServices) -> FastAPI:
    """Build the app for these services."""
    app = AdminApp(
        title=TITLE, version="1", description=DESCRIPTION, openapi_url=OPENAPI, docs_url=None, redoc_url=None, redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        middleware=[
            # This is inside Starlette's own middleware. That one raises an unexpected error again after its answer, so its text would get
            # into a log.
            Middleware(ExceptionMiddleware, handlers={Exception: render}),
            Middleware(Gate, services=services, public=frozenset({OPENAPI})),
        ],
    )  # fmt: skip
    for error in (IdpError, HTTPException, RequestValidationError):
        app.add_exception_handler(error, render)
    app.state.services = services
    app.state.cursors = Cursors(services.keyring)
    app.state.idempotent = Idempotent(services.idempotency, services.keyring, services.clock)
    app.state.routes = [route for router in ROUTERS for route in router.routes]
    for router in ROUTERS:
        app.include_router(router)
    return app
