"""People whose id an import kept are reached by every operation of the admin API, also behind the gateway (threats R-10, F-07)."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote, urlsplit

import pytest

from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.domain.moving.person import ImportedPerson, RefusedRow
from idp.domain.people.user import may_be_kept, may_be_user_id
from idp.functions.http_api import HttpApi
from idp.services.moving.choices import Choices
from tests.integration.admin.operations import BODIES, filled, operations
from tests.support.kept_ids import SHAPES, moved

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from tests.support.world import World

OTHERS = {"usr_another", "usr_newcomer"}
"""Accounts that `filled` makes beside the one of the path: for a merge, and for the members of an organisation."""
UNREACHABLE = (*'/?#%\\"<>^`{}[]',)


def through_the_gateway(world: World, method: str, target: str, body: Any = None) -> int:
    """The status of the answer to the event that API Gateway makes of a request: it decodes the path once."""
    parts = urlsplit(target)
    path = unquote(parts.path)
    headers = {"host": "idp.example", "authorization": f"Bearer {world.service_token(world.root)}"}
    headers |= {} if body is None else {"content-type": "application/json"}
    event = {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": parts.query, "headers": headers,
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "127.0.0.1", "protocol": "HTTP/1.1", "userAgent": ""}, "requestId": "one",
        },
        "isBase64Encoded": False,
    }  # fmt: skip
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"" if body is None else json.dumps(body).encode(), "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    scope = HttpApi(event, cast("Any", None), cast("Any", None)).scope
    asyncio.run(world.app(scope, receive, send))
    return next(int(each["status"]) for each in said if each["type"] == "http.response.start")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_operation_reaches_a_kept_id(world: World, monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    """With the id percent-encoded, as RFC 3986 §2.1 says. No operation answers 404 or makes an error of the server."""
    asked = 0
    monkeypatch.setattr(world, "user", lambda **members: moved(world, SHAPES[shape](), **members))
    for method, path, _, name in operations(world):
        if "{user_id}" not in path:
            continue
        before = {each.id for each in world.services.users.listing(limit=1000)[0]}
        target = filled(world, path)
        [kept] = {each.id for each in world.services.users.listing(limit=1000)[0]} - before - OTHERS
        assert kept in target
        encoded = target.replace(kept, quote(kept, safe=""))
        for address in {encoded, target} if method == "GET" else {encoded}:
            assert through_the_gateway(world, method, address, BODIES.get(name)) < 300, (method, address)
        asked += 1
    assert asked > 20


@pytest.mark.parametrize("shape", SHAPES)
def test_a_made_link_names_its_address_encoded(world: World, shape: str) -> None:
    """RFC 9110 §10.2.2: Location is a URI reference."""
    kept = SHAPES[shape]()
    moved(world, kept)
    world.services.trusted_issuers.create(TrustedIssuer("https://acme.example", "https://acme.example/jwks"))
    body = {"issuer": "https://acme.example", "subject": secrets.token_hex(8)}
    made = world.call("POST", f"/users/{quote(kept, safe='')}/issuer-links", json=body)
    assert made.headers["location"] == f"/admin/v1/users/{quote(kept, safe='')}/issuer-links/{made.json()['id']}"
    assert world.call("DELETE", made.headers["location"]).status_code == 204


@pytest.mark.parametrize("character", UNREACHABLE)
def test_an_id_that_no_address_can_carry_is_not_kept(world: World, character: str) -> None:
    """The gateway decodes `%2F` and cuts a path off at `%3F`. Such an id is still the form of a user, which no app may have."""
    for text in (f"auth0|a{character}b", f"auth0|{character}", f"usr_a{character}b"):
        assert not may_be_kept(text)
        assert may_be_user_id(text)
        refused: list[RefusedRow] = []
        row = ImportedPerson(1, text, f"p{secrets.token_hex(8)}@moved.example")
        world.services.importer.run([row], "test", Choices(keep_ids=True), refused=refused.append, workers=1)
        assert [each.reason.id for each in refused] == ["moving.id_not_kept"]
        assert world.services.users.get(text) is None


def test_a_slash_in_an_id_would_name_another_route(world: World) -> None:
    """Why such ids are refused: behind the gateway the path is the one of another address."""
    assert through_the_gateway(world, "GET", f"/admin/v1/users/{quote('auth0|a/b', safe='')}") == 404
