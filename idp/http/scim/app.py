"""The routes of SCIM as an ASGI app. Its paths are complete (/scim/v2/…): the function `scim` and the local server have the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Route, Router

from idp.domain.scim.schemas import KINDS
from idp.http.lazy import called_in_place
from idp.http.scim import bulk, discovery, lists, resources
from idp.http.scim.answers import Answer, render_error
from idp.http.scim.requests import read_call
from idp.services.scim.representation import PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from idp.http.interfaces.services import Services
    from idp.http.scim.requests import Call

_ONE = {"GET": resources.get, "PUT": resources.replace, "PATCH": resources.patch, "DELETE": resources.delete}
_MANY = {"GET": lists.listing, "POST": resources.create}


def build(services: Services, *, in_place: bool = False) -> ASGIApp:
    """Build the app. `in_place`: handlers run without threads, as on Lambda."""
    del services  # each request finds them in its scope
    at = called_in_place if in_place else _unchanged
    routes = [
        Route(f"{PATH}/ServiceProviderConfig", at(_endpoint(discovery.service_provider_config)), methods=["GET"]),
        *_pair("ResourceTypes", discovery.resource_types, at),
        *_pair("Schemas", discovery.schemas, at),
        *(route for kind in KINDS for route in _of_kind(kind.name, kind.endpoint, at)),
        Route(f"{PATH}/.search", at(_endpoint(lists.search_all)), methods=["POST"]),
        Route(f"{PATH}/Bulk", at(_endpoint(bulk.bulk)), methods=["POST"]),
        Route(f"{PATH}/Me", at(_endpoint(_me)), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
    router = Router(routes, redirect_slashes=False)
    renderer = called_in_place(render_error) if in_place else render_error
    return _CompletePaths(ExceptionMiddleware(router, handlers={HTTPException: renderer, Exception: renderer}))


class _CompletePaths:
    """Hides the prefix of a Mount, because the routes have it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        inner = {**scope, "root_path": scope.get("app_root_path", "")}
        await self._app(inner, receive, send)
        if scope["type"] == "http":
            scope["idp.record"].route = getattr(inner.get("route"), "path", "") or PATH


def _of_kind(name: str, endpoint: str, at: Callable[..., Callable[..., object]]) -> list[Route]:
    def many(call: Call) -> Answer:
        return _MANY[call.method](call, name)

    def one(call: Call, id_: str) -> Answer:
        return _ONE[call.method](call, name, id_)

    def search(call: Call) -> Answer:
        return lists.search(call, name)

    return [
        Route(f"{PATH}{endpoint}", at(_endpoint(many)), methods=list(_MANY)),
        Route(f"{PATH}{endpoint}/.search", at(_endpoint(search)), methods=["POST"]),
        Route(f"{PATH}{endpoint}/{{id_}}", at(_endpoint(one)), methods=list(_ONE)),
    ]


def _pair(name: str, handler: Callable[..., Answer], at: Callable[..., Callable[..., object]]) -> list[Route]:
    return [Route(f"{PATH}/{name}{end}", at(_endpoint(handler)), methods=["GET"]) for end in ("", "/{id_}")]


def _endpoint(handler: Callable[..., Answer]) -> Callable[[Request], Response]:
    """Return the handler of a route. Every request is authenticated, also one to `/Me` or to discovery."""

    def endpoint(request: Request) -> Response:
        call = read_call(request)
        return handler(call._replace(method="GET" if call.method == "HEAD" else call.method), **request.path_params).response()

    return endpoint


def _me(call: Call) -> Answer:
    """RFC 7644 §3.11: "A service provider that does NOT support this feature SHOULD respond with HTTP status code 501"."""
    from idp.domain.scim.refusal import ScimRefusal

    del call
    raise ScimRefusal("scim.no_me", status=501)


def _unchanged(handler: Callable[..., object]) -> Callable[..., object]:
    return handler
