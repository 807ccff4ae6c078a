"""Notes for agents: an MCP server that takes access tokens of the provider.

ISSUER=http://localhost:8000 RESOURCE=http://localhost:8080/mcp uvicorn --factory examples.mcp_server.app:app --port 8080
"""

from __future__ import annotations

import os
from collections import defaultdict
from urllib.parse import urlsplit

import anyio.to_thread
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette

from idp.verify import Refused, Verifier

SCOPE = "notes:use"


class Tokens:
    """Checks a token for the MCP SDK: signature, type, issuer, audience, times (RFC 9068 §4)."""

    def __init__(self, issuer: str, resource: str) -> None:
        self._verifier = Verifier(issuer=issuer, audience=resource)  # once per process: it keeps the issuer's keys
        self._resource = resource

    async def verify_token(self, token: str) -> AccessToken | None:
        """Return what the token allows, or None for an invalid token, which the SDK answers with 401."""
        try:
            found = await anyio.to_thread.run_sync(self._verifier.verify, f"Bearer {token}")
        except Refused:
            return None
        return AccessToken(
            token=token, client_id=found.client_id, subject=found.subject, scopes=sorted(found.scopes),
            expires_at=found.claims["exp"], resource=self._resource,
        )  # fmt: skip


def build(issuer: str, resource: str) -> Starlette:
    """Return the server at the address `resource`, for tokens of `issuer`.

    The SDK adds what agents need: the 401 that names the metadata, and the metadata that names the issuer (RFC 9728).
    """
    auth = AuthSettings.model_validate(
        {"issuer_url": issuer, "resource_server_url": resource, "required_scopes": [SCOPE], "validate_token_resource": True}
    )
    server = MCPServer("Notes", token_verifier=Tokens(issuer, resource), auth=auth)
    notes: dict[str, list[str]] = defaultdict(list)

    @server.tool()
    def whoami() -> str:
        """Return a key for the person who signed in and the app that has the token."""
        token = _token()
        return f"{token.subject} {token.client_id}"

    @server.tool()
    def add_note(text: str) -> str:
        """Keep a note for the person who signed in."""
        notes[_person()].append(text)
        return f"Kept. You have {len(notes[_person()])}."

    @server.tool()
    def list_notes() -> list[str]:
        """Return the notes of the person who signed in."""
        return notes[_person()]

    here = urlsplit(resource)
    security = TransportSecuritySettings(allowed_hosts=[here.netloc], allowed_origins=[f"{here.scheme}://{here.netloc}"])
    return server.streamable_http_app(streamable_http_path=here.path, transport_security=security)


def app() -> Starlette:
    """Return the server, from the environment."""
    return build(os.environ["ISSUER"], os.environ["RESOURCE"])


def _token() -> AccessToken:
    """Return the token of this request."""
    token = get_access_token()
    if token is None:
        raise RuntimeError("The SDK lets no request without a token come here.")
    return token


def _person() -> str:
    return _token().subject or ""
