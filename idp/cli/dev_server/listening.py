"""A server that listens on this machine only: on 127.0.0.1, and on ::1 if it exists, because browsers may resolve localhost to either."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from idp.settings import SettingsError

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def sockets(port: int, variable: str) -> list[socket.socket]:
    """Bind the port.

    Raises:
        SettingsError: the port is taken; `variable` is the setting to change.
    """
    found = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            one = socket.socket(family)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((address, port))
        except OSError:
            if family == socket.AF_INET:
                msg = f"Port {port} is taken. Set {variable} to a free one."
                raise SettingsError(msg) from None
            continue
        found.append(one)
    return found


class Server(uvicorn.Server):
    """A uvicorn server that calls `ready` when it answers."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", proxy_headers=False, server_header=False)
        config.timeout_graceful_shutdown = 2
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then call `ready`."""
        await super().startup(sockets)
        self._ready()
