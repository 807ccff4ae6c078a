"""Features of web frameworks only: repeated headers, WebSockets, startup and shutdown of an app."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import Depends, FastAPI, WebSocket

from idp.verify import Token
from idp.verify.asgi import Protected
from idp.verify.fastapi import Require
from tests.verify.issuer import AUDIENCE, Issuer
from tests.verify.places import PLACES, Request, Setting


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.mark.parametrize("place", ["FastAPI", "ASGI"])
def test_two_authorization_headers_are_refused(issuer: Issuer, place: str) -> None:
    """In any order and any case."""
    good, bad = f"Bearer {issuer.token()}", "Bearer x"
    for first, second in ((good, good), (good, bad), (bad, good)):
        assert PLACES[place](Setting(issuer))(Request(first, headers={"AUTHORIZATION": second})) == 401


def talk(issuer: Issuer, scope: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """The messages that the app got, and those that the middleware sent itself."""
    seen: list[Any] = []
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope.get("state", {}).get("token") or scope["type"])

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    asyncio.run(Protected(app, Setting(issuer).verifier(), base_url=AUDIENCE, scopes=["orders:read"])(scope, receive, send))
    return seen, sent


def test_a_web_socket_is_opened_with_a_token_only(issuer: Issuer) -> None:
    """Without a token it is closed before it is accepted, which is a 403 for the client."""
    header = (b"authorization", f"Bearer {issuer.token()}".encode())
    scope = {"type": "websocket", "path": "/ws", "client": None}
    (token,), sent = talk(issuer, {**scope, "headers": [header]})
    assert (token.subject, sent) == ("user-1", [])
    for headers in ([], [header, header], [(b"authorization", b"Bearer x")]):
        assert talk(issuer, {**scope, "headers": headers}) == ([], [{"type": "websocket.close", "code": 1008}])


def test_events_that_are_not_requests_are_passed_on(issuer: Issuer) -> None:
    assert talk(issuer, {"type": "lifespan"}) == (["lifespan"], [])


def test_a_header_that_is_not_text_is_refused(issuer: Issuer) -> None:
    """Header values are bytes."""
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"authorization", b"Bearer \xff\xfe")], "client": ("::1", 1)}
    seen, sent = talk(issuer, scope)
    assert (seen, sent[0]["status"]) == ([], 401)


def test_the_fastapi_dependency_checks_web_sockets(issuer: Issuer) -> None:
    """As for a request. Without access the WebSocket is never accepted."""
    app, reader = FastAPI(), Require(Setting(issuer).verifier(), base_url=AUDIENCE, scopes=["orders:read"])

    @app.websocket("/ws")
    async def socket(connection: WebSocket, token: Token = Depends(reader)) -> None:
        await connection.accept()
        await connection.send_text(token.subject)

    def opened(*headers: tuple[str, str]) -> list[Any]:
        raw = [(name.encode(), value.encode()) for name, value in headers]
        scope = {"type": "websocket", "path": "/ws", "headers": raw, "query_string": b"", "subprotocols": [], "client": None}
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "websocket.connect"}

        asyncio.run(app(scope, receive, send))
        return sent

    token = ("authorization", f"Bearer {issuer.token()}")
    assert [message["type"] for message in opened(token)] == ["websocket.accept", "websocket.send"]
    less = ("authorization", f"Bearer {issuer.token(issuer.claims(scope='openid'))}")
    for headers in ((), (token, token), (less,), (("authorization", "Bearer x"),)):
        assert [(message["type"], message["code"]) for message in opened(*headers)] == [("websocket.close", 1008)]
