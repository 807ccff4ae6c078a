"""The tokens of a completed sign-in at an upstream are kept, if the connection says so. It costs a write in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.kept_tokens import KeptTokens
from idp.services.upstream import token_seal
from idp.services.upstream.token_seal import OpenedToken

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.token_request import UpstreamTokens
    from idp.store.transport import Raw
    from idp.store.upstream_tokens import UpstreamTokenStore


def kept_from(
    keyring: Keyring, connection: Connection, user_id: str, link_id: str, tokens: UpstreamTokens, *, scope: str = "", now: int
) -> KeptTokens:  # fmt: skip
    """Return what is stored of the tokens of one answer. `scope`: the one of before, for an answer that tells none. `now`: in seconds."""
    bound = token_seal.bound_to(connection)
    opened = OpenedToken(tokens.access_token, tokens.scope or scope or " ".join(connection.scopes))
    refresh = tokens.refresh_token
    return KeptTokens(
        user_id, connection.id, link_id, bound, token_seal.seal_access(keyring, user_id, link_id, bound, opened),
        None if tokens.expires_in is None else now + tokens.expires_in, now,
        token_seal.seal_refresh(keyring, user_id, link_id, bound, refresh) if refresh else None, bound if refresh else "",
    )  # fmt: skip


class TokenKeeper:
    """Makes the parts of transactions that keep tokens."""

    def __init__(self, keyring: Keyring, store: UpstreamTokenStore) -> None:
        self._keyring, self._store = keyring, store

    def parts(self, connection: Connection, user_id: str, link_id: str, tokens: UpstreamTokens | None, now: int) -> tuple[Raw, ...]:
        """Return the part that keeps these tokens of a person who is linked. None for a connection that keeps none. `now`: in seconds."""
        if tokens is None or not connection.keeps_tokens:
            return ()
        return (self._store.keep_part(kept_from(self._keyring, connection, user_id, link_id, tokens, now=now)),)
