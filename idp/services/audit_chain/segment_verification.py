"""Verifies segments line by line, without the tables: compares the leaves of each block with the events of the file (threats R-06)."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

from idp.domain.audit.block import SHARDS, Block, Entry
from idp.domain.audit.event import AuditEvent
from idp.domain.audit.head import HOUR, START, Head, Position, digest_of, hour_of, start_of
from idp.domain.audit.leaf import PLAIN, leaf_of
from idp.domain.audit.report import ALTERED, EXPIRED, FORKED, INSERTED, MISSING, REORDERED, Finding, HourReport
from idp.domain.audit.walk import ShardWalk
from idp.services.audit_chain.segments import VERSION
from idp.services.audit_chain.signing import read_head
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST_LINE = 1 << 20
_TROUBLE = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class SegmentVerification:
    """Takes the segments of hours in order. `public`: the JWK that signs heads; None to trust the key that the first segment names."""

    def __init__(self, public: Mapping[str, Any] | None, now: int) -> None:
        self._public, self._now = public, now
        self._last: tuple[Head, str] | None = None

    @property
    def signed(self) -> str:
        """The signed head of the last segment; empty if it had none that is valid."""
        return self._last[1] if self._last else ""

    def take(self, hour: str, file: IO[bytes] | None) -> HourReport:
        """Return the report of one segment. `hour`: the one that it must be of, or empty. `file`: compressed; None if there is none.

        Whatever the file has, the answer is a report.
        """
        report, last = HourReport(hour), self._last
        self._last = None
        if file is None:
            report.add(Finding(MISSING, "the hour has no segment"))
            return report
        reading = _Reading(report, self._now)
        try:
            for line in _lines(file):
                reading.take(line)
        except _TROUBLE as trouble:
            report.add(Finding(ALTERED, f"the segment cannot be read to its end ({type(trouble).__name__})"))
        self._end(report, reading, last)
        return report

    def _end(self, report: HourReport, reading: _Reading, last: tuple[Head, str] | None) -> None:
        """Compare the segment with the signed head at its end, and the head with the one of the hour before."""
        if not reading.signed:
            report.hour = report.hour or reading.hour
            report.add(Finding(MISSING, "the end of the segment is missing, with its signed head"))
            return
        if self._public is None and isinstance(reading.key, dict):
            self._public = reading.key
        head = read_head(reading.signed, self._public) if self._public else None
        if head is None or head.hour != (report.hour or reading.hour):
            report.hour = report.hour or reading.hour
            report.add(Finding(FORKED, "the head is not signed by this key for this hour"))
            return
        report.hour = head.hour
        reading.end(head)
        if problem := self._at_begin(reading, head):
            report.add(problem)
        if last and start_of(last[0].hour) + HOUR == start_of(head.hour):
            if head.number != last[0].number + 1 or head.previous != digest_of(last[1]):
                report.add(Finding(FORKED, "the head does not continue the one of the hour before"))
            if reading.starts != last[0].positions:
                report.add(Finding(MISSING, "the segment does not begin where the hour before ended"))
        self._last = head, reading.signed

    def _at_begin(self, reading: _Reading, head: Head) -> Finding | None:
        """Compare where the segment begins with the signed head of the hour before. The segment has it, and its own head has its digest."""
        if head.number == 1:
            whole = reading.starts == (START,) * SHARDS
            return None if whole else Finding(MISSING, "the first hour does not begin with the first blocks")
        if not reading.before and 0 < head.previous_until <= self._now:
            return Finding(EXPIRED, "the head of the hour before is gone")
        earlier = read_head(reading.before, self._public) if self._public and digest_of(reading.before) == head.previous else None
        if earlier is None:
            return Finding(MISSING, "the segment does not have the head of the hour before")
        return None if reading.starts == earlier.positions else Finding(MISSING, "the segment does not begin where the hour before ended")


class _Reading:
    """The state of reading one segment: the end of each chain, and the entries that the current block still expects."""

    def __init__(self, report: HourReport, now: int) -> None:
        self._report, self._now = report, now
        self.hour = self.signed = self.before = ""
        self.key: Any = None
        self.starts: tuple[Position, ...] = ()
        self._walks: list[ShardWalk] = []
        self._expected: dict[str, Entry] = {}
        self._order: list[str] = []
        self._seen: set[str] = set()

    def take(self, line: Mapping[str, Any]) -> None:
        """Take one line. Raises ValueError, KeyError or TypeError for a malformed one."""
        kind = line["kind"]
        if (kind == "segment") == bool(self._walks) or self.signed:
            raise ValueError("a line at a wrong place")
        if kind == "segment":
            self._begin(line)
        elif kind == "block":
            self._block(_block(line))
        elif kind == "event":
            self._event(line)
        elif kind == "gone":
            self._gone(str(line["place"]))
        elif kind == "head":
            self._close_block()
            self.signed, self.key = str(line["signed"]), line.get("key")
        else:
            raise ValueError("an unknown line")

    def end(self, head: Head) -> None:
        """Compare the ends of the chains with the signed ones."""
        for walk, position in zip(self._walks, head.positions, strict=False):
            for finding in walk.end(position):
                self._report.add(finding)

    def _begin(self, line: Mapping[str, Any]) -> None:
        if line["version"] != VERSION:
            raise ValueError("another version")
        self.hour, self.before = hour_of(start_of(str(line["hour"]))), str(line.get("before", ""))
        self.starts = tuple(Position(int(number), str(digest), int(until)) for number, digest, until in line["after"])
        if len(self.starts) != SHARDS:
            raise ValueError("another number of shards")
        self._walks = [ShardWalk(shard, start, self._now) for shard, start in enumerate(self.starts)]

    def _block(self, block: Block) -> None:
        self._close_block()
        for finding in self._walks[block.shard].take(block):
            self._report.add(finding)
        for entry in block.entries:
            if entry.place in self._seen:
                self._report.add(Finding(INSERTED, f"event {entry.place} is in two blocks"))
            self._seen.add(entry.place)
        self._expected = {entry.place: entry for entry in block.entries}
        self._order = [entry.place for entry in block.entries]

    def _event(self, line: Mapping[str, Any]) -> None:
        texts = {name: str(line[name]) for name in PLAIN if name in line}
        known = {name: text for name, text in texts.items() if name in AuditEvent.__slots__}
        event = replace(AuditEvent(str(line["id"]), int(line["at"]), "", ""), **known)  # type: ignore[arg-type]  # they are texts
        place = f"{event.at:013d}#{event.id}"
        hidden = {str(name): str(mac) for name, mac in line["hidden"].items()}
        entry = self._next(place)
        if entry is None:
            self._report.add(Finding(INSERTED, f"event {place} is in no block"))
        elif leaf_of(event, hidden) != entry.leaf:
            self._report.add(Finding(ALTERED, f"event {place} is not what it was"))
        else:
            self._report.events += 1
            self._report.erased += line["rewritten"] is True

    def _gone(self, place: str) -> None:
        entry = self._next(place)
        if entry is None:
            self._report.add(Finding(INSERTED, f"event {place} is in no block"))
        elif entry.until <= self._now:
            self._report.expired += 1
        else:
            self._report.add(Finding(MISSING, f"event {place} was gone before its time"))

    def _next(self, place: str) -> Entry | None:
        """Return the entry of this place in the present block, each once. Takes note if another one should come first."""
        entry = self._expected.pop(place, None)
        if entry:
            if self._order[0] != place and self._order[0] in self._expected:
                self._report.add(Finding(REORDERED, f"event {place} is not at its place"))
            while self._order and self._order[0] not in self._expected:
                self._order.pop(0)
        return entry

    def _close_block(self) -> None:
        for place in self._expected:
            self._report.add(Finding(MISSING, f"event {place} is not in the segment"))
        self._expected = {}


def _block(line: Mapping[str, Any]) -> Block:
    entries = tuple(Entry(str(place), int(until), str(leaf)) for place, until, leaf in line["entries"])
    shard = int(line["shard"])
    if not 0 <= shard < SHARDS:
        raise ValueError("an unknown shard")
    return Block(
        shard, int(line["number"]), str(line["previous"]), int(line["previous_until"]), str(line["root"]), int(line["at"]),
        int(line["until"]), entries,
    )  # fmt: skip


def _lines(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The lines of a compressed segment. A line of more than 1 MB is refused, so that memory stays bounded."""
    with gzip.GzipFile(fileobj=file, mode="rb") as plain:
        while line := plain.readline(_LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise ValueError("a line without an end")
            yield strict_json.loads(line)
