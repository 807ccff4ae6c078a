"""Initial access tokens (`state`), which allow the registration of clients (RFC 7591 §3). Each use is one conditional write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.apps.initial_access_token import InitialAccessToken
from idp.store import app_keys
from idp.store.attributes import ObjectAttribute, has_shape
from idp.store.database import Refused
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw

KEPT = 86400
"""Seconds for which an expired token is still listed."""


class InitialAccessTokenItem(StateItem):
    """The item of a token. `attempt`: the registration that used it last, so that a retry after a lost reply counts once."""

    kind_name = "initial_access_token"
    token_id = UnicodeAttribute()
    digest = UnicodeAttribute()
    rules = ObjectAttribute()
    created_at = NumberAttribute()
    expires_at = NumberAttribute()
    max_uses = NumberAttribute()
    uses = NumberAttribute(default=0)
    attempt = UnicodeAttribute(default="")

    def token(self) -> InitialAccessToken:
        """Convert it to the domain's class."""
        return InitialAccessToken(
            id=self.token_id, digest=self.digest, note=str(self.rules.get("note", "")), scopes=tuple(map(str, self.rules["scopes"])),
            resources=tuple(map(str, self.rules["resources"])), created_at=int(self.created_at), expires_at=int(self.expires_at),
            max_uses=int(self.max_uses), uses=int(self.uses),
        )  # fmt: skip

    def check(self) -> None:
        """Raise ValueError or TypeError if the rules of the token are damaged."""
        super().check()
        has_shape(self.rules, scopes=list, resources=list)
        self.token()


class InitialAccessTokens:
    """Reads and writes initial access tokens."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, token: InitialAccessToken) -> bool:
        """Write a new token. False if the id is taken."""
        rules = {"scopes": list(token.scopes), "resources": list(token.resources), "note": token.note}
        item = InitialAccessTokenItem.new(
            app_keys.initial_access_token(token.id), token_id=token.id, digest=token.digest, rules=rules, created_at=token.created_at,
            expires_at=token.expires_at, max_uses=token.max_uses, uses=0, attempt="", ttl=token.expires_at + KEPT,
        )  # fmt: skip
        return self._db.put(item, InitialAccessTokenItem.pk.does_not_exist()) is None

    def get(self, token_id: str) -> InitialAccessToken | None:
        """The token, read strongly, or None."""
        found = self._db.get(InitialAccessTokenItem, app_keys.initial_access_token(token_id))
        return found.token() if found else None

    def use(self, token_id: str, *, attempt: str, now: int) -> bool:
        """Use the token once. False if it is used up, expired or gone. Of concurrent uses as many succeed as were left."""
        item = InitialAccessTokenItem
        left = item.pk.exists() & (item.uses < item.max_uses) & (item.expires_at > now) & (item.attempt != attempt)
        done = self._db.update(item, app_keys.initial_access_token(token_id), [item.uses.add(1), item.attempt.set(attempt)], left)
        if not isinstance(done, Refused):
            return True
        old = item.of(done.old) if done.old else None
        return old is not None and old.attempt == attempt

    def delete(self, token_id: str) -> bool:
        """Remove the token. False if it does not exist."""
        return self._db.delete(InitialAccessTokenItem, app_keys.initial_access_token(token_id), InitialAccessTokenItem.pk.exists()) is None

    def listing(self, *, limit: int = 50, start: Raw | None = None) -> tuple[list[InitialAccessToken], Raw | None]:
        """One page of tokens, and the key of the next page."""
        found, more = self._db.query("state", app_keys.INITIAL_ACCESS_TOKENS, limit=limit, start=start)
        return [item.token() for item in InitialAccessTokenItem.readable(found)], more
