"""Webhook endpoints in the admin API: what is told, what is refused, and that a secret is shown once (threats R-01, R-05)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from idp.store.webhook_items import event_item

if TYPE_CHECKING:
    import httpx

    from tests.support.world import World

PATH = "/webhooks"
URL = "https://crm.example/hook"


def made(world: World, **members: Any) -> httpx.Response:
    """Make an endpoint."""
    return world.call("POST", PATH, json={"url": URL, **members})


def test_a_secret_is_shown_once_and_is_in_no_item_and_no_event(world: World) -> None:
    """Neither does a later answer have it, also not after a rotation."""
    first = made(world, events=["user"])
    assert first.status_code == 201
    endpoint = first.json()
    path = first.headers["location"].removeprefix("/admin/v1")
    rotated = world.call("POST", f"{path}/rotate-secret", json={"overlap": 60})
    assert rotated.status_code == 201
    secrets = [endpoint["secret"], rotated.json()["secret"]]
    assert secrets[0] != secrets[1]
    assert all(each.startswith("whsec_") for each in secrets)
    found = world.call("GET", path).json()
    assert found["earlier_secret_until"] is not None
    everything = json.dumps([world.call("GET", PATH).json(), found, world.events()])
    items = [raw for table in ("directory", "state") for raw in world.services.database.scan(table)]
    for each in secrets:
        assert each not in everything
        assert each.removeprefix("whsec_") not in repr(items)


def test_a_rotation_without_overlap_ends_the_earlier_secret_at_once(world: World) -> None:
    """With one, only the last two secrets sign."""
    path = made(world).headers["location"].removeprefix("/admin/v1")
    endpoint_id = path.rpartition("/")[2]
    for overlap, number in ((60, 2), (60, 2), (0, 1)):
        assert world.call("POST", f"{path}/rotate-secret", json={"overlap": overlap}).status_code == 201
        stored = world.services.webhook_endpoints.get(endpoint_id)
        assert stored is not None
        assert len(stored.secrets) == number
    for wrong in (-1, 7 * 86400 + 1):
        assert world.call("POST", f"{path}/rotate-secret", json={"overlap": wrong}).status_code == 400


def test_a_post_that_is_sent_twice_makes_one_endpoint(world: World) -> None:
    """With the same answer, also its secret."""
    key = {"Idempotency-Key": "hook-1"}
    answers = [world.call("POST", PATH, json={"url": URL}, headers=key).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(world.call("GET", PATH).json()["items"]) == 1


def test_a_stale_version_changes_nothing(world: World) -> None:
    """Of a change, a rotation and a deletion."""
    created = made(world)
    path, stale = created.headers["location"].removeprefix("/admin/v1"), {"If-Match": created.headers["etag"]}
    assert world.call("PATCH", path, json={"description": "CRM"}).status_code == 200
    assert world.call("PATCH", path, json={"url": "https://other.example/"}, headers=stale).status_code == 412
    assert world.call("POST", f"{path}/rotate-secret", json={}, headers=stale).status_code == 412
    assert world.call("DELETE", path, headers=stale).status_code == 412
    found = world.call("GET", path)
    assert (found.json()["url"], found.json()["description"]) == (URL, "CRM")
    assert world.call("DELETE", path, headers={"If-Match": found.headers["etag"]}).status_code == 204
    assert world.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {}, {"url": 7}, {"url": "http://crm.example/"}, {"url": URL, "secret": "whsec_x"}, {"url": URL, "events": "user"},
        {"url": URL, "events": ["*"]}, {"url": URL, "events": [["user"]]}, {"url": "https://10.0.0.1/"}, {"url": URL, "org_id": "a b"},
    ],
)  # fmt: skip
def test_a_wrong_endpoint_is_refused(world: World, body: dict[str, Any]) -> None:
    """Nothing is stored."""
    assert world.call("POST", PATH, json=body).status_code == 400
    assert world.call("GET", PATH).json()["items"] == []


def test_the_scope_is_required(world: World) -> None:
    """Reading needs webhooks:read, the rest webhooks:write."""
    made(world)
    reader = world.service_token(world.service_client("webhooks:read"))
    other = world.service_token(world.service_client("users:write"))
    assert world.call("GET", PATH, token=reader).status_code == 200
    assert world.call("GET", "/webhook-event-types", token=reader).status_code == 200
    assert world.call("POST", PATH, token=reader, json={"url": URL}).status_code == 403
    for method, path in (("GET", PATH), ("GET", "/webhook-event-types"), ("POST", PATH)):
        assert world.call(method, path, token=other, json={"url": URL} if method == "POST" else None).status_code == 403


def test_attempts_are_listed_in_pages_and_dead_letters_are_sent_again(world: World) -> None:
    """Each once, the newest first."""
    from idp.domain.events.event import Event
    from idp.store.webhook_items import attempt_item

    endpoint_id = made(world).json()["id"]
    queue, now = world.services.webhook_queue, world.clock()
    for number in range(5):
        queue.add(
            [(endpoint_id, Event(f"evt_{number}", "user.created", f"user:{number}", now, f"{number}", {"user_id": str(number)}))], now=now
        )
        (due,) = queue.due(endpoint_id, now, limit=9)
        (event,), _ = queue.events(endpoint_id, due.subject, limit=9)
        attempt = attempt_item(event, attempt=8, status=500, problem="status 500", at_ms=now * 1000 + number, took_ms=1)
        queue.give_up(event, attempt, attempts=8, problem="status 500", now=now)
        queue.looked([due])
    seen, cursor, first = list[str](), None, True
    while cursor or first:
        page = world.call("GET", f"{PATH}/{endpoint_id}/attempts", params={"limit": "2", **({"cursor": cursor} if cursor else {})}).json()
        seen, cursor = seen + [each["event_id"] for each in page["items"]], page["next_cursor"]
        first = False
    assert seen == [f"evt_{number}" for number in reversed(range(5))]
    again = world.call("POST", f"{PATH}/{endpoint_id}/redeliver", json={"event_ids": ["evt_3", "evt_9"]})
    assert again.json() == {"endpoint_id": endpoint_id, "events": 1, "next_since": None}
    left = world.call("GET", f"{PATH}/{endpoint_id}/dead-letters").json()["items"]
    assert sorted(each["event_id"] for each in left) == ["evt_0", "evt_1", "evt_2", "evt_4"]
    assert world.call("POST", f"{PATH}/{endpoint_id}/redeliver", json={}).json()["events"] == 4


def arrive(world: World, endpoint_id: str, *event_ids: str) -> int:
    """Let events arrive, one a second, and a minute pass. Returns the time of the first in epoch seconds."""
    from idp.domain.events.event import Event
    from idp.store.webhook_items import attempt_item

    queue, began = world.services.webhook_queue, world.clock()
    for event_id in event_ids:
        now = world.clock()
        queue.add([(endpoint_id, Event(event_id, "user.created", f"user:{event_id}", now, "1", {"user_id": event_id}))], now=now)
        (due,) = queue.due(endpoint_id, now, limit=9)
        (event,), _ = queue.events(endpoint_id, due.subject, limit=9)
        queue.done(event, attempt_item(event, attempt=1, status=204, problem="", at_ms=now * 1000 + 7, took_ms=1), now=now)
        queue.looked([due])
        world.clock.advance(1)
    world.clock.advance(60)
    return began


def test_what_arrived_is_sent_again_by_id_or_of_a_period(world: World) -> None:
    """The second end of a period is not part of it. One Idempotency-Key has one effect."""
    endpoint_id = made(world).json()["id"]
    began = arrive(world, endpoint_id, "evt_a", "evt_b", "evt_c")
    path = f"{PATH}/{endpoint_id}/redeliver"
    assert world.call("POST", path, json={"event_ids": ["evt_b"]}).json()["events"] == 1
    body, key = {"since": str(began), "until": str(began + 2)}, {"Idempotency-Key": "again-1"}
    answers = [world.call("POST", path, json=body, headers=key).json() for _ in range(2)]
    assert answers == [{"endpoint_id": endpoint_id, "events": 2, "next_since": None}] * 2
    acts = [each for each in world.events() if each["type"] == "webhook.redelivered"]
    assert len(acts) == 2


@pytest.mark.parametrize("narrower", [{"org_id": "org_1"}, {"events": ["session"]}])
def test_an_endpoint_that_was_limited_gets_nothing_again_that_it_does_not_want(world: World, narrower: dict[str, Any]) -> None:
    """Otherwise the endpoint of an organisation would get what was told to the deployment before."""
    endpoint_id = made(world).json()["id"]
    began = arrive(world, endpoint_id, "evt_a")
    assert world.call("PATCH", f"{PATH}/{endpoint_id}", json=narrower).status_code == 200
    for body in ({"event_ids": ["evt_a"]}, {"since": str(began), "until": str(began + 2)}):
        assert world.call("POST", f"{PATH}/{endpoint_id}/redeliver", json=body).json()["events"] == 0
    assert world.services.webhook_queue.waiting(endpoint_id, limit=1) == ([], False)


def test_an_event_of_its_organisation_is_sent_again_to_a_limited_endpoint(world: World) -> None:
    """The organisation is read from what was sent."""
    from idp.domain.events.event import Event

    endpoint_id, queue, now = made(world, org_id="org_1").json()["id"], world.services.webhook_queue, world.clock()
    event = Event("evt_m", "organization_member.created", "user:usr_1", now, "1", {"org_id": "org_1", "user_id": "usr_1"}, "org_1")
    item = event_item(endpoint_id, event, now)
    queue.give_up_refused([(item, "no answer")], now=now)
    assert world.call("POST", f"{PATH}/{endpoint_id}/redeliver", json={}).json()["events"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"since": "0"}, {"until": "1"}, {"since": "0", "until": "1", "event_ids": ["evt_a"]}, {"since": 0, "until": 1},
        {"since": "2026-01-01", "until": "2026-01-02"}, {"since": "2026-01-01T00:00:00", "until": "2026-01-02T00:00:00"},
        {"since": "1", "until": "1"}, {"since": "2", "until": "1"}, {"since": "0", "until": "99999999999"}, {"since": "-5", "until": "1"},
        {"since": "0001-01-01T00:00:00Z", "until": "1"}, {"event_ids": ["x"] * 101}, {"event_ids": [""]}, {"event_ids": "evt_a"},
    ],
)  # fmt: skip
def test_a_wrong_period_sends_nothing_again(world: World, body: dict[str, Any]) -> None:
    """It is empty, in the future, without a zone or an end, or named beside ids."""
    endpoint_id = made(world).json()["id"]
    arrive(world, endpoint_id, "evt_a")
    assert world.call("POST", f"{PATH}/{endpoint_id}/redeliver", json=body).status_code in {400, 422}
    assert world.services.webhook_queue.due(endpoint_id, world.clock() + 10, limit=9) == []
