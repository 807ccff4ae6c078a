"""A replicator as that of a global table: asynchronous, item by item, in any order. Of two writes of an item the later one remains.

It reads each item back after its write and copies the whole item. A transaction arrives item by item.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from idp.store.transport import Raw, Transport

Place = tuple[str, str, str]
"""Table without its prefix, partition key, sort key."""
_SPREAD = (0.2, 1.8)
"""An item takes between these shares of the delay, so that items overtake each other."""


@dataclass(order=True)
class _Copy:
    due: float
    at: tuple[int, int]
    to: int = field(compare=False)
    place: Place = field(compare=False)
    item: Raw | None = field(compare=False)


class Replicator:
    """What is on its way between two regions, 0 and 1. `delay`: seconds that an item takes on average."""

    def __init__(self, clock: Callable[[], int], random: Random, delay: float) -> None:
        self._clock, self._random, self.delay = clock, random, delay
        self.is_cut = False
        self._ways: tuple[list[_Copy], list[_Copy]] = ([], [])
        self._newest: tuple[dict[Place, tuple[int, int]], dict[Place, tuple[int, int]]] = ({}, {})
        self._number = 0
        self.regions: list[ReplicatedTransport] = []

    def wrote(self, region: int, place: Place, item: Raw | None) -> None:
        """Send what was written in the region to the other one."""
        self._number += 1
        at, other = (self._clock(), self._number), 1 - region
        self._newest[region][place] = at
        due = self._clock() + self._random.uniform(*_SPREAD) * self.delay
        heapq.heappush(self._ways[other], _Copy(due, at, other, place, item))

    def arrive(self, region: int, *, all_of_it: bool = False) -> None:
        """Apply what has arrived in the region by now. Nothing arrives during a partition."""
        way = self._ways[region]
        while way and not self.is_cut and (all_of_it or way[0].due <= self._clock()):
            copy = heapq.heappop(way)
            if copy.at > self._newest[region].get(copy.place, (0, 0)):
                self._newest[region][copy.place] = copy.at
                self.regions[region].apply(copy.place, copy.item)

    def settle(self) -> None:
        """Let everything arrive that is on its way."""
        for region in (0, 1):
            self.arrive(region, all_of_it=True)


class ReplicatedTransport:
    """The transport of one region. Before each call it takes what has arrived, and after a write it sends the items."""

    def __init__(self, inner: Transport, replicator: Replicator, prefix: str) -> None:
        self._inner, self._replicator, self._prefix = inner, replicator, prefix
        self._region = len(replicator.regions)
        replicator.regions.append(self)

    def call(self, operation: str, request: Raw) -> Any:
        """Call DynamoDB. A write that is refused changes nothing, so nothing is sent."""
        self._replicator.arrive(self._region)
        answer = self._inner.call(operation, request)
        for place in _written(operation, request):
            self._replicator.wrote(self._region, self._short(place), self._read(place))
        return answer

    def apply(self, place: Place, item: Raw | None) -> None:
        """Write what came from the other region, or delete it."""
        table, pk, sk = place
        name = f"{self._prefix}-{table}"
        if item is None:
            self._inner.call("DeleteItem", {"TableName": name, "Key": _key(pk, sk)})
        else:
            self._inner.call("PutItem", {"TableName": name, "Item": item})

    def _read(self, place: Place) -> Raw | None:
        table, pk, sk = place
        found: Raw | None = self._inner.call("GetItem", {"TableName": table, "Key": _key(pk, sk), "ConsistentRead": True}).get("Item")
        return found

    def _short(self, place: Place) -> Place:
        return place[0].removeprefix(f"{self._prefix}-"), *place[1:]


def _key(pk: str, sk: str) -> Raw:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _written(operation: str, request: Raw) -> Iterator[Place]:
    """The items that a call writes."""
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield _place(request)
    elif operation == "TransactWriteItems":
        yield from (_place(part[kind]) for part in request["TransactItems"] for kind in part if kind != "ConditionCheck")
    elif operation == "BatchWriteItem":
        for table, writes in request["RequestItems"].items():
            yield from (_place({"TableName": table, **write[kind]}) for write in writes for kind in write)


def _place(request: Raw) -> Place:
    at = request.get("Key") or request["Item"]
    return request["TableName"], at["pk"]["S"], at["sk"]["S"]
