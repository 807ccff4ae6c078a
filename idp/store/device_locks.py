"""The locked browsers of a user (`state`). Their counters name no user, so admins find them through these items.

An item refers to a counter. The counter itself tells whether it locks, and until when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from idp.store import keys, sign_in_keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database


class DeviceLockItem(StateItem):
    """The mark that a counter of the kind `device` reached a lock."""

    kind_name = "device_lock"
    digest = UnicodeAttribute()


class DeviceLocks:
    """Reads and writes marks of locked browsers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, user_id: str, digest: str, *, expires_at: int) -> None:
        """Write that the counter with this digest is of a browser of this user, until `expires_at` (epoch seconds)."""
        self._db.put(DeviceLockItem.new(sign_in_keys.device_lock(user_id, digest), digest=digest, ttl=expires_at))

    def of(self, user_id: str) -> list[str]:
        """The digests of the user's counters that reached a lock in the last two days."""
        found = self._db.query_all("state", keys.user_pk(user_id), sk_begins=sign_in_keys.DEVICE_LOCK)
        return [item.digest for item in DeviceLockItem.readable(found)]

    def forget(self, user_id: str, digests: list[str]) -> None:
        """Remove marks."""
        self._db.batch_write(deletes=[(DeviceLockItem, sign_in_keys.device_lock(user_id, digest)) for digest in digests])
