"""The app: the protocol's routes, one renderer for errors. Pages and the admin API (FastAPI) load when first asked for.

It is Starlette's router and error layer without Starlette's application class: that one would raise an unexpected error again after it
was answered, and so write its text, which may quote input, to a log.
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


def build(services: Services, *, extra: Sequence[BaseRoute] = (), in_place: bool = False) -> ASGIApp:
    """The app. `extra` routes come first: what only development serves. `in_place`: one request at a time, as on Lambda."""
    routes: list[BaseRoute] = [
        *extra,
        *oidc.routes(in_place=in_place),
        *authzen.routes(in_place=in_place),
        Route("/healthz", healthz, methods=["GET"]),
        Mount("/admin", app=LazyApp("idp.http.admin.app", services)),
    ]
    # The pages are no Mount at "/": that would match every path, and make a 404 of a method that a route above does not take.
    router = Router(routes, redirect_slashes=False, default=LazyApp("idp.http.account", services))
    renderer = called_in_place(render_error) if in_place else render_error
    answering = ExceptionMiddleware(router, handlers={HTTPException: renderer, Exception: renderer})
    return Edge(answering, services)


def healthz(request: Request) -> Response:
    """That the process answers; it says nothing of the store."""
    del request
    return JSONResponse({"status": "ok"})
