"""Nobody passes without a live token for this API: before routing, so that no route can forget it and none is told apart by strangers."""

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

    from idp.http.interfaces.admin import AdminServices

PRINCIPAL = "idp.principal"
"""Where the principal lies in the scope of a request that passed."""


class Gate:
    """ASGI middleware. `public`: the paths that anybody may read."""

    def __init__(self, app: ASGIApp, services: AdminServices, public: frozenset[str]) -> None:
        self._app, self._services, self._public = app, services, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
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
