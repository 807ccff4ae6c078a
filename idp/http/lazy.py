"""Parts that load at the first request for them, so that a cold start to a token does not import pages and the admin API."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from idp.http.interfaces.services import Services


class LazyApp:
    """An ASGI app made by `module.build(services)` at its first request."""

    def __init__(self, module: str, services: Services) -> None:
        self._module, self._services = module, services
        self._app: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if self._app is None:
            with self._lock:
                self._app = self._app or import_module(self._module).build(self._services)
        await self._app(scope, receive, send)


def lazy_endpoint(module: str, function: str, *, in_place: bool = False) -> Callable[[Request], Any]:
    """A handler whose module is imported at its first request."""

    def endpoint(request: Request) -> Response:
        handler: Callable[[Request], Response] = getattr(import_module(module), function)
        return handler(request)

    return called_in_place(endpoint) if in_place else endpoint


def called_in_place(handler: Callable[..., Response]) -> Callable[..., Any]:
    """The handler without a thread of its own.

    A Lambda sandbox serves one request at a time. A thread is of no use there, and the pool of threads takes a fifth of a cold start.
    A server of concurrent requests needs the threads.
    """

    async def endpoint(*args: Any) -> Response:
        return handler(*args)

    return endpoint
