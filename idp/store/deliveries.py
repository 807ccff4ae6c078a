"""Logout tokens that still have to be delivered (`state`), sorted by the time at which they are due, in shards (`time_shards`).

One partition for all of them would be 333 sign-outs a second for the whole deployment, if the apps do not answer (docs/scale.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.tables import StateItem
from idp.store.time_shards import delivery_partition, delivery_partitions, is_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Database

KEPT = 2 * 86400
"""Seconds after which a delivery expires."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A logout token to a client about a session of a user. An empty `session_id` means all sessions of the user.

    `due` and `since` are epoch seconds. `client_stamp` is the client's (`Client.stamp`). `sharded`: it is stored in a shard.
    """

    id: str
    client_id: str
    user_id: str
    session_id: str
    due: int
    since: int
    attempts: int = 0
    client_stamp: str = ""
    sharded: bool = False

    @property
    def key(self) -> keys.Key:
        """Where it is stored."""
        return keys.delivery_of(delivery_partition(self.id, sharded=self.sharded), self.due, self.id)


class DeliveryItem(StateItem):
    """The item of a delivery."""

    kind_name = "delivery"
    delivery_id = UnicodeAttribute()
    client_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    session_id = UnicodeAttribute(default="")
    due = NumberAttribute()
    since = NumberAttribute()
    attempts = NumberAttribute(default=0)
    client_stamp = UnicodeAttribute(default="")

    def delivery(self) -> Delivery:
        """Convert it to the dataclass."""
        return Delivery(
            self.delivery_id, self.client_id, self.user_id, self.session_id, int(self.due), int(self.since), int(self.attempts),
            self.client_stamp, self.pk != keys.DELIVERIES,
        )  # fmt: skip


def _item(delivery: Delivery) -> DeliveryItem:
    return DeliveryItem.new(
        delivery.key,
        delivery_id=delivery.id,
        client_id=delivery.client_id,
        user_id=delivery.user_id,
        session_id=delivery.session_id,
        due=delivery.due,
        since=delivery.since,
        attempts=delivery.attempts,
        client_stamp=delivery.client_stamp,
        ttl=delivery.since + KEPT,
    )


class Deliveries:
    """Reads and writes deliveries."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """Write new deliveries, 25 per call. Returns them with where they are stored."""
        stored = [replace(delivery, sharded=is_on(self._db)) for delivery in deliveries]
        self._db.batch_write(puts=[_item(delivery) for delivery in stored])
        return stored

    def due(self, now: int, *, limit: int) -> list[Delivery]:
        """Deliveries that are due at `now` (epoch seconds), the oldest first. One call for each partition."""
        found: list[Delivery] = []
        for partition in delivery_partitions(sharded=self._db.time_shards):
            raws, _ = self._db.query("state", partition, after=" ", before=f"DELIVERY#{now:010d}~", limit=limit)
            found += [item.delivery() for item in DeliveryItem.readable(raws)]
        return sorted(found, key=lambda delivery: delivery.due)[:limit]

    def done(self, delivery: Delivery) -> None:
        """Remove a delivery that succeeded or was given up."""
        self._db.delete(DeliveryItem, delivery.key)

    def postpone(self, before: Delivery, after: Delivery) -> None:
        """Schedule a delivery again. Both writes are one batch: after a crash in between the delivery is tried twice, never omitted."""
        self._db.batch_write(puts=[_item(after)], deletes=[(DeliveryItem, before.key)])
