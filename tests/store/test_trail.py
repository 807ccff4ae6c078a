"""The audit trail is complete and in order, with the sign-ins, over several pages."""

from __future__ import annotations

import pytest

from idp.domain.audit.event import AuditEvent
from idp.store.database import Database
from idp.store.events import Events
from idp.store.sessions import item as session_item
from idp.store.trail import Trail, TrailPage
from tests.store.examples import NOW, new_id, session

FIRST, LAST = "0" * 13, "~"
DAY = 86_400_000
YEAR = 365 * 86400


def event(subject: str, at: int) -> AuditEvent:
    return AuditEvent(id=new_id(), type="session.ended", at=at, subject=subject)


@pytest.fixture
def history(fresh: Database) -> tuple[Trail, str, list[str]]:
    """A user with alternating events and sign-ins over three days: the trail, the user's id, the ids with the newest first."""
    events, who = Events(fresh), new_id()
    made: list[tuple[int, str]] = []
    for i in range(6):
        began = session(user_id=who, created_at=NOW + i * 40_000, auth_time=NOW + i * 40_000)
        fresh.put(session_item(began, retention=YEAR))
        told = event(who, began.created_at * 1000 + 1)
        events.put(told, retention=YEAR)
        made += [(began.created_at * 1000, began.id), (told.at, told.id)]
    fresh.put(session_item(session(user_id=who, pending=True), retention=YEAR))
    fresh.put(session_item(session(user_id=who, created_at=NOW + 1), retention=YEAR))  # renewed: the sign-in was before
    return Trail(fresh), who, [id_ for _, id_ in sorted(made, reverse=True)]


def pages_of_user(trail: Trail, who: str, limit: int) -> list[str]:
    found, before = [], LAST
    while True:
        page = trail.of_user(who, since=FIRST, before=before, limit=limit)
        assert len(page.events) <= limit
        found += [e.id for e in page.events]
        if page.more is None:
            return found
        before = page.more


@pytest.mark.parametrize("limit", [1, 5, 12, 50])
def test_the_history_of_a_user_is_complete_and_in_order(history: tuple[Trail, str, list[str]], limit: int) -> None:
    """An unfinished sign-in and a session with a new id are not sign-ins. Another user's history is empty."""
    trail, who, expected = history
    assert pages_of_user(trail, who, limit) == expected
    assert trail.of_user(new_id(), since=FIRST, before=LAST, limit=9) == TrailPage([], None, 0)


def test_all_events_are_read_day_by_day_backwards(history: tuple[Trail, str, list[str]]) -> None:
    """From the index by time, in pages that may be short."""
    trail, _, expected = history
    found: list[str] = []
    before: str | None = f"{(NOW + 6 * 40_000) * 1000:013d}"
    while before:
        page = trail.of_all(since=f"{NOW * 1000:013d}", before=before, limit=5)
        found, before = found + [e.id for e in page.events], page.more
    assert found == expected


def test_damaged_events_are_left_out_of_the_history(fresh: Database, history: tuple[Trail, str, list[str]]) -> None:
    """An event whose details are not JSON, and a session with a number as its time, are left out (FI-17)."""
    trail, who, expected = history
    raws = [raw for raw in fresh.query_all("state", f"USER#{who}") if raw.get("at", {}).get("S", "").endswith((expected[3], expected[4]))]
    assert len(raws) == 2
    for raw in raws:
        raw["details"] = {"S": "{"}
    fresh.write_raw("state", raws)
    assert pages_of_user(trail, who, 50) == [id_ for id_ in expected if id_ not in expected[3:5]]


def test_all_members_of_an_event_are_read_back(fresh: Database) -> None:
    """All members, from the user's partition and from the index."""
    who = new_id()
    said = AuditEvent(
        id=new_id(), type="refresh_token.replayed", at=NOW * 1000, outcome="failure", actor="app", subject=who, target="g", client_id="app",
        address="192.0.2.1", request_id="r", reason="reused", details={"generation": "3"},
    )  # fmt: skip
    Events(fresh).put(said, retention=YEAR)
    assert Trail(fresh).of_user(who, since=FIRST, before=LAST, limit=5) == TrailPage([said], None, 1)
    assert Trail(fresh).of_all(since=f"{NOW * 1000:013d}", before=f"{NOW * 1000 + 1:013d}", limit=5) == TrailPage([said], None, 1)
