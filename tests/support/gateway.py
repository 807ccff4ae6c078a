"""API Gateway before an API, as far as authorizers are concerned. Each rule names the page of AWS's developer guide that it is from.

gateway = Gateway(routes=["GET /own", "DELETE /admin/{id}"], authorizer=function, event=events.rest, ttl=300)
gateway.ask(Request("Bearer …", "GET", "/own"))            # the status that the caller sees
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from tests.verify import events
from tests.verify.places import Request

NO_ROUTE, UNAUTHORIZED, FORBIDDEN, FAILED, PASSED = 404, 401, 403, 500, 200


def route_of(routes: Sequence[str], method: str, path: str) -> str | None:
    """The route that API Gateway selects for a request.

    "Create routes for HTTP APIs": "API Gateway selects the route with the most-specific match … 1. Full match for a route and method.
    2. Match for a route and method with a greedy path variable ({proxy+}). 3. The $default route."
    """
    given = path.strip("/").split("/") if path.strip("/") else []

    def fits(route: str) -> tuple[int, ...] | None:
        if route == "$default":
            return (3,)
        verb, _, template = route.partition(" ")
        parts = template.strip("/").split("/") if template.strip("/") else []
        if verb not in {method, "ANY"}:
            return None
        rank: list[int] = []
        for at, part in enumerate(parts):
            if part.endswith("+}"):
                return (*rank, 2) if len(given) > at else None
            if at >= len(given) or (part != given[at] and not part.startswith("{")):
                return None
            rank.append(1 if part.startswith("{") else 0)
        return (*rank, -1 if verb != "ANY" else 0) if len(parts) == len(given) else None

    found = [(rank, route) for route in routes if (rank := fits(route)) is not None]
    return min(found)[1] if found else None


@dataclass
class Gateway:
    """One stage of an API. `identity`: the headers that answers are kept under, and `route` where $context.routeKey is one of them."""

    routes: Sequence[str]
    authorizer: Callable[[dict[str, Any]], dict[str, Any]]
    event: Callable[[Request], dict[str, Any]] = events.rest
    ttl: int = 300
    identity: Sequence[str] = ("Authorization",)
    now: float = 0
    asked: int = 0
    kept: dict[tuple[str | None, ...], tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def ask(self, request: Request) -> int:
        """The status.

        "Use API Gateway Lambda authorizers": "If a specified identity source is missing, null, or empty, API Gateway returns a 401
        Unauthorized response without calling the authorizer"; the answer is kept for the TTL under the values of the identity sources, and
        "is used for all methods" of the API. "Output …": `Unauthorized` is 401, another error 500, a policy that does not allow 403.
        """
        route = route_of(self.routes, request.method, request.path)
        if route is None:
            return NO_ROUTE
        sources = [route if name == "route" else self._header(request, name) for name in self.identity]
        if not all(sources):
            return UNAUTHORIZED
        key, event = tuple(sources), self._event(request, route, sources)
        answer = self._kept(key)
        if answer is None:
            self.asked += 1
            try:
                answer = self.authorizer(event)
            except Exception as error:  # noqa: BLE001  # as the service sees it: an error by its message
                return UNAUTHORIZED if str(error) == "Unauthorized" else FAILED
            if not self._is_answer(answer):
                return FAILED
            if self.ttl:
                self.kept[key] = (self.now + self.ttl, answer)
        return PASSED if events.permits(answer, event) else FORBIDDEN

    def _kept(self, key: tuple[str | None, ...]) -> dict[str, Any] | None:
        until, answer = self.kept.get(key, (0.0, None))
        return answer if until > self.now else None

    def _event(self, request: Request, route: str, sources: Sequence[str | None]) -> dict[str, Any]:
        event = self.event(request)
        if event.get("version") == "2.0":
            event |= {"routeKey": route, "identitySource": sources}
        return event

    @staticmethod
    def _header(request: Request, name: str) -> str | None:
        if name == "Authorization":
            return request.authorization
        return next((value for given, value in request.headers.items() if given.lower() == name.lower()), None)

    @staticmethod
    def _is_answer(answer: Mapping[str, Any]) -> bool:
        """See "Output from an API Gateway Lambda authorizer": "You can't set a JSON object or array as a … value of any key in the context
        map", the result is at most 8 KB, a Resource at most 512 characters.
        """
        flat = all(isinstance(value, str | int | float | bool) for value in answer.get("context", {}).values())
        statements = answer.get("policyDocument", {}).get("Statement", [])
        short = all(len(one) <= 512 for statement in statements for one in statement["Resource"])
        return flat and short and len(json.dumps(answer)) <= 8192


@dataclass
class JwtAuthorizer:
    """An HTTP API's own JWT authorizer ("Control access to HTTP APIs with JWT authorizers"): RSA only, and these claims."""

    issuer: str
    audience: Sequence[str]
    jwks: Callable[[], bytes]
    scopes: Sequence[str] = ()
    now: Callable[[], float] = time.time

    def ask(self, authorization: str | None) -> int:
        """401 for an invalid token, 403 for a missing scope. "The identitySource can include only the token, or … Bearer"."""
        if not authorization:
            return UNAUTHORIZED
        token = authorization.removeprefix("Bearer ")
        try:
            head, payload, signature = token.split(".")
            header, claims = json.loads(_bytes(head)), json.loads(_bytes(payload))
            # "kid – The token must have a header claim that matches the key in the jwks_uri that signed the token."
            jwk = next(jwk for jwk in json.loads(self.jwks())["keys"] if jwk["kid"] == header["kid"])
            if jwk["kty"] != "RSA" or header["alg"] != "RS256":  # "Currently, only RSA-based algorithms are supported."
                return UNAUTHORIZED
            n, e = (int.from_bytes(_bytes(jwk[name])) for name in ("n", "e"))
            RSAPublicNumbers(e, n).public_key().verify(_bytes(signature), f"{head}.{payload}".encode(), PKCS1v15(), SHA256())
        except (ValueError, KeyError, StopIteration, InvalidSignature):
            return UNAUTHORIZED
        named = claims.get("aud") or claims.get("client_id")  # "API Gateway validates client_id only if aud is not present."
        named = [named] if isinstance(named, str) else named
        times = claims["exp"] > self.now() and claims.get("nbf", 0) <= self.now() and claims.get("iat", 0) <= self.now()
        if claims.get("iss") != self.issuer or not set(named) & set(self.audience) or not times:
            return UNAUTHORIZED
        held = set(str(claims.get("scope", "")).split()) | set(claims.get("scp", ()))
        return PASSED if not self.scopes or held & set(self.scopes) else FORBIDDEN  # "at least one of the scopes in the route's"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
