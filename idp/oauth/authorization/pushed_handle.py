"""The handle of a pushed authorization request (RFC 9126 §2.2): a request_uri that seals the whole request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import PageError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.provider import HandleParts

URN = "urn:ietf:params:oauth:request_uri:"
PUSHED = "pushed_request"
"""The purpose under which a pushed request is sealed, and the kind of the item that marks it as used."""
LIFETIME = 90
"""Seconds from the push to the authorization request; FAPI 2.0 §5.3.2.2 asks for less than 600."""


def open_pushed(provider: HandleParts, request_uri: str, client: Client) -> tuple[str, dict[str, Any]]:
    """The id and parameters of a pushed request.

    Raises:
        PageError: the handle is forged or expired, or another client (or an earlier client with this id) pushed the request (§4).
    """
    opened = provider.tokens.unseal(PUSHED, request_uri.removeprefix(URN))
    if isinstance(opened, list):
        pushed_id, ends, client_id, pushed, *stamp = opened
        if provider.clock() < ends and client_id == client.id and client.accepts(stamp[0] if stamp else "", ends):
            return pushed_id, pushed
    raise PageError("invalid_request_uri", "page.pushed_request_expired", app=client)
