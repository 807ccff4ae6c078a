"""The audit chain (`state`): blocks of each shard, numbered from 1, and the signed head of each hour. Nothing in it is ever changed.

It is in `state` because its events are: no restore brings an older chain back, and both expire there. A block stays longer than its events.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.audit.block import Block, Entry
from idp.domain.errors import Unavailable
from idp.store import keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.transport import Raw

HEADS = "CHAIN"
"""The partition of the signed heads."""
_BLOCK, _HEAD = "BLOCK#", "HEAD#"
_PAGE = 50


def block_key(shard: int, number: int) -> Key:
    """A block of a shard. Sorted by number."""
    return keys.Key(f"{HEADS}#{shard}", f"{_BLOCK}{number:012d}")


def head_key(hour: str) -> Key:
    """The signed head of an hour, such as 2026-11-29T10 (UTC)."""
    return keys.Key(HEADS, _HEAD + keys.part(hour))


class AuditBlockItem(StateItem):
    """The item of a block. `entries`: a line for each event. `ttl` is the block's `until`."""

    kind_name = "audit_block"
    previous = UnicodeAttribute(default="")
    previous_until = NumberAttribute(default=0)
    root = UnicodeAttribute()
    written_at = NumberAttribute()
    entries = UnicodeAttribute()

    def block(self) -> Block:
        """Convert it to the domain's class. Raises ValueError or TypeError if it was damaged."""
        lines = [line.split(" ") for line in self.entries.splitlines()]
        entries = tuple(Entry(place, int(until), leaf) for place, until, leaf in lines)
        return Block(
            *_place(self.pk, self.sk), self.previous, int(self.previous_until), self.root, int(self.written_at), int(self.ttl), entries
        )  # fmt: skip


class AuditHeadItem(StateItem):
    """The item of the head of an hour. `signed`: a JWS (`services.audit_chain.heads`)."""

    kind_name = "audit_head"
    signed = UnicodeAttribute()


def _place(pk: str, sk: str) -> tuple[int, int]:
    """The shard and the number of a block."""
    return int(pk.rpartition("#")[2]), int(sk.removeprefix(_BLOCK))


def _block_of(raw: Raw) -> Block:
    """The block of an item. In place of a damaged one, a block without entries that is not whole: the chain goes on after it."""
    with contextlib.suppress(Unavailable, ValueError, TypeError):
        if item := AuditBlockItem.of(raw):
            return item.block()
    return Block(*_place(raw["pk"]["S"], raw["sk"]["S"]), "", 0, "", 0, 0, ())


class AuditChain:
    """Reads and writes blocks and heads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, block: Block) -> bool:
        """Write a block, if no other one has its number. So the chain of a shard cannot fork. True also after a lost reply."""
        lines = "\n".join(f"{entry.place} {entry.until} {entry.leaf}" for entry in block.entries)
        item = AuditBlockItem.new(
            block_key(block.shard, block.number), previous=block.previous, previous_until=block.previous_until, root=block.root,
            written_at=block.at, ttl=block.until, entries=lines,
        )  # fmt: skip
        return self._db.put(item, AuditBlockItem.pk.does_not_exist()) is None

    def blocks(self, shard: int, *, after: int = 0, up_to: int | None = None) -> Iterator[Block]:
        """The blocks of a shard whose number is greater than `after`, at most `up_to`, in order. A damaged one is not whole."""
        last = block_key(shard, up_to).sk if up_to is not None else _BLOCK + "~"
        yield from self._blocks(shard, block_key(shard, after + 1).sk, last, forward=True)

    def newest_first(self, shard: int, *, before: int | None = None) -> Iterator[Block]:
        """The blocks of a shard backwards. `before`: only those with a smaller number."""
        last = block_key(shard, before - 1).sk if before is not None else _BLOCK + "~"
        yield from self._blocks(shard, _BLOCK, last, forward=False)

    def add_head(self, hour: str, signed: str, until: int) -> str:
        """Write the head of an hour, unless it has one. Returns the head that the hour has now. `until`: the end of the item."""
        place = head_key(hour)
        item = AuditHeadItem.new(place, signed=signed, ttl=until)
        refused = self._db.put(item, AuditHeadItem.pk.does_not_exist())
        found = AuditHeadItem.of(refused.old) if refused else item
        return found.signed if found else signed

    def last_head(self) -> str | None:
        """The newest head, or None if no hour was sealed yet."""
        found = self._heads(_HEAD, _HEAD + "~", forward=False, limit=1)
        return next((signed for _, signed in found), None)

    def heads(self, first: str, last: str) -> Iterator[tuple[str, str]]:
        """The heads of these hours in order: hour and JWS."""
        yield from self._heads(_HEAD + first, _HEAD + last, forward=True, limit=_PAGE)

    def head_before(self, hour: str) -> str | None:
        """The newest head of an earlier hour, or None."""
        found = self._heads(_HEAD, _HEAD + hour, forward=False, limit=2)
        return next((signed for each, signed in found if each != hour), None)

    def _blocks(self, shard: int, first: str, last: str, *, forward: bool) -> Iterator[Block]:
        if first > last:
            return
        for raw in self._query(f"{HEADS}#{shard}", first, last, forward=forward, limit=_PAGE):
            yield _block_of(raw)

    def _heads(self, first: str, last: str, *, forward: bool, limit: int) -> Iterator[tuple[str, str]]:
        for raw in self._query(HEADS, first, last, forward=forward, limit=limit):
            for item in AuditHeadItem.readable([raw]):
                yield item.sk.removeprefix(_HEAD), item.signed

    def _query(self, pk: str, first: str, last: str, *, forward: bool, limit: int) -> Iterator[Raw]:
        start: Raw | None = None
        while True:
            raws, start = self._db.query("state", pk, after=first, before=last, forward=forward, limit=limit, start=start)
            yield from raws
            if not start:
                return
