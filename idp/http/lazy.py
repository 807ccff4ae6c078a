"""Parts that load when they are first asked for, so that a cold start to a token does not pay for pages and the admin API."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from idp.http.services import Services


class LazyApp:
    """An ASGI app made by `module.build(services)` at its first request."""

    def __init__(self, module: str, services: Services) -> None:
        self._module, self._services = module, services
        self._app: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if self._app is None:
            with self._lock:
                self._app = self._app or import_module(self._module).build(self._services)
        await self._app(scope, receive, send)


def lazy_endpoint(module: str, function: str) -> Callable[[Request], Response]:
    """A handler whose module is imported at its first request."""

    def endpoint(request: Request) -> Response:
        handler: Callable[[Request], Response] = getattr(import_module(module), function)
        return handler(request)

    return endpoint
