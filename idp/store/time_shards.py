"""Partition keys of what all people write: one for all or for a day, or one of some shards, and whether shards are written (`keys`).

All events of a day in one partition would be 1,000 a second for the whole deployment (docs/scale.md). A shard has the events of all days:
a list is one merge of the shards, however long the time is. Events of before the switch stay under their days until they expire.
"""

from __future__ import annotations

import time
from binascii import crc32
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute

from idp.store import deployment_keys, keys
from idp.store.tables import KeysItem

if TYPE_CHECKING:
    from idp.store.database import Database

SHARDS = 16
"""Readers ask so many. A greater number needs a migration of its own, because the release before would not read the new ones."""
PEOPLE_SHARDS = 8
"""Shards of the list of people: 8,000 new accounts a second. A page asks all of them, so there are no more than that."""
PEOPLE = "USER"
"""The partition of the index `listing` with the people who were written without the mark."""
AGAIN = 60
"""Seconds after which an environment that found no mark looks for it again."""
_DAY = 86_400_000
_SHARD = "SHARD#"


class TimeShardsItem(KeysItem):
    """The mark that shards are written. `since`: epoch seconds. The Query that reads the keys reads this item, too."""

    kind_name = "time_shards"
    since = NumberAttribute()


def partition(at_ms: int, event_id: str, *, sharded: bool) -> str:
    """The partition of the index in which an event is listed: always the same of an event. `at_ms`: epoch milliseconds."""
    return shard(_number(event_id)) if sharded else day(at_ms // _DAY)


def delivery_partition(delivery_id: str, *, sharded: bool) -> str:
    """The partition of a logout token that has to be delivered."""
    return f"{keys.DELIVERIES}#{shard(_number(delivery_id))}" if sharded else keys.DELIVERIES


def delivery_partitions(*, sharded: bool | None) -> list[str]:
    """The partitions in which logout tokens may be. `sharded`: None if it is not known."""
    shards = [] if sharded is False else [f"{keys.DELIVERIES}#{shard(number)}" for number in range(SHARDS)]
    return [keys.DELIVERIES, *shards]


def people_partition(email: str, *, sharded: bool) -> str:
    """The partition of the index in which a person with this address is listed."""
    return _people_shard(_number(email) % PEOPLE_SHARDS) if sharded else PEOPLE


def people_partitions(*, sharded: bool | None) -> list[str]:
    """The partitions in which people may be listed. `sharded`: None if it is not known."""
    return [PEOPLE, *([] if sharded is False else map(_people_shard, range(PEOPLE_SHARDS)))]


def _people_shard(number: int) -> str:
    return f"{PEOPLE}#{shard(number)}"


def _number(name: str) -> int:
    return crc32(name.encode()) % SHARDS


def day(number: int) -> str:
    """The partition of a day. `number`: counted from the epoch."""
    return time.strftime("%Y-%m-%d", time.gmtime(number * _DAY // 1000))


def shard(number: int) -> str:
    """The partition of a shard."""
    return f"{_SHARD}{number:02d}"


def is_shard(name: str) -> bool:
    """Whether a partition is a shard, and not a day."""
    return name.startswith(_SHARD)


def is_on(database: Database) -> bool:
    """Return whether this environment writes shards: by the last read of the keys, or of the mark alone where no keys are read (SCIM).

    Raises:
        Unavailable: the mark has to be read, and the store does not answer.
    """
    if database.time_shards is None or (not database.time_shards and database.clock() >= database.time_shards_until):
        found, _ = database.query(
            "keys", deployment_keys.KEYS, sk_begins=deployment_keys.time_shards().sk
        )  # each role may query this partition
        return remember(database, on=bool(found))
    return database.time_shards


def remember(database: Database, *, on: bool) -> bool:
    """Let the environment write shards or not, as it was read now. Returns it."""
    database.time_shards, database.time_shards_until = on, database.clock() + AGAIN
    return on


def switch_on(database: Database, now: int) -> None:
    """Let shards be written. `now`: epoch seconds. Environments follow within a minute, as they read the keys again."""
    database.put(TimeShardsItem.new(deployment_keys.time_shards(), since=now), TimeShardsItem.pk.does_not_exist())
