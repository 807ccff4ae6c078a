"""Tokens of an upstream whose person answers a form before the account or the link is made (`state`), by the attempt. For an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BinaryAttribute, NumberAttribute

from idp.store.tables import StateItem
from idp.store.upstream_token_keys import waiting_tokens

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw

KEPT = 3600


class WaitingTokensItem(StateItem):
    """The item. `sealed`: the tokens, encrypted. `expires_at`: epoch seconds."""

    kind_name = "waiting_tokens"
    sealed = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute()


class WaitingTokens:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, attempt_id: str, sealed: bytes, now: int) -> None:
        """Store the tokens of an attempt. `now`: epoch seconds."""
        self._db.put(WaitingTokensItem.new(waiting_tokens(attempt_id), sealed=sealed, expires_at=now + KEPT, ttl=now + KEPT))

    def get(self, attempt_id: str, now: int) -> bytes | None:
        """The tokens of an attempt, or None. `now`: epoch seconds."""
        found = self._db.get(WaitingTokensItem, waiting_tokens(attempt_id))
        return found.sealed if found and now < found.expires_at else None

    def delete_part(self, attempt_id: str) -> Raw:
        """The part of a transaction that removes them."""
        return self._db.delete_part(WaitingTokensItem, waiting_tokens(attempt_id))
