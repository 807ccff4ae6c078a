"""Searches a listing for items that fit, a limited part per call. For people, never for a decision: the index is eventually consistent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from idp.store.keys import Key
from idp.store.tables import LISTING, Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def look_through(database: Database, model: type[I], fits: Callable[[I], bool], *, listed: Iterator[Raw], limit: int) -> Found[I]:
    """The next `limit` items that fit, out of the next MOST of `listed`: keys in the listing, in order."""
    found: list[I] = []
    searched, start = 0, None
    while searched < MOST:
        raws = list(islice(listed, _CHUNK))
        start = raws[-1] if len(raws) == _CHUNK else None
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


def partition(database: Database, name: str, *, begins: str, start: Raw | None) -> Iterator[Raw]:
    """The keys of a partition of the listing whose sort key begins with `begins`, after the key `start`."""
    while True:
        raws, start = database.query("directory", name, sk_begins=begins, index=LISTING, limit=_CHUNK, start=start)
        yield from raws
        if not start:
            return
