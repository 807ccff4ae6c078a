"""Calls an ASGI app without a socket. Each request runs to its end in the calling thread, with the client address that the test chooses.

client = httpx.Client(transport=InProcess(app, address="203.0.113.7"), base_url="http://localhost:8000")
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable


class InProcess(httpx.BaseTransport):
    """A transport of httpx. An exception of the app reaches the test."""

    def __init__(self, app: Callable[..., Any], *, address: str = "203.0.113.7") -> None:
        self._app, self.address = app, address

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method, "scheme": url.scheme,
            "path": url.path, "raw_path": url.raw_path.partition(b"?")[0], "query_string": url.query, "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw], "client": (self.address, 50000),
            "server": (url.host, url.port or 80),
        }  # fmt: skip
        body, said = request.read(), list[dict[str, Any]]()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        await self._app(scope, receive, send)
        start = next(message for message in said if message["type"] == "http.response.start")
        content = b"".join(message.get("body", b"") for message in said if message["type"] == "http.response.body")
        return httpx.Response(start["status"], headers=start["headers"], content=content, request=request)
