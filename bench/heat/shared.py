"""Who shares a partition key, found by comparing the same flow of several people, apps and networks. No list of keys is kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from bench.heat.meter import Heat
from bench.heat.units import Place
from idp.store.time_shards import PEOPLE_SHARDS, SHARDS

USE, PERSON, NETWORK, APP, CONNECTION, ALL = "one use", "a person", "a network", "an app", "a connection", "everybody"
SHARD = "everybody, in shards"
"""By an even choice of one of `shards(key)`: two runs may meet in one or not."""
_SHARD = re.compile(r"(?:^|#)SHARD#|^THROTTLE#ticket_shard#", re.ASCII)
_COPY = re.compile(r"^((?:CLIENT|CONNECTION)#[^#]+)#\d\d$", re.ASCII)
"""The partition of a copy of an app or a connection (`idp.store.copies`). Who shares it is found by the original: runs may read different
copies.
"""
_CONNECTION = re.compile(r"^CONNECTION#", re.ASCII)
"""All people who are measured use one connection, so it is everybody's. But others use others."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)


class Runs(NamedTuple):
    """The units of one flow: of the same person twice, of another one in the same app, in the same network, and with nothing in common."""

    first: Heat
    again: Heat
    same_app: Heat
    same_network: Heat
    apart: Heat


class Key(NamedTuple):
    """A kind of partition key: the table with its index, the fixed part of the key, and who shares it."""

    shape: str
    shared_by: str


class Demand(NamedTuple):
    """The units that one run of a flow needs of each kind of key. Two keys of one kind are two entries of the list."""

    reads: dict[Key, list[float]]
    writes: dict[Key, list[float]]


def demand(runs: Runs) -> Demand:
    """What one run of the flow needs, with who shares each key."""
    found = []
    for name in ("reads", "writes"):
        first, again, app, network, apart = (_joined(getattr(each, name)) for each in runs)
        units: dict[Key, list[float]] = defaultdict(list)
        for place, number in again.items():
            shared = ALL if place in apart else APP if place in app else NETWORK if place in network else PERSON if place in first else USE
            shared = SHARD if in_shards(place) else CONNECTION if shared == ALL and _CONNECTION.match(place.key) else shared
            units[Key(shape(place), shared)].append(number)
        found.append(dict(units))
    return Demand(*found)


def _joined(units: Mapping[Place, float]) -> dict[Place, float]:
    """The units, with those of the copies of one item as one."""
    found: dict[Place, float] = defaultdict(float)
    for place, number in units.items():
        found[place._replace(key=_COPY.sub(r"\1", place.key))] += number
    return dict(found)


def in_shards(place: Place) -> bool:
    """Whether it is one of the shards of a key, of which each write chooses one."""
    return _SHARD.search(place.key) is not None


def shape(place: Place) -> str:
    """The table with its index, and the key without what is only one person's, app's, shard's or day's."""
    table = f"{place.table}.{place.by}" if place.by else place.table
    head, _, rest = place.key.partition("#")
    if head == "THROTTLE":
        head, _, rest = place.key.partition("#")[2].partition("#")
        head = f"THROTTLE#{head}"
    if _DAY.fullmatch(head):
        head = "DAY"
    return f"{table} {head}#…" if rest else f"{table} {_DIGITS.sub('N', head)}"


def shards(shape: str) -> int:
    """Into how many partitions a key in shards is divided. The counters of mails are `SHARDS`, here."""
    return PEOPLE_SHARDS if shape.startswith("directory.listing ") else SHARDS
