"""The ready code of the console, run as it is shown: it signs a person in, calls an API, or accepts a token of this provider.

The code for browsers is in `tests/journeys/test_ready_code.py`.
"""

from __future__ import annotations

import json
from importlib.metadata import distribution
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from idp.http.console.code_frameworks import FRAMEWORKS
from tests.real_clients.conftest import Visitor
from tests.support.forms import Browser, sign_in
from tests.support.process import free_port
from tests.support.ready_code import NODE, running
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.served_provider import ServedProvider

WEB = ("express", "flask", "django", "fastapi", "go")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def running_idp(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider on loopback. What is tested here is the code of apps, so one engine is enough."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp")) as running:
        yield running


@pytest.fixture
def idp(running_idp: ServedProvider) -> ServedProvider:
    """That provider."""
    return running_idp


def test_each_framework_is_run() -> None:
    """A new row of the table needs a test that runs its code."""
    here = {*WEB, "python-cli", "node-cli", "python-service", "shell", "python-device", "fastapi-api", "express-api", "mcp"}
    assert {one.id for one in FRAMEWORKS} == here | {"browser", "react"}


def test_the_commands_install_what_the_tests_run() -> None:
    """The packages that the console names are those of this environment."""
    packages = json.loads((NODE / "package.json").read_text())["dependencies"]
    for one in FRAMEWORKS:
        program, _, names = one.install.partition(" install ")
        for name in (each for each in names.split() if program in {"pip", "npm"} and not each.startswith("./")):
            assert (name in packages) if program == "npm" else distribution(name)


@pytest.mark.parametrize(("name", "method"), [*((name, "basic") for name in WEB), *((name, "post") for name in ("express", "flask", "go"))])
def test_a_web_app_signs_a_person_in(name: str, method: str, idp: ServedProvider, ada: Visitor, tmp_path: Path) -> None:
    """From the app's first page to the app's own session, through the pages of the provider."""
    port = free_port()
    client, secret = idp.client(
        client_name="Shop", redirect_uris=[f"http://127.0.0.1:{port}/auth/callback"],
        token_endpoint_auth_method=f"client_secret_{method}", scope="openid profile email",
    )  # fmt: skip
    with running(name, client, idp, tmp_path, secret=secret, port=port) as program:
        browser = Browser(ada.http, stop="unused:")
        page = sign_in(browser, browser.open(program.origin + "/"), email=ada.person.email, password=ada.person.password, code=_code(ada))
        told = page.response.json()
        assert (told["sub"], told["email"]) == (ada.person.user.id, ada.person.email)
        forged = ada.http.get(f"{program.origin}/auth/callback", params={"code": "x", "state": "of another sign-in"})
        assert forged.status_code >= 400


def _code(ada: Visitor) -> str:
    assert ada.person.phone
    return ada.person.phone.code()


@pytest.mark.parametrize("name", ["python-cli", "node-cli"])
def test_a_command_line_tool_signs_a_person_in(name: str, idp: ServedProvider, ada: Visitor, tmp_path: Path) -> None:
    """The program listens on a port of its own (RFC 8252 §7.3), and the browser brings the code there."""
    client, _ = idp.client(
        client_name="Tool", redirect_uris=["http://127.0.0.1/done"], token_endpoint_auth_method="none", application_type="native",
    )  # fmt: skip
    with running(name, client, idp, tmp_path) as program:
        address = program.said(r"Sign in at (\S+)")[1]
        browser = Browser(ada.http, stop="unused:")
        page = sign_in(browser, browser.open(address), email=ada.person.email, password=ada.person.password, code=_code(ada))
        assert page.text == "You can close this window."
        assert f'"sub": "{ada.person.user.id}"' in program.ended()


def test_a_device_gets_what_a_person_allows(idp: ServedProvider, ada: Visitor, tmp_path: Path) -> None:
    """The person types the code that the program prints (RFC 8628)."""
    client, _ = idp.client(
        client_name="TV", redirect_uris=[], token_endpoint_auth_method="none", grant_types=[DEVICE], scope="openid profile email",
    )  # fmt: skip
    with running("python-device", client, idp, tmp_path) as program:
        found = program.said(r"Open (\S+) and type (\S+)")
        browser = Browser(ada.http, stop="unused:")
        page = browser.submit(browser.open(found[1]), {"user_code": found[2]})
        page = sign_in(browser, page, email=ada.person.email, password=ada.person.password, code=_code(ada))
        assert "connected" in page.text
        assert f'"sub": "{ada.person.user.id}"' in program.ended()


def service(idp: ServedProvider, audience: str, scope: str = "orders:read", method: str = "client_secret_basic") -> tuple[Any, str]:
    """A service that may get tokens for this API, and its secret."""
    client, secret = idp.client(
        client_name="Job", redirect_uris=[], grant_types=["client_credentials"], scope=scope, resources=[audience],
        token_endpoint_auth_method=method,
    )  # fmt: skip
    assert secret
    return client, secret


@pytest.mark.parametrize("api", ["fastapi-api", "express-api"])
def test_a_service_calls_an_api(api: str, idp: ServedProvider, tmp_path: Path) -> None:
    """Each service program gets a token and calls the API, which refuses others."""
    port, audience = free_port(), f"https://{api}.example"
    own, _ = idp.client(
        client_name="API", redirect_uris=[], grant_types=["client_credentials"], introspects=[audience], scope="orders:read"
    )
    with running(api, own, idp, tmp_path / "api", port=port, PORT=str(port)) as program:
        for name, method in (("python-service", "client_secret_basic"), ("shell", "client_secret_basic"), ("shell", "client_secret_post")):
            client, secret = service(idp, audience, method=method)
            with running(name, client, idp, tmp_path / f"{name}-{method}", secret=secret, API_URL=program.origin + "/") as job:
                assert client.id in job.ended()
        assert httpx.get(program.origin).status_code == 401
        assert httpx.get(program.origin, headers={"Authorization": "Bearer x.y.z"}).status_code == 401
        for wrong, status in ((service(idp, "https://other.example"), 401), (service(idp, audience, "orders:write"), 403)):
            assert _call(idp, *wrong, program.origin).status_code == status


def _call(idp: ServedProvider, client: Any, secret: str, address: str) -> httpx.Response:
    token = httpx.post(f"{idp.issuer}/token", data={"grant_type": "client_credentials"}, auth=(client.id, secret)).json()["access_token"]
    return httpx.get(address, headers={"Authorization": f"Bearer {token}"})


def test_an_mcp_server_accepts_a_token_for_itself_only(idp: ServedProvider, tmp_path: Path) -> None:
    """The SDK asks for a token and names its metadata; a token of this provider for this address opens it."""
    port = free_port()
    resource = f"http://127.0.0.1:{port}/mcp"
    own, _ = idp.client(
        client_name="Notes", redirect_uris=[], grant_types=["client_credentials"], introspects=[resource], scope="notes:use"
    )
    client, secret = service(idp, resource, "notes:use")
    headers = {"accept": "application/json, text/event-stream"}
    with running("mcp", own, idp, tmp_path, port=port):
        refused = httpx.post(resource, json=HELLO, headers=headers)
        assert refused.status_code == 401
        assert "resource_metadata=" in refused.headers["www-authenticate"]
        token = httpx.post(f"{idp.issuer}/token", data={"grant_type": "client_credentials"}, auth=(client.id, secret)).json()[
            "access_token"
        ]
        answer = httpx.post(resource, json=HELLO, headers={**headers, "authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        assert "Notes" in answer.text
        other, other_secret = service(idp, "https://other.example", "notes:use")
        wrong = httpx.post(f"{idp.issuer}/token", data={"grant_type": "client_credentials"}, auth=(other.id, other_secret)).json()
        assert httpx.post(resource, json=HELLO, headers={**headers, "authorization": f"Bearer {wrong['access_token']}"}).status_code == 401
