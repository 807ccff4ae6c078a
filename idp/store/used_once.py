"""Marks of things that may be used once (`state`): client assertions, DPoP proofs, pushed requests. A use is one conditional write."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.database import Refused
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database, Raw

KEPT = 120
"""Seconds for which a mark outlives the thing. This is more than any accepted clock difference."""


class Begun(Enum):
    """What `begin` found: nothing; a use that began and did not finish; a use that finished."""

    FIRST = "first"
    AGAIN = "again"
    USED = "used"


class UsedItem(StateItem):
    """The mark that something was used, and by which attempt. `open`: its effect may be missing."""

    kind_name = "used"
    attempt = UnicodeAttribute()
    expires_at = NumberAttribute()
    open = BooleanAttribute(null=True)


class UsedOnce:
    """Writes marks of single use."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def use(self, kind: str, name: str, *, expires_at: int, attempt: str) -> bool:
        """Use it. True for the first attempt, and for the same attempt again after a lost reply; False for all others.

        `expires_at` (epoch seconds): the thing is refused from then on. The mark is kept until then; TTL never removes it earlier.
        """
        refused = self._db.put(_mark(kind, name, expires_at, attempt), UsedItem.pk.does_not_exist())
        if not isinstance(refused, Refused):
            return True
        old = UsedItem.of(refused.old) if refused.old else None
        return old is not None and old.attempt == attempt

    def begin(self, kind: str, name: str, *, expires_at: int, attempt: str) -> Begun:
        """Begin a use whose effect takes several calls and may be repeated. Until `finish`, another attempt may begin it AGAIN.

        So a function that ended in the middle makes no thing count as used whose effect is missing (threats FI-4).
        """
        refused = self._db.put(_mark(kind, name, expires_at, attempt, begun=True), UsedItem.pk.does_not_exist())
        if not isinstance(refused, Refused):
            return Begun.FIRST
        old = UsedItem.of(refused.old) if refused.old else None
        if old is None or not old.open:
            return Begun.USED
        return Begun.FIRST if old.attempt == attempt else Begun.AGAIN

    def finish(self, kind: str, name: str) -> None:
        """The effect is there: from now on it is used."""
        self._db.update(UsedItem, keys.used_once(kind, name), [UsedItem.open.remove()], UsedItem.pk.exists())

    def use_part(self, kind: str, name: str, *, expires_at: int, attempt: str) -> Raw:
        """Return the part of a transaction that uses it. The transaction fails if another attempt used it before."""
        return self._db.put_part(_mark(kind, name, expires_at, attempt), UsedItem.pk.does_not_exist())


def _mark(kind: str, name: str, expires_at: int, attempt: str, *, begun: bool = False) -> UsedItem:
    return UsedItem.new(
        keys.used_once(kind, name), attempt=attempt, expires_at=expires_at, ttl=expires_at + KEPT, open=begun or None
    )  # fmt: skip
