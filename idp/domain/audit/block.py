"""A block of the audit chain: the leaves of some events, bound to the block before it. Each shard has a chain of its own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.audit import merkle
from idp.domain.audit.leaf import canonical, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARDS = 4
"""The number of chains. Writers of different shards never wait for each other."""
MOST_ENTRIES = 100
"""Entries of one block: 11 KB."""
_CONTEXT = b"idp audit block 1\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in a block. `place`: its time in milliseconds (13 digits), '#', its id. `until`: its `ttl`, epoch seconds."""

    place: str
    until: int
    leaf: str

    @property
    def event_id(self) -> str:
        """The id of the event."""
        return self.place.partition("#")[2]

    @property
    def data(self) -> bytes:
        """What the Merkle tree covers of it."""
        return f"{self.place} {self.until} {self.leaf}".encode("ascii", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Block:
    """`previous`: the hash of the block before, empty for the first one. `at`: when it was written. Times are epoch seconds.

    `until`: when the block itself may be gone. `previous_until`: the same of the block before, so that its absence can be judged.
    """

    shard: int
    number: int
    previous: str
    previous_until: int
    root: str
    at: int
    until: int
    entries: tuple[Entry, ...]

    @property
    def hash(self) -> str:
        """The hash that the next block and the signed head name."""
        told = {
            "shard": self.shard, "number": self.number, "previous": self.previous, "previous_until": self.previous_until, "root": self.root,
            "at": self.at, "until": self.until, "count": len(self.entries),
        }  # fmt: skip
        return text_of(hashlib.sha256(_CONTEXT + canonical(told)).digest())

    @property
    def is_whole(self) -> bool:
        """Whether the entries are those that the root covers."""
        return self.root == root_of(self.entries)


def root_of(entries: Sequence[Entry]) -> str:
    """Return the root over entries."""
    return text_of(merkle.root([entry.data for entry in entries]))


def next_block(before: Block | None, shard: int, entries: Sequence[Entry], *, now: int, keep: int) -> Block:
    """Return the block with these entries after `before`, None for the first one. `keep`: seconds for which it is stored.

    A block is never older than the one before it, also if the clocks of two writers differ.
    """
    at = max(now, before.at if before else 0)
    ordered = tuple(sorted(entries, key=lambda entry: entry.place))
    until = max(at + keep, before.until if before else 0)
    if before is None:
        return Block(shard, 1, "", 0, root_of(ordered), at, until, ordered)
    return Block(shard, before.number + 1, before.hash, before.until, root_of(ordered), at, until, ordered)


def shard_of(event_id: str) -> int:
    """Return the shard of an event: always the same one, so that a repeated delivery meets its own block."""
    return hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).digest()[0] % SHARDS
