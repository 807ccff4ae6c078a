"""Keys of the rows by which people are found (docs/decisions/0014)."""

from __future__ import annotations

import hashlib

from idp.domain.people.search_plan import SHARDS
from idp.domain.people.search_words import DOMAIN, GROUP, INNER, ROLE, START, Row, head
from idp.store.keys import Key, part

_PARTITIONS = {START: "NAME", INNER: "NAME_PART", DOMAIN: "NAME_DOMAIN", ROLE: "HAS_ROLE", GROUP: "HAS_GROUP"}


def state() -> Key:
    """The state of the rows."""
    return Key("SEARCH", "STATE")


def row(found: Row, user_id: str) -> Key:
    """The row of a person for a word. Sorted by the word."""
    shard = shard_of(user_id) if found.place == DOMAIN else 0
    return Key(partition(found, shard), f"{begin(found.word)}#{part(user_id)}")


def partition(found: Row, shard: int) -> str:
    """The partition of a row, by the first letters of its word, or by the id of a role or group.

    Rows of a domain are in `SHARDS` partitions by the id of the person.
    """
    name = f"{_PARTITIONS.get(found.place)}#{part(head(found))}"
    return f"{name}#{shard}" if found.place == DOMAIN else name


def place_of(pk: str) -> str:
    """The place of the rows in a partition. "" if it is none of this release."""
    name = pk.partition("#")[0]
    return next((place for place, begin in _PARTITIONS.items() if begin == name), "")


def begin(word: str) -> str:
    """What the sort keys of all rows begin with whose word begins with this one. Words sort by this text."""
    return part(word)


def shard_of(user_id: str) -> int:
    """The shard of a person's row of a domain."""
    return hashlib.sha256(user_id.encode("utf-8", "surrogatepass")).digest()[0] % SHARDS
