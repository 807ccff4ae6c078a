"""Events by time: those of shards and those of days are one list, in order, also while the deployment passes from one to the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.audit.event import AuditEvent
from idp.store.database import Database
from idp.store.erasures import event_without_person
from idp.store.events import Events
from idp.store.sessions import item as session_item
from idp.store.signing_keys import KeyItems
from idp.store.stored_events import StoredEvents
from idp.store.time_shards import AGAIN, SHARDS, is_on, partition, switch_on
from idp.store.trail import Trail
from tests.store.examples import NOW, new_id, session

YEAR = 365 * 86400
STEP = 4 * 3600
END = f"{(NOW + 20 * STEP) * 1000:013d}"
START = f"{NOW * 1000:013d}"


def event(at: int, subject: str = "usr_1") -> AuditEvent:
    return AuditEvent(id=new_id(), type="session.ended", at=at * 1000, subject=subject)


def listed(database: Database, limit: int) -> list[str]:
    """All events in pages, the newest first."""
    found, before = list[str](), END
    while before:
        page = Trail(database).of_all(since=START, before=before, limit=limit)
        found, before = found + [each.id for each in page.events], page.more or ""
    return found


@pytest.fixture
def passed(fresh: Database) -> list[str]:
    """Events and sign-ins of three days; from the fifth on they are written to shards, one in the middle by an old environment."""
    made = []
    for number in range(18):
        fresh.time_shards = number > 5 and number != 11
        at = NOW + number * STEP + 1
        if number % 3:
            told = event(at)
            Events(fresh).put(told, retention=YEAR)
            made.append(told.id)
        else:
            began = session(user_id=new_id(), created_at=at, auth_time=at)
            fresh.put(session_item(began, retention=YEAR, sharded=fresh.time_shards))
            made.append(began.id)
    return made


def test_pages_list_days_and_shards_in_one_order(fresh: Database, passed: list[str]) -> None:
    """Each event once, the newest first, on small and on large pages."""
    assert [listed(fresh, limit) for limit in (4, 50)] == [passed[::-1]] * 2


def test_exports_read_days_and_shards_in_one_order(fresh: Database, passed: list[str]) -> None:
    """The oldest first; a time in between begins and ends where it should."""
    assert [each.id for each in StoredEvents(fresh).listed(START, END)] == passed
    assert [each.event.id for each in StoredEvents(fresh).whole(START, END)] == passed
    since, before = (f"{(NOW + number * STEP) * 1000:013d}" for number in (3, 12))
    assert [each.id for each in StoredEvents(fresh).listed(since, before)] == passed[3:12]


def test_a_full_page_asks_each_shard_once_and_one_day(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many days it may go back. Where no shards were when the keys were read, a page asks none; an export asks them anyway."""
    fresh.time_shards = True
    Events(fresh).put_all([event(NOW + STEP + second) for second in range(20)], retention=YEAR)
    asked, query = list[str](), fresh.query

    def counted(table: str, pk: str, **named: Any) -> Any:
        asked.append(pk)
        return query(table, pk, **named)

    monkeypatch.setattr(fresh, "query", counted)
    first, last = "0" * 13, f"{(NOW + 2 * STEP) * 1000:013d}"
    assert len(Trail(fresh).of_all(since=first, before=last, limit=5).events) == 5
    assert len(asked) == len(set(asked)) == SHARDS + 1
    asked.clear()
    fresh.time_shards = False
    Trail(fresh).of_all(since=first, before=last, limit=5)
    assert not [pk for pk in asked if pk.startswith("SHARD")]
    assert len(list(StoredEvents(fresh).listed(START, END))) == 20


def test_new_events_are_spread_and_stay_where_they_are(fresh: Database) -> None:
    """No event is under its day, the sixteen shards are all used, and an erasure leaves the event in its place of the index."""
    assert len({partition(NOW * 1000, f"evt_{number}", sharded=True) for number in range(400)}) == SHARDS
    fresh.time_shards = True
    Events(fresh).put(replace(event(NOW, "usr_gone"), address="192.0.2.1", actor="usr_gone"), retention=YEAR)
    (raw,) = fresh.query_all("state", "USER#usr_gone")
    assert raw["day"]["S"].startswith("SHARD#")
    for day in (raw["day"], {"S": "2027-01-15"}):
        kept = event_without_person({**raw, "day": day}, "usr_gone")
        assert kept is not None
        assert kept["day"] == day
        assert "address" not in kept


def test_the_switch_is_read_with_the_keys(fresh: Database) -> None:
    """Before it, events are written to their day, which the release before lists as well."""
    keys = KeyItems(fresh)
    keys.load()
    assert not fresh.time_shards
    for _ in range(2):
        switch_on(fresh, NOW)
    keys.load()
    assert fresh.time_shards


def test_an_environment_that_reads_no_keys_finds_the_mark_by_itself(fresh: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the function of SCIM. It looks before its first event, and again a minute after it found none; never again once it is there."""
    now, asked, query = [NOW], list[str](), fresh.query

    def counted(table: str, pk: str, **named: Any) -> Any:
        asked.append(pk)
        return query(table, pk, **named)

    monkeypatch.setattr(fresh, "query", counted)
    monkeypatch.setattr(fresh, "clock", lambda: now[0])
    assert [is_on(fresh), is_on(fresh), len(asked)] == [False, False, 1]
    switch_on(fresh, NOW)
    now[0] += AGAIN - 1
    assert not is_on(fresh)
    now[0] += 1
    Events(fresh).put(told := event(NOW), retention=YEAR)
    now[0] += 10 * AGAIN
    assert [is_on(fresh), len(asked)] == [True, 2]
    (raw,) = fresh.query_all("state", "USER#usr_1")
    assert (raw["day"]["S"][:6], raw["at"]["S"][14:]) == ("SHARD#", told.id)


def test_a_deployment_that_passes_to_shards_loses_no_event(fresh: Database) -> None:
    """Four writers go on while the migration runs; the last one never reads the keys again. All events are listed once."""
    stale = Database(prefix=fresh.prefix, transport=fresh.transport)
    subject = new_id()

    def write(worker: int) -> list[str]:
        database, made = stale if worker == 3 else fresh, [event(NOW + second, subject) for second in range(20)]
        for number, told in enumerate(made):
            if (worker, number) == (0, 5):
                switch_on(fresh, NOW)
                KeyItems(fresh).load()
            Events(database).put(told, retention=YEAR)
        return [told.id for told in made]

    with ThreadPoolExecutor(4) as pool:
        written = [each for made in pool.map(write, range(4)) for each in made]
    assert sorted(listed(fresh, 30)) == sorted(written)
    assert {raw["day"]["S"][:6] for raw in fresh.query_all("state", f"USER#{subject}")} == {"SHARD#", "2027-0"}
