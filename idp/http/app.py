"""The Starlette app: the protocol's routes, one renderer for errors. Pages and the admin API (FastAPI) load when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from idp.domain.errors import IdpError
from idp.http.edge import Edge
from idp.http.errors import render_error
from idp.http.lazy import LazyApp
from idp.http.oidc import ROUTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from idp.http.services import Services


def build(services: Services, *, extra: Sequence[BaseRoute] = ()) -> ASGIApp:
    """The app. `extra` routes come first: what only development serves."""
    routes: list[BaseRoute] = [
        *extra,
        *ROUTES,
        Route("/healthz", healthz, methods=["GET"]),
        Mount("/admin", app=LazyApp("idp.http.admin.app", services)),
        Mount("/", app=LazyApp("idp.http.account", services)),
    ]
    app = Starlette(
        routes=routes,
        # Starlette raises an unexpected error again after it answered; this layer inside it does not, so that its text reaches no log.
        middleware=[Middleware(ExceptionMiddleware, handlers={Exception: render_error})],
        exception_handlers={HTTPException: render_error, IdpError: render_error},
    )
    app.router.redirect_slashes = False
    app.state.services = services
    return Edge(app, secure=services.settings.secure, new_id=services.new_id)


def healthz(request: Request) -> Response:
    """That the process answers; it says nothing of the store."""
    del request
    return JSONResponse({"status": "ok"})
