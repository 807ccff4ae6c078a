"""What waits at an endpoint that an admin limits meanwhile is not sent (docs/webhooks.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.events.catalogue import TEST
from idp.domain.webhooks.schedule import WAITS
from idp.services.audit.recorder import SYSTEM
from idp.services.webhooks.delivery import UNWANTED
from tests.support.stream_records import a_record

if TYPE_CHECKING:
    from tests.integration.webhooks.conftest import Hooked


def limit(hooked: Hooked, endpoint: str, **members: Any) -> None:
    """Change the endpoint as an admin does."""
    hooked.services.webhook_endpoint_service.patch(endpoint, members, scope=DEPLOYMENT, by=SYSTEM)


def happened(hooked: Hooked, org_id: str) -> None:
    """Tell of an event of this organisation."""
    of: dict[str, Any] = {"org_id": {"S": org_id}} if org_id else {}
    item: dict[str, Any] = {"sk": {"S": f"EVENT#{org_id}"}, "kind": {"S": "event"}, "type": {"S": "session.ended"}, "subject": {"S": "u"}}
    record = a_record(table="state", pk={"S": "ORG"}, **item, **of)
    assert hooked.services.stream.take([record]) == {"batchItemFailures": []}


def test_what_waits_and_is_not_wanted_any_more_is_dropped(hooked: Hooked) -> None:
    """By its type, by its organisation, or because it cannot be read: then nothing tells what it is about.

    Nothing of it is left but an attempt that says why. It is no failure of the endpoint, and no dead letter.
    """
    by_type, by_organisation, unreadable = (hooked.endpoint() for _ in range(3))
    hooked.changed("a", "b", "c")
    happened(hooked, "org_b")
    happened(hooked, "")
    limit(hooked, by_type, events=["client"])
    limit(hooked, by_organisation, org_id="org_a")
    for waiting, body in zip(
        hooked.services.webhook_queue.waiting(unreadable, limit=9)[0], ("{", "[]", '{"data": 1}', "{}", "1"), strict=True
    ):
        waiting.body = body
        hooked.services.database.put(waiting)
    for endpoint in (by_type, by_organisation, unreadable):
        assert hooked.work(endpoint) == 0
        assert [(each.status, each.problem) for each in hooked.attempts(endpoint)] == [(0, UNWANTED)] * 5
        assert hooked.dead(endpoint) == []
        assert hooked.services.webhook_deliveries.status(endpoint, scope=DEPLOYMENT) == (0, 0, 0, "")
    assert hooked.receiver.got == []
    assert hooked.left() == set()


def test_what_is_still_wanted_and_a_test_event_arrive(hooked: Hooked) -> None:
    """A failed event that is not wanted any more is dropped when its next attempt is due, and holds up no later one of its subject."""
    endpoint = hooked.endpoint()
    hooked.receiver.faults.append((500, {}))
    happened(hooked, "org_b")
    assert hooked.work(endpoint) == 0
    happened(hooked, "org_a")
    hooked.services.webhook_deliveries.test(endpoint, scope=DEPLOYMENT, by=SYSTEM)
    limit(hooked, endpoint, org_id="org_a", events=["session"])
    assert hooked.work(endpoint, later=WAITS[0]) == 2
    first, *others = hooked.receiver.got
    assert first.event["data"]["org_id"] == "org_b"
    assert {(each.event["type"], each.event["data"].get("org_id")) for each in others} == {("session.ended", "org_a"), (TEST, None)}
    assert [each.problem for each in hooked.attempts(endpoint)].count(UNWANTED) == 1
    assert hooked.left() == set()
