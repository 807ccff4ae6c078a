"""A small MCP server, by the Python SDK, that only answers those who bring a token of the provider for it (RFC 9728, RFC 8707, RFC 9068).

with mcp_server(moto_endpoint, folder=tmp_path) as (idp, address):     # "http://localhost:PORT/mcp"
    …
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer

from tests.support.deployment import Deployment, deployment
from tests.support.site import site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCOPE = "notes:read"


class Verifier:
    """Tokens of this issuer for this server, by its published keys."""

    def __init__(self, issuer: str, resource: str) -> None:
        self._issuer, self._resource = issuer, resource

    async def verify_token(self, token: str) -> AccessToken | None:
        """What the token allows; None when it is not for here."""
        async with httpx.AsyncClient() as http:
            keys = KeySet.import_key_set((await http.get(self._issuer + "/jwks")).json())
        try:
            decoded = jwt.decode(token, keys, algorithms=["RS256"])
        except JoseError:
            return None
        claims = decoded.claims
        if (decoded.header["typ"], claims["iss"], claims["aud"]) != ("at+jwt", self._issuer, self._resource):
            return None
        return AccessToken(
            token=token,
            client_id=claims["client_id"],
            scopes=claims["scope"].split(),
            expires_at=claims["exp"],
            resource=claims["aud"],
            subject=claims["sub"],
        )


def build(issuer: str, origin: str) -> Any:
    """The server, as an ASGI app."""
    resource = origin + "/mcp"
    # From strings: a URL made before would end in a slash, and be another issuer.
    auth = AuthSettings.model_validate(
        {"issuer_url": issuer, "resource_server_url": resource, "required_scopes": [SCOPE], "validate_token_resource": True}
    )
    server = MCPServer("Notes", token_verifier=Verifier(issuer, resource), auth=auth)

    @server.tool()
    def whoami() -> str:
        """Who asks, and with which app."""
        token = get_access_token()
        return f"{token.subject} {token.client_id}" if token else ""

    return server.streamable_http_app(host="localhost")


@contextlib.contextmanager
def mcp_server(endpoint: str, *, folder: Path, **settings: Any) -> Iterator[tuple[Deployment, str]]:
    """The provider, and the server's address, until the `with` ends. The provider lets any client ask for tokens for it."""
    started: list[Deployment] = []
    with contextlib.ExitStack() as stack:

        def both(origin: str) -> Any:
            own = {"registration_resources": origin + "/mcp", "registration_scopes": f"openid offline_access {SCOPE}", **settings}
            idp = stack.enter_context(deployment(endpoint, folder=folder, **own))
            started.append(idp)
            return build(idp.issuer, origin)

        with site(both) as origin:
            yield started[0], origin + "/mcp"
