"""The secret of a connection: what is one, how it is stored, and that no change sends a stored one to another host (O-19)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.connections import connection as domain
from idp.domain.errors import Invalid
from idp.services.connections.password_rules import hook_secret
from idp.services.connections.validation import LONGEST_SECRET, WITH_KEY
from idp.services.upstream.secret import seal_secret

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring


def with_secret(keyring: Keyring, made: Connection, plain: str) -> Connection:
    """Return the connection with this secret, sealed. Raises Invalid if it is no usable secret."""
    if not plain:
        return replace(made, secret="")
    if len(plain) > LONGEST_SECRET or not plain.isascii() or (made.client_auth not in WITH_KEY and not plain.isprintable()):
        raise Invalid("connection.secret_malformed", field="secret")
    if made.type == domain.PASSWORD and hook_secret(plain) is None:
        raise Invalid("connection.hook_secret_malformed", field="secret")
    if made.client_auth in WITH_KEY:
        from idp.services.keys import jose

        try:
            _, alg = jose.key_of_pem(plain, made.key_id)
        except ValueError as error:
            raise Invalid("connection.key_malformed", field="secret") from error
        if made.client_auth == "apple" and alg != "ES256":
            raise Invalid("connection.key_malformed", field="secret")
    return replace(made, secret=seal_secret(keyring, made.id, plain))


def is_sent_elsewhere(before: Connection, after: Connection) -> bool:
    """Return whether another host would get the secret, or the upstream would get a signing key in place of a secret.

    No answer contains a stored secret, so no change may send it to a host of the admin's choice either.
    """
    moved = _host(after.token_endpoint or after.hook) != _host(before.token_endpoint or before.hook)
    is_key = before.client_auth in WITH_KEY
    return (moved and after.client_auth not in WITH_KEY) or is_key != (after.client_auth in WITH_KEY)


def _host(url: str) -> tuple[str, ...]:
    """Return scheme and host; of what is no URL, which the validation refuses, the whole text."""
    try:
        return urlsplit(url)[:2]
    except ValueError:
        return (url,)
