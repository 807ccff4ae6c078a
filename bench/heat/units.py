"""DynamoDB's rules for the units of one call: by the size of items, and for an index by what changes in it.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html, CapacityUnitCalculations.html and
GSI.html ("Throughput considerations").
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

Raw = Mapping[str, Any]
_EMPTY: Raw = {}


class Place(NamedTuple):
    """A partition key of a table, or of an index of it. `table`: the short name. `by`: the index, empty for the table itself."""

    table: str
    by: str
    key: str


class Index(NamedTuple):
    """An index: the attributes that are its key, and all that it holds."""

    name: str
    partition: str
    sort: str
    holds: frozenset[str]


def index_of(table: Raw) -> Index | None:
    """The index of a CreateTable request, if it has one."""
    for each in table.get("GlobalSecondaryIndexes", ()):
        partition, sort = (key["AttributeName"] for key in each["KeySchema"])
        kept = each["Projection"].get("NonKeyAttributes", ())
        return Index(each["IndexName"], partition, sort, frozenset({"pk", "sk", partition, sort, *kept}))
    return None


def read_units(item: Raw, *, strong: bool) -> float:
    """Units to read an item, or the place where none is: 4 KB each, half without strong consistency."""
    return max(1, math.ceil(size(item) / 4096)) * (1.0 if strong else 0.5)


def write_units(old: Raw, new: Raw, *, transaction: bool) -> float:
    """Units to write an item: 1 KB each of the larger of both, twice in a transaction."""
    return max(1, math.ceil(max(size(old), size(new)) / 1024)) * (2.0 if transaction else 1.0)


def index_writes(index: Index, old: Raw, new: Raw) -> Iterator[tuple[str, float]]:
    """The partition keys of the index that a write of an item writes to, and the units of each.

    A new key takes one write, an old key another one. An item whose key stays takes one if something changes that the index holds.
    """
    before, after = _entry(index, old), _entry(index, new)
    if before == after:
        return
    same = before and after and all(before[name] == after[name] for name in (index.partition, index.sort))
    for entry in [after] if same else filter(None, (before, after)):
        yield entry[index.partition]["S"], write_units(before if same else _EMPTY, entry, transaction=False)


def _entry(index: Index, item: Raw) -> Raw:
    """What the index holds of an item. Empty if the item has not both attributes of its key."""
    if index.partition not in item or index.sort not in item:
        return _EMPTY
    return {name: value for name, value in item.items() if name in index.holds}


def size(item: Raw) -> int:
    """Bytes of an item in DynamoDB's JSON form, with the names of its attributes."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Raw) -> int:
    """Bytes of a value: of numbers about half a byte a digit; of maps and lists 3, and 1 for each element."""
    ((kind, content),) = value.items()
    sizes: dict[str, Callable[[], int]] = {
        "S": lambda: len(content.encode("utf-8", "surrogatepass")),
        "N": lambda: len(content.strip("-0").replace(".", "")) // 2 + 1 + content.startswith("-"),
        "B": lambda: len(base64.b64decode(content)),
        "M": lambda: 3 + size(content) + len(content),
        "L": lambda: 3 + sum(1 + _size(each) for each in content),
    }
    if kind in {"SS", "NS", "BS"}:
        return sum(_size({kind[0]: each}) for each in content)
    return sizes[kind]() if kind in sizes else 1
