"""Segments: the blocks and events of one hour, as compressed JSON lines that can be verified without this provider.

Personal values are not in a segment, only their HMACs, and no salts: it may lie where nothing can be erased (threats R-07).
"""

from __future__ import annotations

import gzip
import json
import tempfile
from typing import IO, TYPE_CHECKING, Any

from idp.domain.audit.block import SHARDS
from idp.domain.audit.head import START
from idp.services.audit_chain.found_events import FoundEvents
from idp.services.audit_chain.signing import HeadSigner, read_head

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.adapters.audit_bucket import AuditBucket
    from idp.domain.audit.block import Block
    from idp.domain.audit.head import Head
    from idp.services.audit_chain.found_events import Found
    from idp.store.audit_chain import AuditChain
    from idp.store.stored_events import StoredEvents

VERSION = 1
_IN_MEMORY = 8 << 20


class Segments:
    """Writes segments. `bucket`: where `store` puts them; None if they are only written to files."""

    def __init__(self, chain: AuditChain, stored: StoredEvents, signer: HeadSigner, bucket: AuditBucket | None = None) -> None:
        self._chain, self._stored, self._signer, self._bucket = chain, stored, signer, bucket

    def store(self, head: Head, signed: str) -> None:
        """Put the segment of this head into the bucket, if it is not there yet. Raises Unavailable."""
        if self._bucket is None or self._bucket.has(head.hour):
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            self.write(head, signed, file)
            self._bucket.put(head.hour, file, until=head.until)

    def write(self, head: Head, signed: str, file: IO[bytes]) -> None:
        """Write the segment of this head to a file, compressed. The same segment gives the same bytes."""
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as compressed:
            for line in self._lines(head, signed):
                compressed.write(json.dumps(line, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n")

    def _lines(self, head: Head, signed: str) -> Iterator[Mapping[str, Any]]:
        before = self._chain.head_before(head.hour)
        earlier = read_head(before, self._signer.public) if before else None
        starts = earlier.positions if earlier else (START,) * SHARDS
        yield {
            "kind": "segment", "version": VERSION, "hour": head.hour, "number": head.number, "after": [list(each) for each in starts],
            "before": before or "",
        }  # fmt: skip
        found = FoundEvents(self._stored)
        for shard in range(SHARDS):
            for block in self._chain.blocks(shard, after=starts[shard].number, up_to=head.positions[shard].number):
                yield block_line(block)
                for entry in block.entries:
                    events, _ = found.claim(entry.place)
                    yield event_line(events[0]) if events else {"kind": "gone", "place": entry.place}
        yield {"kind": "head", "signed": signed, "key": self._signer.public}


def block_line(block: Block) -> Mapping[str, Any]:
    """Return a block in the form of a segment."""
    return {
        "kind": "block", "shard": block.shard, "number": block.number, "previous": block.previous, "previous_until": block.previous_until,
        "root": block.root, "at": block.at, "until": block.until,
        "entries": [[entry.place, entry.until, entry.leaf] for entry in block.entries],
    }  # fmt: skip


def event_line(found: Found) -> Mapping[str, Any]:
    """Return an event in the form of a segment: with HMACs in place of the personal values."""
    event = found.event
    told = {
        "type": event.type, "outcome": event.outcome, "actor": event.actor, "subject": event.subject, "target": event.target,
        "client_id": event.client_id, "reason": event.reason, "org_id": getattr(event, "org_id", ""),
    }  # fmt: skip
    plain = {name: value for name, value in told.items() if value}
    return {"kind": "event", "id": event.id, "at": event.at, **plain, "hidden": dict(found.hidden), "rewritten": found.rewritten}
