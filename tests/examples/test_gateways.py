"""The examples behind API Gateway: its rules are emulated from each serverless.yml, and the function answers."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import yaml

from idp.wiring.authorizer import build_authorizer
from tests.examples.tokens import broken, token
from tests.support.gateway import FORBIDDEN, NO_ROUTE, PASSED, UNAUTHORIZED, Gateway, JwtAuthorizer, route_of
from tests.support.served_provider import ServedProvider
from tests.verify import events
from tests.verify.places import Request

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
OTHER = "https://other.example.com"


def deployed(example: str, **parameters: str) -> dict[str, Any]:
    """Return serverless.yml with these parameters and the defaults of the others."""
    text = (EXAMPLES / example / "serverless.yml").read_text()

    def value(found: re.Match[str]) -> str:
        return parameters.get(found[1], found[2])

    whole: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{(?:param|opt):(\w+), '([^']*)'\}", value, text))
    return whole


def claims_of(text: str) -> dict[str, Any]:
    payload = text.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return said


def expired(idp: ServedProvider) -> str:
    idp.clock.advance(-3600)
    try:
        return token(idp)
    finally:
        idp.clock.advance(3600)


def http_api(idp: ServedProvider) -> Callable[[str, str, str | None], int]:
    """The gateway before the function: from method, path and Authorization to the status."""
    stack = deployed("http_api", issuer=idp.issuer)
    known = stack["provider"]["httpApi"]["authorizers"]["provider"]
    assert (known["type"], known["identitySource"]) == ("jwt", "$request.header.Authorization")
    scopes = {
        f"{event['httpApi']['method']} {event['httpApi']['path']}": event["httpApi"]["authorizer"]["scopes"]
        for event in stack["functions"]["orders"]["events"]
    }
    metadata = httpx.get(known["issuerUrl"] + "/.well-known/openid-configuration").json()

    def ask(method: str, path: str, authorization: str | None) -> int:
        route = route_of(list(scopes), method, path)
        if route is None:
            return NO_ROUTE
        gate = JwtAuthorizer(
            metadata["issuer"], known["audience"], lambda: httpx.get(metadata["jwks_uri"]).content, scopes[route], idp.clock
        )
        return gate.ask(authorization)

    return ask


def test_the_gateways_own_authorizer_accepts_the_providers_tokens(idp: ServedProvider, example: Callable[..., ModuleType]) -> None:
    """The provider's tokens with default settings. The function gets the claims as texts."""
    ask, held = http_api(idp), token(idp)
    assert ask("GET", "/orders", f"Bearer {held}") == PASSED
    assert ask("POST", "/orders", f"Bearer {held}") == FORBIDDEN
    assert ask("DELETE", "/orders", f"Bearer {held}") == NO_ROUTE
    claims = {name: value if isinstance(value, str) else str(value) for name, value in claims_of(held).items()}
    event = {"routeKey": "GET /orders", "requestContext": {"authorizer": {"jwt": {"claims": claims, "scopes": ["orders:read"]}}}}
    answer = example("http_api.handler").handler(event, None)
    assert json.loads(answer["body"]) == {"for": claims["sub"], "client": claims["client_id"], "route": "GET /orders"}


def test_the_gateways_own_authorizer_refuses_invalid_tokens(idp: ServedProvider) -> None:
    """Missing, malformed, forged, expired, for another API, or of a revoked key."""
    ask = http_api(idp)
    for sent in (*broken(token(idp)).values(), f"Bearer {token(idp, resource=OTHER)}", f"Bearer {expired(idp)}"):
        assert ask("GET", "/orders", sent) == UNAUTHORIZED, sent


def test_after_a_rotation_the_gateway_accepts_old_and_new_tokens(idp: ServedProvider) -> None:
    """After it has read the keys again, it refuses tokens of a revoked key."""
    ask, old = http_api(idp), token(idp)
    was = idp.services.keyring.active().kid
    idp.services.key_rotation.rotate("RS256", at_once=True)
    new = token(idp)
    assert [ask("GET", "/orders", f"Bearer {each}") for each in (old, new)] == [PASSED, PASSED]
    idp.services.key_rotation.revoke(was)
    assert [ask("GET", "/orders", f"Bearer {each}") for each in (old, new)] == [UNAUTHORIZED, PASSED]


@pytest.fixture
def rest_api(idp: ServedProvider, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """A REST API with the authorizer as the example declares it."""
    stack = deployed("rest_api", issuer=idp.issuer)
    authorizer, routes = stack["functions"]["authorizer"], [event["http"] for event in stack["functions"]["orders"]["events"]]
    assert authorizer["handler"] == "idp.functions.authorizer.handler"
    assert {(each["authorizer"]["type"], each["authorizer"]["name"]) for each in routes} == {("request", "authorizer")}
    monkeypatch.chdir(EXAMPLES / "rest_api")  # Lambda starts a function in the folder of its unpacked archive
    function = build_authorizer(authorizer["environment"], clock=idp.clock)
    ttl = {each["authorizer"]["resultTtlInSeconds"] for each in routes}.pop()
    return Gateway([f"{each['method']} /{each['path']}" for each in routes], function, events.rest, ttl=ttl)


def test_the_lambda_authorizer_allows_each_route_by_its_rule(
    idp: ServedProvider, rest_api: Gateway, example: Callable[..., ModuleType]
) -> None:
    """The function gets the caller in flat texts."""
    reader, writer = f"Bearer {token(idp)}", f"Bearer {token(idp, scope='orders:write')}"
    asked = [("GET", "/orders"), ("GET", "/orders/7"), ("POST", "/orders"), ("DELETE", "/orders/7"), ("PUT", "/orders")]
    assert [rest_api.ask(Request(reader, *each)) for each in asked] == [PASSED, PASSED, FORBIDDEN, FORBIDDEN, NO_ROUTE]
    assert [rest_api.ask(Request(writer, *each)) for each in asked[:4]] == [FORBIDDEN, FORBIDDEN, PASSED, FORBIDDEN]
    event = events.rest(Request(reader, "GET", "/orders"))
    event["requestContext"]["authorizer"] = rest_api.authorizer(event)["context"]
    event["resource"] = "/orders"
    told = json.loads(example("rest_api.handler").handler(event, None)["body"])
    assert (told["scope"], told["route"]) == ("orders:read", "GET /orders")


def test_the_lambda_authorizer_refuses_invalid_tokens(idp: ServedProvider, rest_api: Gateway) -> None:
    """Missing, malformed, forged, expired, for another API: 401, and the function is not called."""
    for sent in (*broken(token(idp)).values(), f"Bearer {token(idp, resource=OTHER)}", f"Bearer {expired(idp)}"):
        assert rest_api.ask(Request(sent, "GET", "/orders")) == UNAUTHORIZED, sent


@pytest.mark.parametrize("example_name", ["http_api", "rest_api", "scheduled_job"])
def test_each_serverless_file_names_existing_code(example_name: str) -> None:
    """Handlers exist, and no variable contains a secret."""
    for function in deployed(example_name)["functions"].values():
        module, _, name = function["handler"].rpartition(".")
        file = EXAMPLES / example_name / f"{module}.py"
        source = file if file.exists() else EXAMPLES.parent / (module.replace(".", "/") + ".py")
        assert f"def {name}(" in source.read_text()
        assert not [variable for variable in function.get("environment", {}) if variable.endswith(("SECRET", "PASSWORD", "KEY"))]


@pytest.mark.parametrize("name", ["http_api", "rest_api", "scheduled_job"])
def test_the_deployment_tool_renders_each_example(name: str, node_clients: Path, tmp_path: Path) -> None:
    """The authorizer of the rendered template is the one that the tests above emulate."""
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder)
    with zipfile.ZipFile(folder / "authorizer.zip", "w") as archive:
        archive.writestr("rules.json", "{}")
    nobody = {
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nobody",
        "SLS_NOTIFICATIONS_MODE": "off",
        "SLS_TRACKING_DISABLED": "1",
    }
    osls = node_clients / "node_modules" / ".bin" / "osls"
    command = [str(osls), "package", "--stage", "prod"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **nobody}, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    template = json.loads((folder / ".serverless" / "cloudformation-template-update-stack.json").read_text())
    found = [each["Properties"] for each in template["Resources"].values() if each["Type"].endswith("::Authorizer")]
    if name == "http_api":
        wanted = {"Issuer": "https://id.example.com", "Audience": ["https://orders.example.com"]}
        assert [(each["AuthorizerType"], each["JwtConfiguration"]) for each in found] == [("JWT", wanted)]
    elif name == "rest_api":
        assert [(each["Type"], each["AuthorizerResultTtlInSeconds"]) for each in found] == [("REQUEST", 0)]
    else:
        assert found == []
