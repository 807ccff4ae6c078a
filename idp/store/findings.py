"""What the last check of the deployment found (`state`), for the console: one item, which each check replaces. It contains no secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.doctor.finding import STATES, Finding
from idp.store.keys import Key
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.store.database import Database

PARTITION = "DOCTOR"
KEPT = 30 * 86400
"""Seconds that the findings are kept."""
_MOST = 200
"""More findings than the checks have."""
_MEMBERS = ["about", "state", "text", "values"]


class KeptFindings(NamedTuple):
    """`checked_at`: epoch seconds."""

    checked_at: int
    findings: tuple[Finding, ...]


class FindingsItem(StateItem):
    """The item. `findings`: a JSON array of objects with about, state, text, values."""

    kind_name = "findings"
    checked_at = NumberAttribute()
    findings = UnicodeAttribute()

    def check(self) -> None:
        """Raise ValueError or TypeError if these are no findings."""
        super().check()
        self.kept()

    def kept(self) -> KeptFindings:
        """Convert it to the tuple."""
        rows = json.loads(self.findings)
        if not isinstance(rows, list) or len(rows) > _MOST:
            raise ValueError("findings are no array of a known length")
        return KeptFindings(int(self.checked_at), tuple(map(_finding, rows)))


def findings_key() -> Key:
    """The key of the item."""
    return Key(PARTITION, "FINDINGS")


class FindingsStore:
    """Reads and writes the item."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, findings: Sequence[Finding], now: int) -> None:
        """Write them in place of those before. `now`: epoch seconds."""
        rows = [dict(zip(_MEMBERS, (each.about, each.state, each.text, dict(each.values)), strict=True)) for each in findings]
        told = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
        self._db.put(FindingsItem.new(findings_key(), checked_at=now, findings=told, ttl=now + KEPT))

    def get(self) -> KeptFindings | None:
        """Return them, or None before the first check. One GetItem.

        Raises:
            Unavailable: the store does not answer, or the item is damaged.
        """
        item = self._db.get(FindingsItem, findings_key())
        return item.kept() if item else None


def _finding(row: object) -> Finding:
    """Raise ValueError or TypeError if it is none."""
    if not isinstance(row, dict) or sorted(row) != _MEMBERS:
        raise ValueError("a finding has other members")
    about, state, text, values = (row[name] for name in _MEMBERS)
    if state not in STATES or not isinstance(values, dict) or not all(isinstance(each, str) for each in (about, text, *values.values())):
        raise TypeError("a finding has other types")
    return Finding(about, state, text, values)
