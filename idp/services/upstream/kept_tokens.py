"""The tokens of a completed sign-in at an upstream are kept, if the connection says so. It costs a write in the same transaction.

If the person has to answer a form first, the tokens wait under the attempt: one write and one read more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.kept_tokens import KeptTokens
from idp.domain.errors import Unavailable
from idp.services.upstream import token_seal
from idp.services.upstream.token_seal import OpenedToken

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.pending_link import PendingLink
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.token_request import UpstreamTokens
    from idp.store.transport import Raw
    from idp.store.upstream_tokens import UpstreamTokenStore
    from idp.store.waiting_tokens import WaitingTokens


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

    def __init__(self, keyring: Keyring, store: UpstreamTokenStore, waiting: WaitingTokens) -> None:
        self._keyring, self._store, self._waiting = keyring, store, waiting

    def wait(self, connection: Connection, pending: PendingLink, tokens: UpstreamTokens | None, now: int) -> None:
        """Keep the tokens until the person has answered a form. Nothing for a connection that keeps none. `now`: epoch seconds."""
        if tokens is not None and connection.keeps_tokens and pending.attempt[0]:
            members, bound = [now, *tokens], token_seal.bound_to(connection)
            sealed = token_seal.seal_waiting(self._keyring, pending.attempt[0], pending.id, bound, members)
            self._waiting.put(pending.attempt[0], sealed, now)

    def waited(self, connection: Connection, pending: PendingLink, now: int) -> tuple[UpstreamTokens | None, tuple[Raw, ...]]:
        """Return the tokens that wait for this identity, and the part of a transaction that removes them. `now`: epoch seconds."""
        from idp.services.upstream.token_request import UpstreamTokens

        attempt = pending.attempt[0]
        sealed = self._waiting.get(attempt, now) if connection.keeps_tokens and attempt else None
        if sealed is None:
            return None, ()
        try:
            began, *members = token_seal.open_waiting(self._keyring, attempt, pending.id, token_seal.bound_to(connection), sealed)
        except Unavailable:  # the connection was changed meanwhile
            return None, ()
        tokens = UpstreamTokens(*members)
        if tokens.expires_in is not None:
            tokens = tokens._replace(expires_in=tokens.expires_in + began - now)
        return tokens, (self._waiting.delete_part(attempt),)

    def parts(self, connection: Connection, user_id: str, link_id: str, tokens: UpstreamTokens | None, now: int) -> tuple[Raw, ...]:
        """Return the part that keeps these tokens of a person who is linked. None for a connection that keeps none. `now`: in seconds."""
        if tokens is None or not connection.keeps_tokens:
            return ()
        return (self._store.keep_part(kept_from(self._keyring, connection, user_id, link_id, tokens, now=now)),)
