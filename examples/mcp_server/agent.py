"""An agent on a person's machine. It only has the address of an MCP server: no issuer, no client id, no secret.

python -m examples.mcp_server.agent http://localhost:8080/mcp
"""

from __future__ import annotations

import logging
import os
import sys
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import anyio
import anyio.to_thread
import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken


class NotSignedInError(Exception):
    """The provider's answer is an error, for example because the person refused."""


class Callback(HTTPServer):
    """Receives the browser's redirect, on a port of this machine (RFC 8252 §7.3)."""

    answer: dict[str, str]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.answer = {}

    @property
    def uri(self) -> str:
        """The redirect URI."""
        return f"http://127.0.0.1:{self.server_port}/callback"

    def wait(self) -> dict[str, str]:
        """Return the parameters of the redirect: `code` and `state`, or `error`."""
        while not self.answer:
            self.handle_request()
        return self.answer


class Page(BaseHTTPRequestHandler):
    """Receives the parameters of the first request to /callback."""

    server: Callback

    def do_GET(self) -> None:  # the standard library defines the name
        """Answer the browser."""
        url = urlsplit(self.path)
        found = url.path == "/callback"
        if found:
            self.server.answer = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"You can close this window." if found else b"Nothing is here.")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the name is of the standard library
        """Write no log: the address contains the code."""


class Memory:
    """Keeps tokens and the registration while the program runs. A real agent keeps both in the system's keychain."""

    def __init__(self) -> None:
        self._tokens: OAuthToken | None = None
        self._client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self._tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self._tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self._client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self._client = client_info


async def ask(server: str, document: str | None) -> None:
    """Sign in and call the tools. `document`: the https address of this agent's metadata, if it has one; otherwise it registers itself."""
    callback = Callback()
    metadata = OAuthClientMetadata.model_validate(
        {
            "client_name": "Example agent",
            "redirect_uris": [callback.uri],
            "token_endpoint_auth_method": "none",
            "application_type": "native",
        }
    )

    async def leave(url: str) -> None:
        print(f"Sign in at {url}", flush=True)
        await anyio.to_thread.run_sync(webbrowser.open, url)

    async def back() -> AuthorizationCodeResult:
        answer = await anyio.to_thread.run_sync(callback.wait)
        if "code" not in answer:
            raise NotSignedInError(answer.get("error_description") or answer.get("error"))
        return AuthorizationCodeResult(code=answer["code"], state=answer.get("state"), iss=answer.get("iss"))

    own = OAuthClientProvider(server, metadata, Memory(), leave, back, client_metadata_url=document)
    async with httpx2.AsyncClient(auth=own) as http, Client(streamable_http_client(server, http_client=http)) as client:
        for name, arguments in (("whoami", {}), ("add_note", {"text": "Buy milk"}), ("list_notes", {})):
            result = await client.call_tool(name, arguments)
            print(f"{name}:", *(getattr(part, "text", "") for part in result.content), flush=True)


def main() -> str | None:
    """Run the agent. Returns the reason if the sign-in failed."""
    reason = None
    try:
        logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it would log the traceback of the error that is printed below
        anyio.run(ask, sys.argv[1], os.environ.get("CLIENT_METADATA_URL"))
    except* NotSignedInError as refused:  # a group: the SDK runs several tasks
        reason = f"Not signed in: {_first(refused)}"
    return reason


def _first(error: BaseException) -> BaseException:
    """Return the first error inside groups of groups."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


if __name__ == "__main__":
    sys.exit(main())
