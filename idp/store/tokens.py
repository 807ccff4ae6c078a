"""Access tokens that were revoked individually (`state`). A token with a grant also ends with its grant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database

KEPT = 3600
"""Seconds for which a mark outlives its token. This is more than any verifier's clock may be behind."""


class RevokedTokenItem(StateItem):
    """The mark that a token was revoked."""

    kind_name = "revoked_token"
    jti = UnicodeAttribute()
    expires_at = NumberAttribute()

    def is_in_force(self, now: int) -> bool:
        """Whether the mark still counts at `now` (epoch seconds). The token itself is refused from `expires_at` on."""
        return now < int(self.expires_at) + KEPT


class RevokedTokens:
    """Writes revocations of single tokens."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def revoke(self, jti: str, expires_at: int) -> None:
        """Revoke the token. A repeated call has no effect (RFC 7009 §2.2). `expires_at`: its exp."""
        self._db.put(RevokedTokenItem.new(keys.revoked_token(jti), jti=jti, expires_at=expires_at, ttl=expires_at + KEPT))
