"""Audit events as the stream tells them, and a chain of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from idp.domain.audit.block import SHARDS
from idp.domain.audit.event import AuditEvent
from idp.domain.audit.report import HourReport
from idp.domain.streams.change import INSERT, Change
from idp.services.audit_chain.sealing import Sealing
from idp.services.audit_chain.verification import Verification
from idp.services.audit_chain.writer import ChainWriter
from idp.store.audit_chain import AuditChain
from idp.store.database import Database
from idp.store.events import item
from idp.store.stored_events import StoredEvents
from tests.support.clock import Clock

HOUR, DAY = 3600, 86400
RETENTION = 400 * DAY
NOON = 1_800_000_000 // HOUR * HOUR + 600
"""Ten minutes after an hour began, so that the hour before is due when an hour has passed."""
_numbers = count(1)


def change_of(raw: dict[str, Any], at: int, act: str = INSERT) -> Change:
    """What the stream tells of this item, written at `at` (epoch seconds)."""
    new: dict[str, Any] = {name: value["S"] for name, value in raw.items() if "S" in value}
    new |= {name: int(value["N"]) for name, value in raw.items() if "N" in value}
    new |= {name: json.loads(new[name]) for name in ("details", "proof") if name in new}
    return Change("state", new["pk"], new["sk"], new["kind"], act, expired=False, old={}, new=new, sequence=str(next(_numbers)), at=at)


def event(at: int, **said: Any) -> AuditEvent:
    """An event with personal values. `at`: epoch seconds."""
    number = next(_numbers)
    told: dict[str, Any] = {
        "id": f"e{number}", "at": at * 1000 + number % 1000, "type": "user.updated", "actor": "usr_a", "subject": "usr_a", "target": "t",
        "address": "192.0.2.1", "request_id": "r", "details": {"changed": "email", "email": "ada@example.com"},
    }  # fmt: skip
    return AuditEvent(**(told | said))


class Chained:
    """A chain over the tables of a database. Its clock stands still until a test moves it."""

    def __init__(self, database: Database, signer: Any, clock: Clock, *, retention: int = RETENTION) -> None:
        self.database, self.signer, self.clock, self.retention = database, signer, clock, retention
        self.chain, self.stored = AuditChain(database), StoredEvents(database)
        self.writer = ChainWriter(self.chain, retention, clock)

    def happen(self, *events: AuditEvent, retention: int | None = None) -> list[Change]:
        """Write events to the table. Returns what the stream tells of them."""
        items = [item(each, retention=self.retention if retention is None else retention) for each in events]
        self.database.batch_write(puts=items)
        return [change_of(made.raw(), self.clock()) for made in items]

    def hour(self, events: int = 6, **said: Any) -> list[AuditEvent]:
        """Let events happen, put them into the chain, and seal their hour."""
        made = [event(self.clock(), **said) for _ in range(events)]
        assert self.writer.take(self.happen(*made)) == []
        self.clock.now += HOUR
        self.seal()
        return made

    def seal(self, segments: Any = None) -> int:
        """Seal the hours that are over."""
        return Sealing(self.chain, self.stored, self.writer, self.signer, segments, self.retention, self.clock).run()

    def verify(self, first: str = "", last: str = "") -> list[HourReport]:
        """The reports of these hours."""
        return Verification(self.chain, self.stored, self.signer.public, self.clock()).run(first, last)

    def states(self) -> list[str]:
        """The state of each hour."""
        return [report.state for report in self.verify()]

    def leaves(self) -> list[str]:
        """The places of all events in the chain."""
        return [entry.place for shard in range(SHARDS) for block in self.chain.blocks(shard) for entry in block.entries]

    def raws(self, kind: str) -> list[dict[str, Any]]:
        """The stored items of a kind."""
        return [raw for raw in self.database.scan("state") if raw["kind"] == {"S": kind}]

    def put(self, raws: Iterable[dict[str, Any]]) -> None:
        """Write items as an attacker with access to the table would."""
        self.database.write_raw("state", raws)

    def remove(self, raws: Sequence[dict[str, Any]]) -> None:
        """Remove items."""
        from idp.store.keys import Key
        from idp.store.tables import StateItem

        self.database.batch_write(deletes=[(StateItem, Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in raws])
