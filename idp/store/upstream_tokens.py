"""Tokens of upstreams (`state`): one item for each link of a person, in the person's partition. The store sees encrypted tokens only.

They are refreshed under a lease: only its holder asks the upstream, so that no refresh token is sent twice. A refresh token that is used
twice can end all tokens of the person there (RFC 9700 §4.14.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.connections.kept_tokens import KeptTokens
from idp.store import upstream_token_keys as keys
from idp.store.database import Refused
from idp.store.keys import user_pk
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.transport import Raw

KEPT = 180 * 86400
"""Seconds for which tokens are kept after the last sign-in or refresh."""


class UpstreamTokensItem(StateItem):
    """The item of kept tokens. `lease`: the attempt that refreshes them until `lease_until` (epoch seconds)."""

    kind_name = "upstream_tokens"
    user_id = UnicodeAttribute()
    connection_id = UnicodeAttribute()
    link_id = UnicodeAttribute()
    bound = UnicodeAttribute()
    access = BinaryAttribute(legacy_encoding=False)
    expires_at = NumberAttribute(null=True)
    stored_at = NumberAttribute()
    refresh = BinaryAttribute(null=True, legacy_encoding=False)
    refresh_bound = UnicodeAttribute(null=True)
    lease = UnicodeAttribute(null=True)
    lease_until = NumberAttribute(null=True)

    def kept(self) -> KeptTokens:
        """Convert it to the domain's class."""
        return KeptTokens(
            self.user_id, self.connection_id, self.link_id, self.bound, self.access,
            None if self.expires_at is None else int(self.expires_at), int(self.stored_at), self.refresh, self.refresh_bound or "",
        )  # fmt: skip


class UpstreamTokenStore:
    """Reads and writes kept tokens."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, user_id: str, connection_id: str) -> KeptTokens | None:
        """The tokens of the account at the upstream with which the person signed in last, or None. One Query."""
        found = UpstreamTokensItem.readable(self._db.query_all("state", user_pk(user_id), sk_begins=keys.TOKENS))
        kept = [one.kept() for one in found if one.connection_id == connection_id]
        return max(kept, key=lambda one: (one.stored_at, one.link_id), default=None)

    def keep_part(self, kept: KeptTokens) -> Raw:
        """The part of a transaction that stores the tokens of a sign-in. It has no condition.

        Without a refresh token the stored one stays: some upstreams give it at the first sign-in only.
        """
        place = keys.upstream_tokens(kept.user_id, kept.link_id)
        if kept.refresh is not None:
            return self._db.put_part(UpstreamTokensItem.new(place, **kept._asdict(), ttl=kept.stored_at + KEPT))
        fixed: list[Action] = [
            UpstreamTokensItem.kind.set(UpstreamTokensItem.kind_name),
            UpstreamTokensItem.user_id.set(kept.user_id),
            UpstreamTokensItem.connection_id.set(kept.connection_id),
            UpstreamTokensItem.link_id.set(kept.link_id),
        ]
        return self._db.update_part(UpstreamTokensItem, place, [*fixed, *_renewed(kept)])

    def lease(self, kept: KeptTokens, *, attempt: str, now: int, until: int) -> bool:
        """Take the lease until `until`. False if another attempt has it, or the tokens changed since they were read. Epoch seconds."""
        same, free = UpstreamTokensItem.access == kept.access, UpstreamTokensItem.lease_until.does_not_exist()
        actions = [UpstreamTokensItem.lease.set(attempt), UpstreamTokensItem.lease_until.set(until)]
        done = self._db.update(
            UpstreamTokensItem, _key(kept), actions, same & (free | (UpstreamTokensItem.lease_until <= now))
        )  # fmt: skip
        return _lease_of(done) == attempt if isinstance(done, Refused) else True

    def replace(self, kept: KeptTokens, *, attempt: str) -> bool:
        """Store refreshed tokens, and end the lease. False if this attempt does not have it any more: the tokens changed or are gone."""
        actions = [*_renewed(kept), UpstreamTokensItem.lease.remove(), UpstreamTokensItem.lease_until.remove()]
        done = self._db.update(UpstreamTokensItem, _key(kept), actions, UpstreamTokensItem.lease == attempt)
        if not isinstance(done, Refused):
            return True
        found = UpstreamTokensItem.of(done.old)
        return found is not None and found.access == kept.access  # it was written before a lost reply

    def release(self, kept: KeptTokens, *, attempt: str) -> None:
        """End the lease of this attempt. The tokens stay as they are."""
        actions = [UpstreamTokensItem.lease.remove(), UpstreamTokensItem.lease_until.remove()]
        self._db.update(UpstreamTokensItem, _key(kept), actions, UpstreamTokensItem.lease == attempt)

    def remove(self, kept: KeptTokens, *, attempt: str) -> bool:
        """Remove the tokens. False if this attempt does not have the lease: the person signed in again meanwhile, or they are gone."""
        return self._db.delete(UpstreamTokensItem, _key(kept), UpstreamTokensItem.lease == attempt) is None

    def delete_part(self, user_id: str, link_id: str) -> Raw:
        """The part of a transaction that removes the tokens of a link, if there are any."""
        return self._db.delete_part(UpstreamTokensItem, keys.upstream_tokens(user_id, link_id))


def _renewed(kept: KeptTokens) -> list[Action]:
    """The changes by which the tokens are these. A refresh token that was stored stays, unless there is a new one."""
    expires = UpstreamTokensItem.expires_at
    actions: list[Action] = [
        UpstreamTokensItem.bound.set(kept.bound),
        UpstreamTokensItem.access.set(kept.access),
        expires.remove() if kept.expires_at is None else expires.set(kept.expires_at),
        UpstreamTokensItem.stored_at.set(kept.stored_at),
        UpstreamTokensItem.ttl.set(kept.stored_at + KEPT),
    ]
    if kept.refresh is not None:
        actions += [UpstreamTokensItem.refresh.set(kept.refresh), UpstreamTokensItem.refresh_bound.set(kept.refresh_bound)]
    return actions


def _key(kept: KeptTokens) -> Key:
    return keys.upstream_tokens(kept.user_id, kept.link_id)


def _lease_of(refused: Refused) -> str | None:
    found = UpstreamTokensItem.of(refused.old)
    return found.lease if found else None
