"""Events at one endpoint: what arrives, in which order, and what happens if it fails (docs/webhooks.md)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.webhooks.schedule import GIVES_UP_AFTER, WAITS
from idp.services.audit.recorder import SYSTEM
from idp.services.webhooks.worker import PATIENCE
from idp.store.webhook_queue import LEASE
from tests.integration.webhooks.conftest import DAY
from tests.support.stream_records import a_record
from tests.support.webhook_receiver import WebhookReceiver

if TYPE_CHECKING:
    from tests.integration.webhooks.conftest import Hooked
    from tests.support.tls import Authority


def test_an_event_arrives_once_and_leaves_nothing(hooked: Hooked) -> None:
    """Its body is thin: no address, no name. Only the attempt is kept, and for a week what was sent."""
    endpoint = hooked.endpoint()
    hooked.changed("usr_1", email={"S": "ada@example.com"}, claims={"S": '{"name": "Ada"}'}, disabled={"BOOL": True})
    assert hooked.work(endpoint) == 1
    assert hooked.work(endpoint, later=DAY) == 0
    (got,) = hooked.receiver.got
    assert got.event["type"] == "user.updated"
    assert got.event["data"]["user_id"] == "usr_1"
    assert got.event["data"]["disabled"] is True
    assert set(got.event["data"]["changed"]) == {"disabled", "email", "claims"}
    assert b"ada@" not in got.body
    assert b"Ada" not in got.body
    assert hooked.left() == set()
    (attempt,) = hooked.attempts(endpoint)
    assert (attempt.event_id, attempt.status, attempt.problem, attempt.attempt) == (got.id, 204, "", 1)


def test_events_of_one_subject_arrive_in_order_and_wait_for_one_that_failed(hooked: Hooked) -> None:
    """Another subject is not held up. The id of a repeated event is the same, its time and signature are new."""
    endpoint = hooked.endpoint()
    hooked.receiver.refuse = lambda event: 500 if event["data"]["user_id"] == "a" and len(hooked.receiver.got) < 4 else None
    for version in (2, 3, 4):
        hooked.changed("a", "b", version=version)
    assert hooked.work(endpoint) == 3
    got = [(each.event["data"]["user_id"], each.event["data"]["version"]) for each in hooked.receiver.got]
    assert got.count(("a", 2)) == 1
    assert [version for user, version in got if user == "b"] == [2, 3, 4]
    assert ("a", 3) not in got
    hooked.changed("a", version=5)
    assert hooked.work(endpoint) == 0
    assert hooked.work(endpoint, later=WAITS[0]) == 4
    later = [(each.event["data"]["user_id"], each.event["data"]["version"]) for each in hooked.receiver.got[len(got) :]]
    assert later == [("a", 2), ("a", 3), ("a", 4), ("a", 5)]
    first, again = [each for each in hooked.receiver.got if (each.event["data"]["user_id"], each.event["data"]["version"]) == ("a", 2)]
    assert first.id == again.id
    assert first.headers["webhook-timestamp"] != again.headers["webhook-timestamp"]
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]
    assert hooked.left() == set()


def test_an_event_is_sent_for_a_day_and_then_kept_as_a_dead_letter(hooked: Hooked) -> None:
    """The event after it is tried then. A dead letter that is sent again has the same id."""
    endpoint = hooked.endpoint()
    hooked.receiver.refuse = lambda event: 500 if event["data"]["version"] == 2 else None
    hooked.changed("a", version=2)
    hooked.changed("a", version=3)
    began = hooked.clock()
    for wait in (0, *WAITS):
        assert hooked.work(endpoint, later=max(0, wait - 1)) == 0
        hooked.work(endpoint, later=bool(wait))
    assert DAY <= hooked.clock() - began < DAY + 600
    assert len(hooked.receiver.got) == len(WAITS) + 2
    assert len({each.id for each in hooked.receiver.got[:-1]}) == 1
    (dead,) = hooked.dead(endpoint)
    assert (dead.event_id, dead.attempts, dead.problem) == (hooked.receiver.got[0].id, len(WAITS) + 1, "status 500")
    assert hooked.left() == {"webhook_dead"}
    hooked.receiver.refuse = lambda _: None
    assert hooked.services.webhook_deliveries.redeliver(endpoint, [dead.event_id], scope=DEPLOYMENT, by=SYSTEM) == 1
    assert hooked.work(endpoint) == 1
    assert hooked.receiver.got[-1].id == dead.event_id
    assert hooked.receiver.got[-1].body == hooked.receiver.got[0].body
    assert hooked.left() == set()


def test_an_endpoint_that_answers_410_is_switched_off_at_once(hooked: Hooked) -> None:
    """With an event of the audit trail and a mail to each admin. What it had not got is sent when it is switched on again."""
    endpoint = hooked.endpoint()
    admin = hooked.services.user_service.create("root@example.com", None, admin=True, scope=DEPLOYMENT)
    hooked.receiver.faults.append((410, {}))
    hooked.changed("a")
    assert hooked.work(endpoint) == 0
    hooked.changed("b")
    assert hooked.work(endpoint, later=DAY) == 0
    assert len(hooked.receiver.got) == 1
    assert hooked.off(endpoint) == "gone"
    (mail,) = [each for each in hooked.mails() if each.to == admin.email]
    assert endpoint in mail.text
    hooked.services.webhook_endpoint_service.patch(endpoint, {"enabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    assert hooked.work(endpoint) == 1
    assert [each.event["data"]["user_id"] for each in hooked.receiver.got] == ["a", "a"]


def test_an_endpoint_without_success_for_five_days_is_switched_off(hooked: Hooked) -> None:
    """Not before, and not if one event arrived meanwhile. An admin who switches it on again gives it the whole time anew."""
    endpoint = hooked.endpoint()
    hooked.receiver.refuse = lambda event: 204 if event["data"]["user_id"] == "good" else 500
    hooked.changed("a")
    hooked.work(endpoint)
    hooked.changed("good")
    assert hooked.work(endpoint, later=GIVES_UP_AFTER - 10) == 1
    hooked.changed("b")
    hooked.work(endpoint, later=20)
    assert hooked.off(endpoint) == ""
    hooked.changed("c")
    hooked.work(endpoint, later=GIVES_UP_AFTER)
    assert hooked.off(endpoint) == "failing"
    hooked.services.webhook_endpoint_service.patch(endpoint, {"enabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    hooked.changed("d")
    hooked.work(endpoint, later=1)
    assert hooked.off(endpoint) == ""


@pytest.mark.parametrize(("status", "header", "rests"), [(429, "120", 120), (503, "99999999", 3600), (502, "soon", 60), (504, "", 60)])
def test_an_endpoint_that_asks_for_a_pause_rests_as_a_whole(hooked: Hooked, status: int, header: str, rests: int) -> None:
    """Also for subjects that have not failed. Another answer rests one subject only."""
    endpoint = hooked.endpoint()
    hooked.receiver.faults.append((status, {"Retry-After": header} if header else {}))
    hooked.changed("a")
    hooked.work(endpoint)
    hooked.changed("b")
    assert hooked.work(endpoint, later=rests - 1) == 0
    assert len(hooked.receiver.got) == 1
    assert hooked.work(endpoint, later=1) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_is_never_followed(hooked: Hooked, status: int, authority: Authority) -> None:
    """R-04: also not to another address of the same host."""
    with WebhookReceiver(authority) as elsewhere:
        endpoint = hooked.endpoint()
        hooked.receiver.faults.append((status, {"Location": elsewhere.url}))
        hooked.changed("a")
        assert hooked.work(endpoint) == 0
    assert elsewhere.got == []
    assert hooked.attempts(endpoint)[0].problem == "a redirect"


def test_an_endpoint_that_does_not_answer_is_tried_again(hooked: Hooked) -> None:
    """No status, and no text of any error, is kept."""
    endpoint = hooked.endpoint()
    hooked.receiver.faults.append(None)
    hooked.changed("a")
    assert hooked.work(endpoint) == 0
    assert (hooked.attempts(endpoint)[0].status, hooked.attempts(endpoint)[0].problem) == (0, "no answer")
    assert hooked.work(endpoint, later=WAITS[0]) == 1


def test_a_slow_endpoint_delays_no_other(hooked: Hooked, authority: Authority) -> None:
    """While one receiver holds its answer back, another one gets all of its events."""
    inside, release = threading.Event(), threading.Event()

    def hold(_: dict[str, Any]) -> None:
        inside.set()
        release.wait(60)

    with WebhookReceiver(authority) as slow:
        slow.before = hold
        slow_id, quick_id = hooked.endpoint(slow), hooked.endpoint()
        hooked.changed("a", "b", "c")
        thread = threading.Thread(target=hooked.services.webhook_worker.run, args=(slow_id,))
        thread.start()
        assert inside.wait(60)
        assert hooked.work(quick_id) == 3
        release.set()
        thread.join()
    assert len(hooked.receiver.got) == 3


def test_only_one_worker_has_an_endpoint_until_its_lease_ends(hooked: Hooked) -> None:
    """A second one does nothing. The lease outlives the function, so a killed worker delays and loses nothing."""
    endpoint = hooked.endpoint()
    hooked.changed("a")
    assert hooked.services.webhook_queue.claim(endpoint, now=hooked.clock()) is not None
    assert hooked.work(endpoint) == 0
    assert hooked.work(endpoint, later=LEASE + 1) == 1
    assert PATIENCE < 60 < LEASE


def test_a_receiver_that_fails_for_everything_is_not_asked_for_each_event(hooked: Hooked) -> None:
    """After eight failures it rests for a minute. What was not tried has all of its attempts left."""
    endpoint = hooked.endpoint()
    hooked.receiver.refuse = lambda _: 500
    hooked.changed(*(f"u{number}" for number in range(40)))
    hooked.work(endpoint)
    assert len(hooked.receiver.got) == 8
    hooked.receiver.refuse = lambda _: None
    assert hooked.work(endpoint, later=59) == 0
    assert hooked.work(endpoint, later=1) == 40
    assert len({each.id for each in hooked.receiver.got}) == 40


@pytest.mark.parametrize(
    ("events", "arrives"),
    [
        ([], 1), (["user"], 1), (["user.updated"], 1), (["use"], 0), (["user.update"], 0), (["client", "user"], 1),
        (["user.created"], 0),
    ],
)  # fmt: skip
def test_an_endpoint_gets_the_types_that_it_asked_for(hooked: Hooked, events: list[str], arrives: int) -> None:
    """A type or whole first words; nothing is queued for others."""
    endpoint = hooked.endpoint(events=events)
    hooked.changed("a")
    assert hooked.work(endpoint) == arrives
    assert hooked.left() == set()


def test_an_endpoint_of_an_organisation_gets_its_events_only(hooked: Hooked) -> None:
    """Neither those of another one nor those of none."""
    endpoint = hooked.endpoint(org_id="org_a")
    for org in ("org_a", "org_b", None):
        at: dict[str, Any] = {"org_id": {"S": org}} if org else {}
        record = a_record(
            table="state",
            pk={"S": "ORG"},
            sk={"S": f"EVENT#{org}"},
            kind={"S": "event"},
            type={"S": "session.ended"},
            subject={"S": "u"},
            **at,
        )
        assert hooked.services.stream.take([record]) == {"batchItemFailures": []}
    assert hooked.work(endpoint) == 1
    assert hooked.receiver.got[0].event["data"]["org_id"] == "org_a"


def test_what_a_removed_endpoint_had_not_got_is_removed(hooked: Hooked) -> None:
    """With the attempts and the state."""
    endpoint = hooked.endpoint()
    hooked.receiver.faults.append((500, {}))
    hooked.changed("a", "b")
    hooked.work(endpoint)
    hooked.services.webhook_endpoint_service.delete(endpoint, scope=DEPLOYMENT, by=SYSTEM)
    hooked.work(endpoint)
    assert not [raw for raw in hooked.services.database.scan("state") if raw["kind"]["S"].startswith("webhook_")]


def test_an_endpoint_that_is_off_gets_nothing_and_no_test(hooked: Hooked) -> None:
    """An admin switched it off."""
    endpoint = hooked.endpoint()
    hooked.services.webhook_endpoint_service.patch(endpoint, {"enabled": False}, scope=DEPLOYMENT, by=SYSTEM)
    hooked.changed("a")
    assert hooked.left() == set()
    with pytest.raises(Invalid):
        hooked.services.webhook_deliveries.test(endpoint, scope=DEPLOYMENT, by=SYSTEM)
    with pytest.raises(Invalid):
        hooked.services.webhook_deliveries.redeliver(endpoint, [], scope=DEPLOYMENT, by=SYSTEM)


def test_a_test_event_goes_to_one_endpoint_alone(hooked: Hooked) -> None:
    """Whatever types it asked for."""
    one, other = hooked.endpoint(events=["client"]), hooked.endpoint()
    event_id = hooked.services.webhook_deliveries.test(one, scope=DEPLOYMENT, by=SYSTEM)
    assert (hooked.work(one), hooked.work(other)) == (1, 0)
    assert (hooked.receiver.got[0].id, hooked.receiver.got[0].event["type"]) == (event_id, "webhook.test")


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://crm.example.com/"}, {"url": "https://127.0.0.1/"}, {"url": "https://2130706433/"}, {"url": "https://[::1]/"},
        {"url": "https://user:pw@crm.example.com/"}, {"url": "https://crm.example.com:8443/"}, {"url": "https://crm.example.com/#x"},
        {"url": "https://crm.example.com/" + "x" * 1024}, {"url": ""}, {"url": "https://crm.example.com/\r\nx"},
        {"events": ["User"]}, {"events": ["user.*"]}, {"events": ["user created"]}, {"events": [""]}, {"events": ["a.b.c"]},
        {"events": [f"t{'x' * n}" for n in range(30)] * 2 + [f"s{'x' * n}" for n in range(30)]},
        {"description": "x" * 201}, {"description": "a\nb"}, {"org_id": "a b"}, {"org_id": "x" * 65},
    ],
)  # fmt: skip
def test_a_wrong_endpoint_is_refused(hooked: Hooked, given: dict[str, Any]) -> None:
    """Nothing is stored (R-04)."""
    with pytest.raises(Invalid):
        hooked.endpoint(**given)
    assert hooked.services.webhook_endpoints.all() == []
