"""The audit trail as it is read (`state`), newest first: of one user, or of everybody within a time. For people, never for a decision.

A page goes on from a *place*: what sorts an event, its milliseconds in 13 digits, '#', its id. `before` is exclusive.
A sign-in that succeeded is told by its session's item, so both kinds are read.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from idp.store import keys
from idp.store.events import told
from idp.store.tables import BY_TIME

if TYPE_CHECKING:
    from idp.domain.audit_event import AuditEvent
    from idp.store.database import Database, Raw

MOST_DAYS = 40
"""Days that one page looks at: a quiet year is read in several pages, each of bounded cost."""
_DAY = 86_400_000


class Trail:
    """Facts about what happened."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_user(self, user_id: str, *, since: str, before: str, limit: int) -> tuple[list[AuditEvent], str | None]:
        """One page of what happened to a user between two places, and the place to go on from.

        Sessions do not sort by time, so all of the user's are read: they are as many as their sign-ins within the retention.
        """
        if since >= before:
            return [], None
        pk, low, high = keys.user_pk(user_id), f"EVENT#{since}", f"EVENT#{before}"
        events, _ = self._db.query("state", pk, after=low, before=high, limit=limit + 2, forward=False)
        sign_ins = self._db.query_all("state", pk, sk_begins="SESSION#")
        newest = sorted((raw for raw in [*events, *sign_ins] if since <= _place(raw) < before), key=_place, reverse=True)
        return told(newest[:limit]), _place(newest[limit - 1]) if len(newest) > limit else None

    def of_all(self, *, since: str, before: str, limit: int) -> tuple[list[AuditEvent], str | None]:
        """One page of what happened to anybody between two places, day by day backwards. It may be short, or empty, and not the last."""
        found: list[Raw] = []
        latest, earliest = int(before[:13]) // _DAY, int(since[:13]) // _DAY
        for day in range(latest, earliest - 1, -1)[:MOST_DAYS] if since < before else ():
            missing = limit + 1 - len(found)
            raws, _ = self._db.query("state", _name(day), index=BY_TIME, after=since, before=before, limit=missing + 1, forward=False)
            found += [raw for raw in raws if _place(raw) < before][:missing]
            if len(found) > limit:
                return told(found[:limit]), _place(found[limit - 1])
        reached = latest - MOST_DAYS + 1
        return told(found), f"{reached * _DAY:013d}" if reached > earliest else None


def _name(day: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(day * _DAY // 1000))


def _place(raw: Raw) -> str:
    """Nowhere, for a session whose sign-in was never finished and for what cannot be read."""
    place: str = raw.get("at", {}).get("S", "")
    return place
