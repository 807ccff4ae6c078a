"""Filters of the list of events. A page reads a limited number of events and says how many."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.sessions.request_origin import Origin
from idp.store import trail
from tests.support.world import World

HERE = "203.0.113.9"
EVENTS: tuple[dict[str, str], ...] = (
    {"type_": "sign_in.failed", "outcome": "failure", "client_id": "shop", "address": HERE, "request_id": "r1"},
    {"type_": "sign_in.locked", "outcome": "failure", "client_id": "shop", "address": "203.0.113.10", "request_id": "r2"},
    {"type_": "sign_in_link.sent", "client_id": "desk", "address": "2001:db8::1", "request_id": "r3"},
    {"type_": "user.created", "actor": "shop", "address": HERE, "request_id": "r4"},
)


def seen(world: World, **filters: str) -> list[str]:
    """Return the request ids of the events that are found, the oldest first."""
    return [event["request_id"] for event in reversed(world.events(since=str(world.clock.now), **filters))]


@pytest.fixture
def history(world: World) -> World:
    """A provider with the events of `EVENTS`."""
    world.clock.now += 10
    for told in EVENTS:
        members = dict(told)
        origin = Origin(members.pop("address"), "", members.pop("request_id"))
        world.services.audit.record(members.pop("type_"), origin=origin, **members)
    return world


def test_events_match_each_filter_and_all_filters_together(history: World) -> None:
    """A type matches by whole words. An app matches as subject and as actor. An address matches as part of a network."""
    for filters, expected in (
        ({}, ["r1", "r2", "r3", "r4"]),
        ({"type": "sign_in.failed"}, ["r1"]),
        ({"type": "sign_in"}, ["r1", "r2"]),
        ({"type": "sign"}, []),
        ({"outcome": "success"}, ["r3", "r4"]),
        ({"client_id": "shop"}, ["r1", "r2", "r4"]),
        ({"client_id": "sho"}, []),
        ({"address": HERE}, ["r1", "r4"]),
        ({"address": "203.0.113.0/24"}, ["r1", "r2", "r4"]),
        ({"address": "2001:0db8:0:0::1"}, ["r3"]),
        ({"address": "2001:db8::/64"}, ["r3"]),
        ({"request_id": "r2"}, ["r2"]),
        ({"request_id": "r"}, []),
        ({"client_id": "shop", "outcome": "failure", "address": HERE}, ["r1"]),
        ({"client_id": "desk", "outcome": "failure"}, []),
    ):
        assert seen(history, **filters) == expected, filters


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"address": "here"}, "address"), ({"address": "203.0.113.9/99"}, "address"), ({"address": "1"}, "address"),
        ({"outcome": "both"}, "outcome"), ({"type": ""}, "type"), ({"client_id": ""}, "client_id"), ({"request_id": ""}, "request_id"),
        ({"email": "a@b.example", "user_id": "usr_1"}, "email"),
    ],
)  # fmt: skip
def test_an_invalid_filter_is_refused_by_name(shared: World, parameters: dict[str, str], field: str) -> None:
    """400, and the parameter is named."""
    refused = shared.call("GET", "/audit", params=parameters)
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == [field]


def test_a_page_without_a_match_says_how_many_events_were_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page ends after a limited number of events. Its cursor continues until all events were read."""
    monkeypatch.setattr(trail, "MOST_SEARCHED", 4)
    monkeypatch.setattr(trail, "_CHUNK", 3)
    user = world.user()
    for number in range(9):
        world.services.audit.record("test.told", origin=Origin(HERE, "", f"n{number}"), subject=user.id)
    world.services.audit.record("test.found", origin=Origin(HERE), subject=user.id)
    world.clock.now += 3600
    for where in ({"user_id": user.id}, {}):
        pages: list[Any] = []
        while not pages or pages[-1]["next_cursor"]:
            cursor = {"cursor": pages[-1]["next_cursor"]} if pages else {}
            pages.append(world.call("GET", "/audit", params={"type": "user.created", "limit": "2", **where, **cursor}).json())
        searched = [page["searched"] for page in pages]
        found = [event["subject"] for page in pages for event in page["items"]]
        assert searched[:3] == [4, 4, 3] if where else searched[:2] == [4, 4]
        assert (pages[0]["items"], found) == ([], [user.id])


def test_a_cursor_is_refused_with_other_filters(history: World) -> None:
    """With other filters it would skip matching events."""
    first = history.call("GET", "/audit", params={"client_id": "shop", "limit": "1"}).json()
    again = {"limit": "1", "cursor": first["next_cursor"]}
    assert history.call("GET", "/audit", params={"client_id": "shop", **again}).status_code == 200
    for other in ({}, {"client_id": "desk"}, {"client_id": "shop", "outcome": "failure"}):
        assert history.call("GET", "/audit", params={**other, **again}).status_code == 400
