"""Searches a listing for items that fit, a limited part per call. For people, never for a decision: the index is eventually consistent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from idp.store.keys import Key
from idp.store.tables import LISTING, Item

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.store.database import Database
    from idp.store.transport import Raw

I = TypeVar("I", bound=Item)  # noqa: E741  # the class of the item
T = TypeVar("T")
U = TypeVar("U")

MOST = 500
"""The greatest number of items that one call reads: five queries and five batches."""
_CHUNK = 100


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """The items that fit, in the order of the listing; the key of the next page, None at the end; and how many items were read."""

    items: list[T]
    more: Raw | None
    searched: int

    def convert(self, change: Callable[[T], U]) -> Found[U]:
        """The same result, with `change` applied to each item."""
        return Found([change(item) for item in self.items], self.more, self.searched)


def look_through(
    database: Database, model: type[I], partition: str, fits: Callable[[I], bool], *, begins: str, limit: int, start: Raw | None
) -> Found[I]:
    """The next `limit` items of a partition of the listing that fit, out of the next MOST whose sort key begins with `begins`."""
    found: list[I] = []
    searched = 0
    while searched < MOST:
        raws, start = database.query("directory", partition, sk_begins=begins, index=LISTING, limit=_CHUNK, start=start)
        items = {item.key: item for item in database.read_listed(model, raws)}
        for place, raw in enumerate(raws, 1):
            item = items.get(Key(raw["pk"]["S"], raw["sk"]["S"]))
            searched += 1
            if item is not None and fits(item):
                found.append(item)
            if len(found) == limit:
                return Found(found, raw if place < len(raws) else start, searched)
        if not start:
            break
    return Found(found, start, searched)
