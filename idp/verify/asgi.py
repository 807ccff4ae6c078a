"""Middleware for any ASGI app. It passes requests with access on to the app, with the token at `scope["state"]["token"]`.

app = Protected(app, verifier, rules=load(Path("rules.json").read_text()))
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from idp.verify.decisions import Decider
from idp.verify.functions import access, body, headers
from idp.verify.gateway.rules import Rules
from idp.verify.refused import Refused
from idp.verify.request import HttpRequest
from idp.verify.verifier import Verifier

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Protected:
    """Wraps `app`. `base_url` is the URL at which callers reach the app. DPoP proofs are compared with it and refused without it."""

    def __init__(
        self, app: App, verifier: Verifier, *, base_url: str = "", rules: Rules | None = None, decider: Decider | None = None,
        **needs: Iterable[str] | int | None,
    ) -> None:  # fmt: skip
        self._app, self._access, self._base_url = app, access(verifier, rules, decider, needs), base_url.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request or WebSocket. Other events, such as the app's startup and shutdown, are passed on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        raw = scope.get("raw_path") or path.encode()
        url = self._base_url + raw.partition(b"?")[0].decode("latin-1") if self._base_url else ""
        pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        request = HttpRequest(scope.get("method", "GET"), url, pairs)
        client = (scope.get("client") or ("",))[0]
        try:  # in a thread, because it may have to fetch keys
            token = await asyncio.to_thread(self._access.check, request, path, source_ip=client)
        except Refused as refused:
            await _refuse(scope, refused, send)
            return
        scope.setdefault("state", {})["token"] = token
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, refused: Refused, send: Send) -> None:
    if scope["type"] == "websocket":  # before it was accepted: the server answers the handshake with 403
        await send({"type": "websocket.close", "code": 1008})
        return
    fields = [(name.lower().encode(), value.encode()) for name, value in headers(refused).items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": fields})
    await send({"type": "http.response.body", "body": body(refused).encode()})
