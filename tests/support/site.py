"""Serves an ASGI app on loopback, for clients and browsers that need HTTP.

with site(lambda issuer: build(settings_for(issuer))) as issuer:      # "http://localhost:PORT"
    httpx.get(issuer + "/healthz")
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from tests.support.process import StartError

SECONDS_TO_START = 60


@contextlib.contextmanager
def site(build: Callable[[str], Any], *, host: str = "localhost") -> Iterator[str]:
    """Serve the app that `build` makes for the address, from a thread of this process, until the `with` ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        origin = f"http://{host}:{listening.getsockname()[1]}"
        config = uvicorn.Config(build(origin), log_level="warning", lifespan="auto", server_header=False, date_header=False)
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name=f"site {origin}", daemon=True)
        thread.start()
        try:
            if not server.ready.wait(SECONDS_TO_START):
                raise StartError(f"{origin} was not ready after {SECONDS_TO_START} s")
            yield origin
        finally:
            server.should_exit = True
            thread.join(timeout=10)


class _Server(uvicorn.Server):
    """A server that sets `ready` once it accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
