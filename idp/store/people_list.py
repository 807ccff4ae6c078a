"""The list of people in the index `listing`, by address: the one place that knows how it is divided.

With the mark of shards (`time_shards`) a new person is written to a shard by their address, without it to the partition `USER`. A person
stays where they were written first. Both are read, and a list is one merge in order of the address.

A cursor is the position of the last person of a page, in the form that a release without shards has, so either form goes on with it.
"""

from __future__ import annotations

import heapq
from itertools import islice
from typing import TYPE_CHECKING

from idp.store.tables import LISTING
from idp.store.time_shards import PEOPLE, people_partitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.store.database import Database, Raw

_PARTS, _MORE = 4, 8
"""A query of a shard asks for a fourth of the people, and eight more: a page has about an eighth of its people from each."""
_LAST = "\U0010ffff"
"""The greatest character: after each address that begins with a text."""


def page(db: Database, *, begins: str, limit: int, start: Raw | None) -> tuple[list[Raw], Raw | None]:
    """The next `limit` keys of people by address, and the cursor of the next page."""
    found = list(islice(stream(db, begins=begins, start=start, size=limit), limit))
    return found, found[-1] if len(found) == limit else None


def stream(db: Database, *, begins: str, start: Raw | None, size: int) -> Iterator[Raw]:
    """The keys of all people by address, after the cursor `start`; each is a cursor as well. `size`: how many are wanted, about.

    Shards are left out if there were none when this process read the keys last: a minute ago at most in a function.
    """
    partitions, few = people_partitions(sharded=db.time_shards), size // _PARTS + _MORE
    streams = [_of(db, each, begins, start, size if each == PEOPLE else min(size, few)) for each in partitions]
    last = _place(start) if start else ("", "")
    for raw in heapq.merge(*streams, key=_place):
        if _place(raw) > last:  # an index may for a moment have a person in two partitions
            last = _place(raw)
            yield {**{name: raw[name] for name in ("pk", "sk", "listing_sk")}, "listing_pk": {"S": PEOPLE}}


def _place(raw: Raw) -> tuple[str, str]:
    return raw["listing_sk"]["S"], raw["pk"]["S"]


def _of(db: Database, partition: str, begins: str, start: Raw | None, size: int) -> Iterator[Raw]:
    """The keys in one partition, from the address of `start` on, inclusive."""
    bounds: Raw = {"after": start["listing_sk"]["S"], "before": begins + _LAST} if start else {"sk_begins": begins}
    more: Raw | None = None
    while True:
        raws, more = db.query("directory", partition, index=LISTING, limit=size + bool(start), start=more, **bounds)
        yield from raws
        if not more:
            return
