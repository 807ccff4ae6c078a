"""The gate refuses requests without a valid token for this API. It runs before routing, so no route can forget it, and a caller without a
token cannot find out which routes exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from idp.domain.errors import IdpError
from idp.http.admin.principal import authenticate
from idp.http.admin.problems import render
from idp.http.request import caller

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from idp.http.admin.principal import Principal
    from idp.http.interfaces.admin import AdminServices

PRINCIPAL = "idp.principal"
"""The key of the principal in the ASGI scope of a request."""


class Gate:
    """ASGI middleware. `public`: the paths that need no token."""

    def __init__(self, app: ASGIApp, services: AdminServices, public: frozenset[str]) -> None:
        self._app, self._services, self._public = app, services, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass or refuse it."""
        if scope["type"] != "http" or (scope["path"] in self._public and scope["method"] in {"GET", "HEAD"}):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            principal = await run_in_threadpool(authenticate, self._services, request.headers.getlist("authorization"), caller(request))
        except IdpError as refusal:
            await render(request, refusal)(scope, receive, send)
            return
        scope[PRINCIPAL] = principal
        if principal.refusal:
            answer = await run_in_threadpool(render, request, principal.refusal)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


class OperatorGate:
    """ASGI middleware of an app in the process of the command line: each request is the operator's."""

    def __init__(self, app: ASGIApp, operator: Principal) -> None:
        self._app, self._operator = app, operator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass."""
        scope[PRINCIPAL] = self._operator
        await self._app(scope, receive, send)
