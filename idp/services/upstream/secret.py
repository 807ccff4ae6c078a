"""The secret of a connection, encrypted under the data key. It is decrypted only for a request to the upstream."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.services.upstream.refusal import misconfigured

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring


def seal_secret(keyring: Keyring, connection_id: str, plain: str) -> str:
    """Return what is stored in `Connection.secret`. It can be decrypted for this connection only."""
    return urlsafe_b64encode(keyring.protect(_purpose(connection_id), plain.encode())).decode()


def open_secret(keyring: Keyring, connection: Connection) -> str:
    """Return the client secret, or the PEM of a private key.

    Raises:
        UpstreamRefused: the connection has no secret, or one that was not sealed for it.
    """
    if not connection.secret:
        raise misconfigured(connection, "no secret")
    try:
        return keyring.reveal(_purpose(connection.id), urlsafe_b64decode(connection.secret)).decode()
    except (ValueError, Unavailable) as error:
        raise misconfigured(connection, "the secret cannot be decrypted") from error


def _purpose(connection_id: str) -> str:
    return f"connection:secret:{connection_id}"
