"""The console as an ASGI app. Its paths are complete (/console/…): the function `console` and the local server have the same."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Route, Router

from idp.http.console import choice
from idp.http.console.gate import guarded
from idp.http.console.refusals import render_refusal
from idp.http.console.views import CHOOSE, HOME, VIEWS
from idp.http.lazy import called_in_place
from idp.http.redirect import see_other

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from idp.http.console.pages import Page
    from idp.http.interfaces.services import Services


def build(services: Services, *, in_place: bool = False) -> ASGIApp:
    """Build the app. `in_place`: handlers run without threads, as on Lambda."""
    del services  # each request finds them in its scope
    pages = all_pages()
    routes = [
        _route(path, [page for page in pages if page.path == path], in_place=in_place)
        for path in dict.fromkeys(page.path for page in pages)
    ]
    routes.append(Route(CHOOSE, called_in_place(_choice) if in_place else _choice, methods=["GET", "POST"]))
    router = Router(routes, redirect_slashes=False)
    renderer = called_in_place(render_refusal) if in_place else render_refusal
    return _CompletePaths(ExceptionMiddleware(router, handlers={HTTPException: renderer, Exception: renderer}))


def all_pages() -> list[Page]:
    """Return the pages of all views."""
    return [page for view in VIEWS for page in import_module(f"idp.http.console.{view.module}").PAGES]


class _CompletePaths:
    """Hides the prefix of a Mount, because the routes have it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        inner = {**scope, "root_path": scope.get("app_root_path", ""), "route": None}
        await self._app(inner, receive, send)
        if scope["type"] == "http":
            scope["idp.record"].route = getattr(inner["route"], "path", "") or HOME


def _choice(request: Request) -> Response:
    """The choice of an organisation. It comes before the gate, because who chooses administers nothing yet."""
    return choice.choose(request) if request.method == "POST" else choice.page(request)


def _route(path: str, pages: Iterable[Page], *, in_place: bool) -> Route:
    """Return one route for all methods of a path. A browser stays at the address of a form: opened again, it leads to the page above."""
    by_method = {page.method: guarded(page) for page in pages}

    def endpoint(request: Request) -> Response:
        handler = by_method.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            return see_other(quote(request.scope["path"].rpartition("/")[0]) or HOME)  # the path is decoded
        return handler(request)

    return Route(path, called_in_place(endpoint) if in_place else endpoint, methods=["GET", *by_method])
