"""What the last verification of the audit chain found (`state`), for the console. It is no proof: a writer of the table can write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.audit_chain import HEADS
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.keys import Key


class LastVerification(NamedTuple):
    """`at`: when it ended, epoch seconds. `source`: tables or bucket. `first`, `last`: the hours. `worst`: the worst state of an hour
    (`domain.audit.report`). `events`: how many were verified. `faults`: findings that say that something was done to the audit.
    """

    at: int
    source: str
    first: str
    last: str
    worst: str
    events: int
    faults: int


def _key() -> Key:
    return keys.Key(HEADS, "VERIFIED")


class AuditVerificationItem(StateItem):
    """The item of the last verification. Each run replaces it."""

    kind_name = "audit_verification"
    ended_at = NumberAttribute()
    source = UnicodeAttribute()
    first = UnicodeAttribute()
    last = UnicodeAttribute()
    worst = UnicodeAttribute()
    events = NumberAttribute()
    faults = NumberAttribute()


class AuditVerifications:
    """Reads and writes the last verification."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, found: LastVerification, *, until: int) -> None:
        """Write it in place of the one before. `until`: the end of the item, epoch seconds."""
        told = {name: value for name, value in found._asdict().items() if name != "at"}
        self._db.put(AuditVerificationItem.new(_key(), ttl=until, ended_at=found.at, **told))

    def last(self) -> LastVerification | None:
        """The last one, or None."""
        item = self._db.get(AuditVerificationItem, _key())
        if item is None:
            return None
        return LastVerification(int(item.ended_at), item.source, item.first, item.last, item.worst, int(item.events), int(item.faults))
