"""Verifies the audit chain of the tables, hour by hour: signed heads, blocks, and the stored events (threats R-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.audit.block import SHARDS
from idp.domain.audit.head import HOUR, START, Head, digest_of, hour_of, start_of
from idp.domain.audit.report import ALTERED, EXPIRED, FORKED, INSERTED, MISSING, Finding, HourReport
from idp.domain.audit.walk import ShardWalk
from idp.services.audit_chain.found_events import FoundEvents
from idp.services.audit_chain.signing import read_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from idp.domain.audit.block import Block, Entry
    from idp.domain.audit.head import Position
    from idp.store.audit_chain import AuditChain
    from idp.store.stored_events import StoredEvents

_PATIENCE = 2 * HOUR
"""Seconds after its end within which an hour must be signed."""


class Verification:
    """One run. `public`: the JWK that signs heads. `now`: epoch seconds."""

    def __init__(self, chain: AuditChain, stored: StoredEvents, public: Mapping[str, Any], now: int) -> None:
        self._chain, self._public, self._now = chain, public, now
        self._found = FoundEvents(stored)
        self._last: tuple[Head, str] | None = None
        self._broken = False
        self._began = 0

    def run(self, first: str = "", last: str = "") -> list[HourReport]:
        """Return a report of each hour from `first` to `last`, both inclusive, in order; of all hours without them.

        Empty if the chain has nothing in these hours. The time that has no head yet is reported as open. Hours that should have been
        signed for two hours are missing.
        """
        began = self._first_hour()
        first, last = max(first, began), last or hour_of(self._now)
        if not began or last < first:
            return []
        before = self._chain.head_before(first)
        if before and (head := read_head(before, self._public)):
            self._last, self._began = (head, before), head.began
        reports: dict[str, HourReport] = {}
        for hour, signed in self._chain.heads(first, last):
            for report in self._hour(hour, signed):
                reports[report.hour] = report
        for report in self._rest(first, last):
            reports[report.hour] = report
        for hour, place in self._found.left():
            if int(place[:13]) >= self._began * 1000 and not reports[hour].is_open:
                reports[hour].add(Finding(INSERTED, f"event {place} is in no block"))
        return list(reports.values())

    def _hour(self, hour: str, signed: str) -> Iterator[HourReport]:
        report, head = HourReport(hour), read_head(signed, self._public)
        if head is None or head.hour != hour:
            report.add(Finding(FORKED, "the head is not signed by this deployment"))
            self._last, self._broken = None, True
            yield report
            return
        before = self._last
        if before and head.number > 1:
            yield from self._skipped(start_of(before[0].hour) + HOUR, start_of(hour), head.previous_until)
        adjoins = before is not None and start_of(before[0].hour) + HOUR == start_of(hour)
        if before and adjoins and (head.number != before[0].number + 1 or head.previous != digest_of(before[1])):
            report.add(Finding(FORKED, "the head does not continue the one of the hour before"))
        if not before and head.number > 1 and not self._broken:
            gone = EXPIRED if 0 < head.previous_until <= self._now else MISSING
            report.add(Finding(gone, "the head of the hour before is gone"))
        self._began = self._began or head.began
        self._found.expect(hour)
        for shard, end in enumerate(head.positions):
            start = before[0].positions[shard] if before and adjoins else START if head.number == 1 else None
            walk = ShardWalk(shard, start, self._now)
            self._walk(walk, report, self._blocks(shard, start, end, hour))
            for finding in walk.end(end):
                report.add(finding)
        self._last, self._broken = (head, signed), False
        yield report

    def _first_hour(self) -> str:
        """The first hour that has a head or a block; empty without any."""
        for hour, _ in self._chain.heads("", "~"):
            return hour
        firsts = [next(self._chain.blocks(shard), None) for shard in range(SHARDS)]
        return min((hour_of(block.at) for block in firsts if block), default="")

    def _blocks(self, shard: int, start: Position | None, end: Position, hour: str) -> Iterable[Block]:
        """The blocks of an hour. Without a known start, those that were written in it."""
        if start is not None:
            return self._chain.blocks(shard, after=start.number, up_to=end.number)
        found: list[Block] = []
        for block in self._chain.newest_first(shard, before=end.number + 1):
            if block.at < start_of(hour):
                break
            found.append(block)
        return reversed(found)

    def _rest(self, first: str, last: str) -> Iterator[HourReport]:
        """The hours after the last head: blocks that no head has signed yet."""
        after = start_of(self._last[0].hour) + HOUR if self._last else start_of(first)
        due = (self._now - _PATIENCE) // HOUR * HOUR
        if after > start_of(last) or self._broken:
            return
        yield from self._skipped(after, min(due, start_of(last) + HOUR), 0)
        if start_of(last) < max(after, due):
            return
        report = HourReport(hour_of(max(after, due)), is_open=True)
        for shard in range(SHARDS):
            start = self._last[0].positions[shard] if self._last else START
            self._walk(ShardWalk(shard, start, self._now), report, self._chain.blocks(shard, after=start.number))
        yield report

    def _skipped(self, first: int, end: int, until: int) -> Iterator[HourReport]:
        """Yield a report for each hour without a head between two times. `until`: when the last one of them may be gone."""
        for at in range(first, end, HOUR):
            report = HourReport(hour_of(at))
            report.add(Finding(EXPIRED if 0 < until <= self._now else MISSING, "the hour has no signed head"))
            yield report

    def _walk(self, walk: ShardWalk, report: HourReport, blocks: Iterable[Block]) -> None:
        for block in blocks:
            for finding in walk.take(block):
                report.add(finding)
            for entry in block.entries:
                self._event(report, entry)

    def _event(self, report: HourReport, entry: Entry) -> None:
        found, again = self._found.claim(entry.place)
        if again:
            report.add(Finding(INSERTED, f"event {entry.place} is in two blocks"))
        elif len(found) > 1:
            report.add(Finding(INSERTED, f"event {entry.place} is stored {len(found)} times"))
        elif found and found[0].leaf != entry.leaf:
            report.add(Finding(ALTERED, f"event {entry.place} is not what it was"))
        elif found:
            report.events += 1
            report.erased += found[0].rewritten
        elif entry.until <= self._now:
            report.expired += 1
        else:
            report.add(Finding(MISSING, f"event {entry.place} is gone before its time"))
