"""The app: the routes of the protocol and one renderer for errors. Pages and the admin API (FastAPI) load at the first request for them.

It uses Starlette's router and error layer, but not Starlette's application class. That class raises an unexpected error again after the
answer, so the server would log the error's text, which may quote input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route, Router

from idp.http import authzen, oidc
from idp.http.edge import Edge
from idp.http.errors import render_error
from idp.http.lazy import LazyApp, called_in_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from idp.http.interfaces.services import Services


SCIM = "/scim/v2"
"""The addresses of SCIM 2.0. In AWS the function `scim` has them (deploy/scim)."""
CONSOLE = "/console"
"""The addresses of the admin console. In AWS the function `console` has them (deploy/console)."""


def build(services: Services, *, extra: Sequence[BaseRoute] = (), in_place: bool = False) -> ASGIApp:
    """The app. `extra`: routes of the development server, which come first. `in_place`: handlers run without threads, as on Lambda."""
    routes: list[BaseRoute] = [
        *extra,
        *oidc.routes(in_place=in_place),
        *authzen.routes(in_place=in_place),
        *(_signals(in_place=in_place) if services.settings.sends_signals else []),
        Route("/healthz", healthz, methods=["GET"]),
        Mount("/admin", app=LazyApp("idp.http.admin.app", services)),
        *([Mount(SCIM, app=LazyApp("idp.http.scim.app", services))] if services.settings.serves_scim else []),
        *(_console(services) if services.settings.serves_console else []),
    ]
    # The pages are the default, not a Mount at "/". A Mount would match every path, so that a wrong method would be 404 instead of 405.
    router = Router(routes, redirect_slashes=False, default=LazyApp("idp.http.account", services))
    renderer = called_in_place(render_error) if in_place else render_error
    answering = ExceptionMiddleware(router, handlers={HTTPException: renderer, Exception: renderer})
    return Edge(answering, services)


def build_scim(services: Services) -> ASGIApp:
    """The app of the function `scim`, which serves nothing else. Handlers run without threads, as on Lambda."""
    from idp.http.scim.app import build as scim_app

    return Edge(scim_app(services, in_place=True), services)


def build_console(services: Services) -> ASGIApp:
    """The app of the function `console`, which serves nothing else. Handlers run without threads, as on Lambda."""
    from idp.http.console.app import build as console_app

    return Edge(console_app(services, in_place=True), services)


def _console(services: Services) -> list[BaseRoute]:
    """The routes of the admin console where it has no function of its own. A Mount does not match the address without a slash."""
    console = LazyApp("idp.http.console.app", services)
    return [Route(CONSOLE, console), Mount(CONSOLE, app=console)]


def _signals(*, in_place: bool) -> list[Route]:
    from idp.http import signals  # only where they are switched on

    return signals.routes(in_place=in_place)


def healthz(request: Request) -> Response:
    """Answer that the process runs. It does not check the store."""
    del request
    return JSONResponse({"status": "ok"})
