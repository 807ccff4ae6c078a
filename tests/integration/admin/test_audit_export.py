"""The audit trail in pages for programs: nothing left out, nothing twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idp.domain.sessions.request_origin import Origin
from idp.services.audit.export import SETTLED
from tests.support.world import World

DAY = 86400


def happen(world: World, *requests: str) -> None:
    """An event for each of these request ids."""
    for request in requests:
        world.services.audit.record("user.updated", origin=Origin("192.0.2.1", "", request), subject="usr_a")


def read(world: World, path: str = "") -> tuple[list[dict[str, Any]], str, bool]:
    """The events of a page, its cursor, and whether there was nothing more."""
    answer = world.call("GET", f"/audit/export{path}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert answer.text == "" or answer.text.endswith("\n")
    return [json.loads(line) for line in answer.text.splitlines()], answer.headers["next-cursor"], answer.headers["caught-up"] == "true"


@pytest.fixture
def history(world: World) -> World:
    """A provider with five events of a day that has passed."""
    world.clock.now += 2 * DAY
    happen(world, "r1", "r2", "r3", "r4", "r5")
    world.clock.now += SETTLED + 1
    return world


def test_pages_have_every_event_once_and_in_order(history: World) -> None:
    since = history.clock() - DAY
    found: list[str] = []
    cursor, caught_up = "", False
    while not caught_up:
        events, following, caught_up = read(history, f"?since={since}&limit=2" + (f"&cursor={cursor}" if cursor else ""))
        assert len(events) <= 2
        found, cursor = found + [event["request_id"] for event in events if event["subject"] == "usr_a"], following
    assert found == ["r1", "r2", "r3", "r4", "r5"]


def test_the_cursor_of_the_end_goes_on_with_what_happens_later(history: World) -> None:
    since = history.clock() - DAY
    _, cursor, caught_up = read(history, f"?since={since}")
    assert caught_up
    assert read(history, f"?since={since}&cursor={cursor}")[0] == []
    happen(history, "r6")
    assert read(history, f"?since={since}&cursor={cursor}")[0] == []  # of this minute
    history.clock.now += SETTLED + 1
    assert [event["request_id"] for event in read(history, f"?since={since}&cursor={cursor}")[0]] == ["r6"]


def test_old_times_are_read_in_steps(history: World) -> None:
    """A page reads forty days at most, and says that there is more."""
    since = history.clock() - 100 * DAY
    events, cursor, caught_up = read(history, f"?since={since}&limit=1000")
    assert (events, caught_up) == ([], False)
    read(history, f"?since={since}&cursor={cursor}")


@pytest.mark.parametrize(
    "query",
    [
        "type=test.alpha", "type=test", "user_id=usr_alpha", "client_id=app-alpha", "actor=usr_boss", "outcome=failure",
        "address=192.0.2.0/24", "request_id=r-alpha", "email=ADA@example.com",
    ],
)  # fmt: skip
def test_each_filter_leaves_the_other_events_out(history: World, query: str) -> None:
    """In every page, also if each looks at few events only; a cursor belongs to its filters."""
    about = history.user(email="ada@example.com").id if query.startswith("email") else "usr_alpha"
    for type_, origin, outcome, of in (
        ("test.alpha", Origin("192.0.2.7", "", "r-alpha"), "failure", ("usr_boss", about, "app-alpha")),
        ("other.beta", Origin("198.51.100.7", "", "r-beta"), "success", ("usr_beta", "usr_beta", "app-beta")),
    ):
        actor, subject, client = of
        history.services.audit.record(type_, origin=origin, outcome=outcome, actor=actor, subject=subject, client_id=client)
    history.clock.now += SETTLED + 1
    found, cursor, caught_up, begin = list[str](), "", False, f"?since={history.clock() - 3600}&limit=2&{query}"
    while not caught_up:
        events, cursor, caught_up = read(history, begin + (f"&cursor={cursor}" if cursor else ""))
        found += [event["type"] for event in events]
    assert ("test.alpha" in found, "other.beta" in found) == (True, False)
    assert history.call("GET", f"/audit/export?since={history.clock() - 3600}&limit=2&cursor={cursor}").status_code == 400


def test_a_page_looks_at_few_events_and_goes_on(history: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few fit."""
    monkeypatch.setattr("idp.services.audit.export.MOST_READ", 2)
    begin = f"?since={history.clock() - DAY}&request_id=r5"
    found, cursor, pages, caught_up = list[str](), "", 0, False
    while not caught_up:
        events, cursor, caught_up = read(history, begin + (f"&cursor={cursor}" if cursor else ""))
        found, pages = found + [event["request_id"] for event in events], pages + 1
    assert found == ["r5"]
    assert pages > 2


@pytest.mark.parametrize("query", ["address=x", "outcome=maybe", "user_id=a&email=ada@example.com", "type=", "actor="])
def test_a_wrong_filter_is_refused(world: World, query: str) -> None:
    assert world.call("GET", f"/audit/export?{query}").status_code == 400


def test_a_time_has_its_end(history: World) -> None:
    now = history.clock()
    assert read(history, f"?since={now - DAY}&until={now - SETTLED - 1}")[2]
    assert read(history, f"?since={now - DAY}&until={now - DAY}")[0] == []


def test_events_are_also_objects_of_ocsf(history: World) -> None:
    events, _, _ = read(history, f"?since={history.clock() - DAY}&format=ocsf")
    assert {event["metadata"]["version"] for event in events} == {"1.8.0"}


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=1_0", "format=cef", "format=", "since=soon", "cursor=x", "after=x"])
def test_a_wrong_parameter_is_refused(world: World, query: str) -> None:
    assert world.call("GET", f"/audit/export?{query}").status_code == 400


def test_a_cursor_is_for_its_caller_and_time(history: World) -> None:
    """Also not for the list of events, whose order is the other one."""
    since = history.clock() - DAY
    _, cursor, _ = read(history, f"?since={since}")
    for path in (f"/audit/export?cursor={cursor}", f"/audit/export?since={since - 1}&cursor={cursor}", f"/audit?cursor={cursor}"):
        assert history.call("GET", path).status_code == 400


def test_a_token_without_the_scope_is_refused(world: World) -> None:
    token = world.service_token(world.service_client("users:read"))
    assert world.call("GET", "/audit/export", token=token).status_code == 403
