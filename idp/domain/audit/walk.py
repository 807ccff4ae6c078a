"""Walks along the blocks of one shard and reports what does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.audit.block import root_of
from idp.domain.audit.report import ALTERED, EXPIRED, FORKED, MISSING, REORDERED, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.audit.block import Block
    from idp.domain.audit.head import Position


class ShardWalk:
    """`before`: where the walk begins, or None if that is not known. `now`: epoch seconds."""

    def __init__(self, shard: int, before: Position | None, now: int) -> None:
        self._shard, self._now = shard, now
        self._number, self._hash = (before.number, before.hash) if before else (-1, "")

    def take(self, block: Block) -> Iterator[Finding]:
        """Go to the next block. Yields what does not fit."""
        name = f"block {block.number} of shard {self._shard}"
        known = self._number >= 0
        if known and block.number <= self._number:
            yield Finding(REORDERED, f"{name} comes again, or after a later one")
            return
        if known and block.number > self._number + 1:
            yield self._gap(self._number + 1, block.number - 1, block.previous_until)
        elif known and block.previous != self._hash:
            yield Finding(ALTERED, f"{name} does not continue block {self._number}")
        if not block.is_whole:
            ordered = sorted(block.entries, key=lambda entry: entry.place)
            what = REORDERED if block.entries and root_of(ordered) == block.root else ALTERED
            yield Finding(what, f"{name} has other entries than it was written with")
        self._number, self._hash = block.number, block.hash

    def end(self, signed: Position) -> Iterator[Finding]:
        """Compare the last block with the one that the head names."""
        if max(self._number, 0) < signed.number:
            yield self._gap(max(self._number, 0) + 1, signed.number, signed.until)
        elif self._number > signed.number or (self._number > 0 and self._hash != signed.hash):
            yield Finding(FORKED, f"block {self._number} of shard {self._shard} is not the one that was signed")

    def _gap(self, first: int, last: int, until: int) -> Finding:
        what = EXPIRED if 0 < until <= self._now else MISSING
        return Finding(what, f"blocks {first} to {last} of shard {self._shard} are gone")
