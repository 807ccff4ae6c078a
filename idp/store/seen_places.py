"""Places (`state`): a network and a family of browsers in which a user signed in. The item has a keyed hash of them, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from idp.domain.factors.known_device import LIFETIME
from idp.store import sign_in_keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw


class SeenPlaceItem(StateItem):
    """The item of a place."""

    kind_name = "seen_place"
    attempt = UnicodeAttribute()


class SeenPlaces:
    """Remembers places."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, user_id: str, digest: str, *, attempt: str, now: int, parts: list[Raw]) -> bool:
        """Remember the place, together with the other `parts` of the transaction. False, with nothing written, if it is known already.

        `attempt`: an id of this attempt, by which a retry after a lost reply recognises its own write.
        """
        new = SeenPlaceItem.new(sign_in_keys.seen_place(user_id, digest), attempt=attempt, ttl=now + LIFETIME)
        refused = self._db.transact(self._db.put_part(new, SeenPlaceItem.pk.does_not_exist()), *parts)
        return refused is None or self._db.was_written(refused[0], new)
