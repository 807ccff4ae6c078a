"""The end of the chain of one shard, as one process knows it: the last block, and the events of the newest blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.audit.block import Block
    from idp.store.audit_chain import AuditChain

_MOST = 200_000
"""Events that are kept in memory. With more, all of them are forgotten."""
_NEVER = 1 << 62


class KnownBlocks:
    """`last`: the newest block, None without any. `places`: the events of all blocks since the time that was asked for last."""

    def __init__(self, chain: AuditChain, shard: int) -> None:
        self._chain, self._shard = chain, shard
        self.last: Block | None = None
        self.places: set[str] = set()
        self._first: int | None = None  # the earliest block whose events are known
        self._since = _NEVER

    def read(self, *, since: int) -> None:
        """Read the blocks that others have written meanwhile, and earlier ones down to this time (epoch seconds)."""
        if len(self.places) > _MOST:
            self.last, self.places, self._first, self._since = None, set(), None, _NEVER
        if self.last:
            for block in self._chain.blocks(self._shard, after=self.last.number):
                self.add(block)
        if self.last is None or since < self._since:
            for block in self._chain.newest_first(self._shard, before=self._first):
                self.last = self.last or block
                if block.entries and block.at < since:
                    break
                self._first = block.number
                self.places.update(entry.place for entry in block.entries)
            self._since = since

    def add(self, block: Block) -> None:
        """Take note of the block after the last one."""
        self.last = block
        self.places.update(entry.place for entry in block.entries)
