"""The adapters that check tokens: the authorizer with every kind of event, the decorator, FastAPI's dependency, ASGI middleware.

Each returns the status of a request: 200, 401, 403, or 503 if the token cannot be checked. All use the same document of rules.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, APIGatewayRestResolver
from fastapi import Depends, FastAPI

from idp.verify import Token, Verifier, current_token, require
from idp.verify.asgi import Protected
from idp.verify.decisions import Decider
from idp.verify.fastapi import Require
from idp.verify.gateway.authorizer import Authorizer, AuthorizerError
from idp.verify.gateway.rules import Rules, load
from idp.verify.powertools import required
from tests.support.in_process import InProcess
from tests.verify import events
from tests.verify.issuer import AUDIENCE, ISSUER, NOW, Issuer

RULES = json.dumps({
    "routes": {
        "GET /orders/{id}": {"scopes": ["orders:read"]},
        "DELETE /orders/{id}": {"scopes": ["orders:write"], "acr": ["aal2"], "amr": ["pwd", "otp"]},
    }
})  # fmt: skip
PATH = "/orders/7"


@dataclass
class Request:
    """A request of a caller."""

    authorization: str | None
    method: str = "GET"
    path: str = PATH
    headers: Mapping[str, str] = field(default_factory=dict)
    certificate: str | None = None
    source: str = "198.51.100.7"


@dataclass
class Setting:
    """A verifier with a clock that tests set, and rules."""

    issuer: Issuer
    rules: Rules = field(default_factory=lambda: load(RULES))
    decider: Decider | None = None
    now: float = NOW
    options: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def verifier(self) -> Verifier:
        return Verifier(issuer=ISSUER, audience=AUDIENCE, fetch=self.issuer.fetch, clock=lambda: self.now, **{"leeway": 0, **self.options})

    def log(self, _: str, reason: str, **__: Any) -> None:
        self.reasons.append(reason)


Place = Callable[[Setting], Callable[[Request], int]]


def authorizer(event: Callable[..., dict[str, Any]], *, simple: bool = False) -> Place:
    def place(setting: Setting) -> Callable[[Request], int]:
        function = Authorizer(setting.verifier(), setting.rules, simple=simple, cache="off", decider=setting.decider, log=setting.log)

        def ask(request: Request) -> int:
            asked = event(request)
            try:
                answer = function(asked)
            except AuthorizerError as error:
                return {"Unauthorized": 401, "Unavailable": 503}[str(error)]
            return 200 if events.permits(answer, asked) else 403

        return ask

    return place


def decorator(event: Callable[..., dict[str, Any]]) -> Place:
    def place(setting: Setting) -> Callable[[Request], int]:
        @require(setting.verifier(), rules=setting.rules, decider=setting.decider)
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            return {"statusCode": 200, "body": current_token().subject}

        return lambda request: int(handler(event(request), None)["statusCode"])

    return place


def powertools(event: Callable[..., dict[str, Any]], resolver: type[Any]) -> Place:
    def place(setting: Setting) -> Callable[[Request], int]:
        app = resolver()
        app.use(middlewares=[required(setting.verifier(), rules=setting.rules, decider=setting.decider)])

        def order(id: str) -> dict[str, str]:  # noqa: A002  # the route's own name
            return {"for": current_token().subject}

        for method in ("GET", "DELETE", "PUT"):
            app.route("/orders/<id>", method=method)(order)
        return lambda request: int(app.resolve(event(request), object())["statusCode"])

    return place


def answered(app: Any) -> Callable[[Request], int]:
    transport = InProcess(app)
    client = httpx.Client(transport=transport, base_url=AUDIENCE)

    def ask(request: Request) -> int:
        transport.address = request.source
        headers = [(name, value) for name, value in request.headers.items()]
        if request.authorization is not None:
            headers.append(("Authorization", request.authorization))
        raw = [(name.encode(), value.encode("utf-8")) for name, value in headers]
        return client.request(request.method, request.path, headers=raw).status_code

    return ask


def fastapi(setting: Setting) -> Callable[[Request], int]:
    app = FastAPI()
    reader = Require(setting.verifier(), base_url=AUDIENCE, rules=setting.rules, decider=setting.decider)

    def order(token: Token = Depends(reader)) -> dict[str, str]:
        return {"for": token.subject}

    app.add_api_route("/{path:path}", order, methods=["GET", "DELETE", "PUT"])
    return answered(app)


def asgi(setting: Setting) -> Callable[[Request], int]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["state"]["token"].subject
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return answered(Protected(app, setting.verifier(), base_url=AUDIENCE, rules=setting.rules, decider=setting.decider))


AUTHORIZERS: dict[str, Place] = {
    "authorizer, REST, TOKEN": authorizer(events.token),
    "authorizer, REST, REQUEST": authorizer(events.rest),
    "authorizer, HTTP 1.0": authorizer(events.http_1),
    "authorizer, HTTP 2.0, policy": authorizer(events.http_2),
    "authorizer, HTTP 2.0, simple": authorizer(events.http_2, simple=True),
}
PLACES: dict[str, Place] = {
    **AUTHORIZERS,
    "decorator, payload 1.0": decorator(events.proxy_1),
    "decorator, payload 2.0": decorator(events.proxy_2),
    "Powertools, payload 1.0": powertools(events.proxy_1, APIGatewayRestResolver),
    "Powertools, payload 2.0": powertools(events.proxy_2, APIGatewayHttpResolver),
    "FastAPI": fastapi,
    "ASGI": asgi,
}
WITH_PROOFS = {name: place for name, place in PLACES.items() if "TOKEN" not in name}
"""Adapters that get the request's headers, so that proofs can be checked."""
