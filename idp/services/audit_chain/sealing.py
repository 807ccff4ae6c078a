"""Seals each hour: completes it, signs the end of the chain of each shard, and stores the segment of the hour in the bucket, if any.

It can end anywhere and run again. The head is written on condition that the hour has none, so of two runs both go on with the same one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.audit.block import SHARDS
from idp.domain.audit.head import HOUR, START, Head, Position, digest_of, hour_of, start_of
from idp.domain.errors import Unavailable
from idp.services.audit_chain.signing import HeadSigner, read_head
from idp.services.audit_chain.writer import KEPT_LONGER
from idp.telemetry.record import count

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.services.audit_chain.segments import Segments
    from idp.services.audit_chain.writer import ChainWriter
    from idp.store.audit_chain import AuditChain
    from idp.store.stored_events import StoredEvents

GRACE = 300
"""Seconds after its end until an hour is sealed. An event that arrives later belongs to the next hour."""
_MOST_HOURS = 48
"""Hours that one run seals, so that it ends in time after a long stop."""


class Sealing:
    """Signs heads. `writer`: what puts events into the chain that the stream did not bring. `segments`: what stores an hour outside of the
    table; None without a bucket. `longest`: as of `ChainWriter`.
    """

    def __init__(
        self, chain: AuditChain, stored: StoredEvents, writer: ChainWriter, signer: HeadSigner, segments: Segments | None, longest: int,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._chain, self._stored, self._writer, self._signer = chain, stored, writer, signer
        self._segments, self._clock = segments, clock
        self._keep = longest + KEPT_LONGER

    def run(self) -> int:
        """Seal the hours that are over. Returns how many. A chain without a block begins with the last hour that is over.

        Raises:
            Unavailable: the newest head is not signed by this deployment, or a call failed. The next run goes on.
        """
        newest = self._chain.last_head()
        head = self._read(newest) if newest else None
        if head and newest and self._segments:
            self._segments.store(head, newest)  # if the last run ended before it
        done = 0
        due = self._due(head)
        for hour in due:
            self._writer.complete(self._stored, hour)
            head, signed = self._seal(hour, head, newest or "", is_last=hour == due[-1])
            newest, done = signed, done + 1
            if self._segments:
                self._segments.store(head, signed)
            count("AuditHoursSealed")
        return done

    def _due(self, last: Head | None) -> list[str]:
        end = self._clock() - GRACE
        first = start_of(last.hour) + HOUR if last else (self._began() or end - HOUR) // HOUR * HOUR
        return [hour_of(at) for at in range(first, end - HOUR + 1, HOUR)][:_MOST_HOURS]

    def _began(self) -> int:
        """Return when the first block of any shard was written; 0 without one."""
        firsts = [next(self._chain.blocks(shard, up_to=1), None) for shard in range(SHARDS)]
        return min((block.at for block in firsts if block), default=0)

    def _seal(self, hour: str, before: Head | None, signed_before: str, *, is_last: bool) -> tuple[Head, str]:
        was = before.positions if before else (START,) * SHARDS
        now, end = self._clock(), None if is_last else start_of(hour) + HOUR
        positions = tuple(self._position(shard, was[shard], end) for shard in range(SHARDS))
        head = Head(
            hour=hour, number=before.number + 1 if before else 1, previous=digest_of(signed_before) if before else "",
            began=before.began if before else self._began() or start_of(hour), at=now, until=now + self._keep,
            previous_until=before.until if before else 0, positions=positions,
        )  # fmt: skip
        signed = self._chain.add_head(hour, self._signer.sign(head), head.until)
        return self._read(signed), signed

    def _position(self, shard: int, was: Position, end: int | None) -> Position:
        """Return the last block, of those that were written before `end`, or where the hour before ended. None: of all blocks."""
        for block in self._chain.newest_first(shard):
            if block.number <= was.number:
                break
            if end is None or block.at < end:
                return Position(block.number, block.hash, block.until)
        return was

    def _read(self, signed: str) -> Head:
        head = read_head(signed, self._signer.public)
        if head is None:
            raise Unavailable(detail="a head of the audit chain is not signed by this deployment; run: idp audit verify")
        return head
