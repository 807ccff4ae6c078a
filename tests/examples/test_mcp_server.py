"""The MCP server and the agent of the example: from an address to an answer, without a registration before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.examples.tokens import broken, token
from tests.integration.oidc.registering import as_json
from tests.support.forms import Browser
from tests.support.mcp_server import SCOPE, mcp_server
from tests.support.tls import Authority, HttpsSite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.people import Person
    from tests.support.served_provider import ServedProvider

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180
DOCUMENT = {"client_name": "Example agent", "redirect_uris": ["http://127.0.0.1/callback"], "token_endpoint_auth_method": "none"}
HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}  # fmt: skip
JSON = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority that the provider trusts."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def document(authority: Authority) -> Iterator[str]:
    """The address of the agent's metadata document."""
    with HttpsSite(authority, "localhost") as site:
        address = f"https://localhost:{site.port}/agent.json"
        site.answer = as_json({"client_id": address, **DOCUMENT})
        yield address


@pytest.fixture(scope="module")
def both(authority: Authority, quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServedProvider, str]]:
    """A provider with the settings of docs/mcp.md, and the server."""
    trusted = {"dev_fetch_hosts": "localhost", "dev_fetch_ca": str(authority.file)}
    folder = tmp_path_factory.mktemp("idp")
    with mcp_server(quick_endpoint, folder=folder, registration="open", client_id_metadata="on", **trusted) as both:
        yield both


def answer(idp: ServedProvider, ada: Person, url: str, decision: str) -> str:
    """Answer the provider's pages as a browser. Returns the redirect to the agent."""
    with httpx.Client(base_url=idp.issuer, follow_redirects=False) as http:
        browser = Browser(http, stop="http://127.0.0.1")
        page = browser.submit(browser.open(url), {"email": ada.email, "password": ada.password})
        page = browser.submit(page, button=decision)
    assert page.redirected_to, str(page)
    return page.redirected_to


def run(idp: ServedProvider, ada: Person, server: str, *, document: str = "", decision: str = "approve") -> tuple[str, str, list[str]]:
    """Run the agent as a program. Returns the address that it opens, and its output."""
    command = [sys.executable, "-m", "examples.mcp_server.agent", server]
    environment = {"BROWSER": "true", **({"CLIENT_METADATA_URL": document} if document else {})}  # `true` is a program that does nothing
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as agent:
        try:
            assert agent.stdout
            said = agent.stdout.readline()
            assert said.startswith("Sign in at "), agent.communicate(timeout=PATIENCE)
            url = said.removeprefix("Sign in at ").strip()
            assert httpx.get(answer(idp, ada, url, decision)).text == "You can close this window."
            out, err = agent.communicate(timeout=PATIENCE)
        finally:
            agent.kill()
    return url, err, out.splitlines()


@pytest.mark.parametrize("known", ["registration", "document"])
def test_an_agent_with_only_the_address_gets_an_answer(both: tuple[ServedProvider, str], document: str, known: str) -> None:
    """RFC 9728, RFC 8414, RFC 7591 or the address of a document, then the code flow with PKCE, resource and scope."""
    idp, server = both
    ada = idp.person()
    url, err, lines = run(idp, ada, server, document=document if known == "document" else "")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert (asked["resource"], asked["code_challenge_method"]) == (server, "S256")
    assert SCOPE in asked["scope"].split()
    assert asked["client_id"] == document if known == "document" else asked["client_id"].startswith("dyn_")
    assert lines == [f"whoami: {ada.user.id} {asked['client_id']}", "add_note: Kept. You have 1.", "list_notes: Buy milk"], err


def test_a_person_who_refuses_is_not_signed_in(both: tuple[ServedProvider, str]) -> None:
    """The agent reports it and calls no tool."""
    idp, server = both
    _, err, lines = run(idp, idp.person(), server, decision="deny")
    assert lines == []
    assert err == "Not signed in: The user did not allow it.\n"


def test_the_metadata_names_the_issuer(both: tuple[ServedProvider, str]) -> None:
    """RFC 9728 §3: at the address in the 401 (§5.1)."""
    idp, server = both
    refused = httpx.post(server, json=HELLO, headers=JSON)
    assert refused.status_code == 401
    address = server.replace("/mcp", "/.well-known/oauth-protected-resource/mcp")
    assert f'resource_metadata="{address}"' in refused.headers["www-authenticate"]
    told = httpx.get(address).json()
    assert (told["resource"], told["authorization_servers"], told["scopes_supported"]) == (server, [idp.issuer], [SCOPE])


def test_a_token_for_the_server_is_accepted(both: tuple[ServedProvider, str]) -> None:
    """Also a token of a service. So the refusals below are not those of every token."""
    idp, server = both
    assert (
        httpx.post(server, json=HELLO, headers={**JSON, "authorization": f"Bearer {token(idp, scope=SCOPE, resource=server)}"}).status_code
        == 200
    )


def test_any_other_token_is_refused(both: tuple[ServedProvider, str]) -> None:
    """Missing, malformed, forged, for another API, without the scope."""
    idp, server = both
    wrong = {**broken(token(idp, scope=SCOPE, resource=server)), "empty": "Bearer"}  # httpx sends no header that ends in a space
    for sent in (*wrong.values(), f"Bearer {token(idp, scope=SCOPE, resource='https://other.example')}"):
        refused = httpx.post(server, json=HELLO, headers=JSON if sent is None else {**JSON, "authorization": sent})
        assert refused.status_code == 401, sent
        assert "resource_metadata=" in refused.headers["www-authenticate"]
    lacking = {**JSON, "authorization": f"Bearer {token(idp, scope='other:use', resource=server)}"}
    refused = httpx.post(server, json=HELLO, headers=lacking)
    assert (refused.status_code, 'error="insufficient_scope"' in refused.headers["www-authenticate"]) == (403, True)


def test_a_request_for_another_host_is_refused(both: tuple[ServedProvider, str]) -> None:
    """DNS rebinding: the Host header must be the server's own."""
    idp, server = both
    held = {**JSON, "authorization": f"Bearer {token(idp, scope=SCOPE, resource=server)}", "host": "evil.example"}
    assert httpx.post(server, json=HELLO, headers=held).status_code == 421
