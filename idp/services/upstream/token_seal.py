"""The encryption of kept tokens under the data key. They open only for the person, link and connection that they were issued for."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.kept_tokens import KeptTokens
    from idp.services.keys.keyring import Keyring

ACCESS, REFRESH = "access", "refresh"


class OpenedToken(NamedTuple):
    """An access token of the upstream in plain, and its scope."""

    token: str
    scope: str

    def __repr__(self) -> str:
        return "OpenedToken(...)"


def bound_to(connection: Connection) -> str:
    """Return what the tokens of a connection are bound to: this connection, our client there, and the host that issued them.

    So a refresh token goes to no other host, and the tokens of a deleted connection do not count for a later one with its id.
    """
    facts = (connection.id, str(connection.created_at), connection.client_id, urlsplit(connection.token_endpoint).netloc)
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def seal_access(keyring: Keyring, user_id: str, link_id: str, bound: str, opened: OpenedToken) -> bytes:
    """Encrypt an access token with its scope. The id of the link stands for the connection and the subject at the upstream."""
    return keyring.protect(_purpose(ACCESS, user_id, link_id, bound), json.dumps(list(opened)).encode())


def seal_refresh(keyring: Keyring, user_id: str, link_id: str, bound: str, token: str) -> bytes:
    """Encrypt a refresh token."""
    return keyring.protect(_purpose(REFRESH, user_id, link_id, bound), token.encode())


def seal_waiting(keyring: Keyring, attempt_id: str, link_id: str, bound: str, members: list[Any]) -> bytes:
    """Encrypt tokens whose person is not known yet. They open for this attempt, identity and connection only."""
    return keyring.protect(f"upstream_tokens:waiting:{attempt_id}:{link_id}:{bound}", json.dumps(members).encode())


def open_waiting(keyring: Keyring, attempt_id: str, link_id: str, bound: str, sealed: bytes) -> list[Any]:
    """Return what `seal_waiting` encrypted. Raises Unavailable if it cannot be decrypted."""
    found: list[Any] = json.loads(keyring.reveal(f"upstream_tokens:waiting:{attempt_id}:{link_id}:{bound}", sealed))
    return found


def open_access(keyring: Keyring, kept: KeptTokens, bound: str) -> OpenedToken | None:
    """Return the access token; None if it was issued to another connection. Raises Unavailable if it cannot be decrypted."""
    if kept.bound != bound:
        return None
    token, scope = json.loads(keyring.reveal(_purpose(ACCESS, kept.user_id, kept.link_id, bound), kept.access))
    return OpenedToken(token, scope)


def open_refresh(keyring: Keyring, kept: KeptTokens, bound: str) -> str:
    """Return the refresh token; "" if there is none for this connection. Raises Unavailable if it cannot be decrypted."""
    if kept.refresh is None or kept.refresh_bound != bound:
        return ""
    return keyring.reveal(_purpose(REFRESH, kept.user_id, kept.link_id, bound), kept.refresh).decode()


def _purpose(kind: str, user_id: str, link_id: str, bound: str) -> str:
    return f"upstream_tokens:{kind}:{user_id}:{link_id}:{bound}"
