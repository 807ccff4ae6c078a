"""Puts events into the audit chain, from the stream of `state`. An event gets one leaf, even if it comes twice (threats R-03, R-06).

A record comes again only while the stream has it, and its block is not older than the record. So the writer knows the events of all
blocks since the oldest record of a batch, and leaves those out. The block is written on condition that its number is free: of two writers
that know the same end of the chain one succeeds, and the other looks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.audit.block import MOST_ENTRIES, SHARDS, Entry, next_block, shard_of
from idp.domain.audit.event import AuditEvent
from idp.domain.audit.head import HOUR, start_of
from idp.domain.audit.leaf import PLAIN, Cover, hidden_values, leaf_of
from idp.domain.errors import Unavailable
from idp.domain.streams.change import INSERT
from idp.services.audit_chain.known_blocks import KnownBlocks
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from idp.domain.clock import Clock
    from idp.domain.streams.change import Change
    from idp.store.audit_chain import AuditChain
    from idp.store.stored_events import StoredEvent, StoredEvents

SKEW = 300
"""Seconds by which the clocks of DynamoDB and of a writer may differ."""
LATE = 3600
"""Seconds by which the time of an event and of its write may differ. A later one was put back by a restore, or was not written by us."""
KEPT_LONGER = 30 * 86400
"""Seconds for which a block is stored after its last event has expired."""
_TRIES = 50


class ChainWriter:
    """A consumer of the stream (`services.streams`). `longest`: the longest retention of an event, in seconds."""

    name = "audit_chain"
    kinds = frozenset({"event", "session"})

    def __init__(self, chain: AuditChain, longest: int, clock: Clock) -> None:
        self._chain, self._keep, self._clock = chain, longest + KEPT_LONGER, clock
        self._known = [KnownBlocks(chain, shard) for shard in range(SHARDS)]

    def take(self, changes: Sequence[Change]) -> Collection[str]:
        """Put the events among these changes into the chain. Returns the sequence numbers of those that could not be put."""
        shards: list[list[tuple[Change, Entry]]] = [[] for _ in range(SHARDS)]
        for change in changes:
            if entry := entry_of(change):
                shards[shard_of(entry.event_id)].append((change, entry))
        failed: list[str] = []
        for shard, found in enumerate(shards):
            try:
                if found:
                    self._add(shard, [entry for _, entry in found], min(change.at for change, _ in found))
            except Unavailable:
                failed += [change.sequence for change, _ in found]
        return failed

    def complete(self, stored: StoredEvents, hour: str) -> int:
        """Put the events of an hour into the chain that the stream did not bring: dead letters, or there is no stream. Returns how many.

        Raises:
            Unavailable: a call failed.
        """
        since = start_of(hour)
        low, high = f"{since * 1000:013d}", f"{(since + HOUR) * 1000:013d}"
        for known in self._known:
            known.read(since=since - SKEW)
        missing = {place for event in stored.listed(low, high) if not self._knows(place := f"{event.at:013d}#{event.id}")}
        if not missing:
            return 0
        found = [_stored_entry(each) for each in stored.whole(low, high)]
        for shard in range(SHARDS):
            self._add(shard, [each for each in found if each.place in missing and shard_of(each.event_id) == shard], since)
        return len(missing)

    def _knows(self, place: str) -> bool:
        return any(place in known.places for known in self._known)

    def _add(self, shard: int, entries: Sequence[Entry], oldest: int) -> None:
        """Write blocks until every entry is in one. `oldest`: when the oldest record was written, epoch seconds."""
        known, tries = self._known[shard], _TRIES
        known.read(since=oldest - SKEW)
        while new := {entry.place: entry for entry in entries if entry.place not in known.places}:
            block = next_block(known.last, shard, [*new.values()][:MOST_ENTRIES], now=self._clock(), keep=self._keep)
            if self._chain.add(block):
                known.add(block)
            elif tries := tries - 1:
                known.read(since=oldest - SKEW)
            else:
                raise Unavailable(detail="the audit chain is written by others all the time")


def entry_of(change: Change) -> Entry | None:
    """Return the entry of a new event; None for every other change, and for what cannot be an event.

    An erasure writes events anew (`proof`). Their leaves are in the chain already, or come from the earlier record.
    """
    new = change.new
    if change.act != INSERT or change.is_rewritten:
        return None
    try:
        event, cover = _event(new), Cover(str(new.get("salt") or ""))
        if abs(change.at - event.at // 1000) > LATE:
            count("AuditEventsOutOfTime")
            return None
        return Entry(f"{event.at:013d}#{event.id}", int(new["ttl"]), leaf_of(event, hidden_values(event, cover)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _stored_entry(stored: StoredEvent) -> Entry:
    event = stored.event
    return Entry(f"{event.at:013d}#{event.id}", stored.until, leaf_of(event, hidden_values(event, stored.cover)))


def _event(new: Mapping[str, object]) -> AuditEvent:
    at, _, event_id = str(new["at"]).partition("#")
    details = new.get("details") or {}
    if not (event_id and new["type"] and isinstance(details, dict)):
        raise ValueError("no event")
    texts = {name: str(new[name]) for name in (*PLAIN, "address", "request_id") if new.get(name)}
    known = {name: text for name, text in texts.items() if name in AuditEvent.__slots__}
    return AuditEvent(id=event_id, at=int(at), details={str(name): str(value) for name, value in details.items()}, **known)
