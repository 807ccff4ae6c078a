"""The official MCP SDKs: an agent with only a server's address finds the provider, registers, and sends a token to the server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import anyio
import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

from tests.integration.oidc.registering import as_json
from tests.real_clients.conftest import CALLBACK, Visitor
from tests.support import node_client
from tests.support.mcp_server import SCOPE, mcp_server
from tests.support.tls import Authority, HttpsSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.served_provider import ServedProvider

METADATA: dict[str, Any] = {
    "client_name": "An agent",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HttpsSite, Authority]]:
    """The site of the agent's metadata document."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with HttpsSite(authority, "localhost") as site:
        site.answer = as_json({"client_id": document(site), **METADATA})
        yield site, authority


def document(site: HttpsSite) -> str:
    """The address of the metadata document."""
    return f"https://localhost:{site.port}/agent.json"


@pytest.fixture(scope="module")
def both(
    published: tuple[HttpsSite, Authority], quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServedProvider, str]]:
    """A provider that accepts both kinds of clients, and the MCP server."""
    own = {"dev_fetch_hosts": "localhost", "dev_fetch_ca": str(published[1].file)}
    folder = tmp_path_factory.mktemp("idp")
    with mcp_server(quick_endpoint, folder=folder, registration="open", client_id_metadata="on", **own) as both:
        yield both


@pytest.fixture
def running(both: tuple[ServedProvider, str]) -> ServedProvider:
    """The provider."""
    return both[0]


@pytest.fixture
def server(both: tuple[ServedProvider, str]) -> str:
    """The server's address."""
    return both[1]


@pytest.fixture(params=["registration", "document"])
def metadata_url(request: pytest.FixtureRequest, published: tuple[HttpsSite, Authority]) -> str | None:
    """How the agent becomes a client: by registering, or by the address of its document."""
    return document(published[0]) if request.param == "document" else None


@dataclass
class Agent:
    """The parts that the Python SDK requires of an app: a token storage, and a person with a browser."""

    visitor: Visitor
    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None
    asked: list[str] = field(default_factory=list)
    kept: list[str | None] = field(default_factory=list)

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens
        self.kept.append(tokens.refresh_token)

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info

    async def open(self, url: str) -> None:
        self.asked.append(url)

    async def back(self) -> AuthorizationCodeResult:
        url = await anyio.to_thread.run_sync(self.visitor.come_back, self.asked[-1])
        answer = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
        return AuthorizationCodeResult(code=answer["code"], state=answer["state"], iss=answer["iss"])

    async def call(self, server: str, metadata_url: str | None) -> tuple[str, str]:
        """Call the server's tool. Returns its answers with the first token and after that token has expired."""
        own = OAuthClientProvider(server, OAuthClientMetadata(**METADATA), self, self.open, self.back, client_metadata_url=metadata_url)
        async with httpx2.AsyncClient(auth=own) as http, Client(streamable_http_client(server, http_client=http)) as client:
            first = await client.call_tool("whoami", {})
            own.context.token_expiry_time = 1
            second = await client.call_tool("whoami", {})
        return getattr(first.content[0], "text", ""), getattr(second.content[0], "text", "")


def test_the_python_sdk(ada: Visitor, server: str, metadata_url: str | None) -> None:
    """From a 401 to an answer, with the real consent page. After the token has expired, the refresh token is enough."""
    agent = Agent(ada)
    said, again = anyio.run(agent.call, server, metadata_url)
    assert agent.client
    assert said == again == f"{ada.person.user.id} {agent.client.client_id}"
    assert metadata_url in {None, agent.client.client_id}
    (url,) = agent.asked
    query = parse_qs(urlsplit(url).query)
    assert query["resource"] == [server]
    assert SCOPE in query["scope"][0].split()
    assert len(set(agent.kept)) == 2


def test_the_typescript_sdk(ada: Visitor, server: str, metadata_url: str | None, node_clients: Path) -> None:
    """The same with the TypeScript SDK."""
    own = {"metadata": METADATA, "metadata_url": metadata_url, "redirect_uri": CALLBACK}
    config = {"server": server, "lasting": f"{SCOPE} offline_access", **own}
    found = node_client.run(node_clients / "mcp.mjs", config, ada.come_back)
    assert found["said"] == f"{ada.person.user.id} {found['client_id']}"
    assert metadata_url in {None, found["client_id"]}
    assert found["resource"] == server
    assert found["again"] == f"{ada.person.user.id} {found['later']}"
    assert found["rotated"]


def test_a_token_for_something_else_is_not_for_the_server(ada: Visitor, running: ServedProvider, server: str) -> None:
    """The server refuses it and names its metadata in the challenge (RFC 9728 §5.1)."""
    client, secret = running.client(
        client_name="Service", redirect_uris=[], grant_types=["client_credentials"], scope=SCOPE, resources=["https://api.example"]
    )
    sent = {"grant_type": "client_credentials", "scope": SCOPE, "resource": "https://api.example"}
    token = httpx.post(running.issuer + "/token", data=sent, auth=(client.id, secret or "")).json()["access_token"]
    refused = httpx.post(server, json={}, headers={"authorization": f"Bearer {token}"})
    assert refused.status_code == 401
    assert "resource_metadata=" in refused.headers["www-authenticate"]
