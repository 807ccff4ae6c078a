"""Each event arrives at least once, with the same id, whatever fails: calls to DynamoDB, their replies, the order of batches (R-02, R-03).

The changes are told by records that the engine itself wrote.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli import environment
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.domain.events.from_change import event_of
from idp.domain.streams.record import read_record
from idp.services.audit.recorder import SYSTEM
from idp.store.webhook_queue import LEASE
from idp.wiring import build_services
from tests.engines.lossy_proxy import LossyProxy
from tests.support.webhook_receiver import WebhookReceiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices
    from tests.integration.streams.conftest import Streamed

PEOPLE = ("ada", "bob")
OPERATIONS = ("Query", "BatchWriteItem", "GetItem", "UpdateItem", "PutItem")
MOST = 40
"""More calls of one operation than a run makes."""


@dataclass
class Site:
    """A deployment whose jobs call through `lossy`."""

    jobs: AllServices
    streamed: Streamed
    lossy: LossyProxy
    receiver: WebhookReceiver
    endpoint: str

    def happen(self) -> list[dict[str, Any]]:
        """Two people are made and each changed twice. Returns the records of the streams."""
        self.streamed.read()
        people = self.streamed.services.user_service
        for name in PEOPLE:
            made = people.create(f"{name}@example.com", None, scope=DEPLOYMENT, by=SYSTEM)
            for changes in ({"disabled": True}, {"disabled": False}):
                people.patch(made.id, changes, scope=DEPLOYMENT, by=SYSTEM)
            people.delete(made.id, scope=DEPLOYMENT)
        return self.streamed.read()

    def take(self, records: list[dict[str, Any]]) -> None:
        """Hand a batch to the function, and again from the first failure on, as Lambda does, until it is done."""
        for _ in range(10):
            failed = {each["itemIdentifier"] for each in self.jobs.stream.take(records)["batchItemFailures"]}
            if not failed:
                return
            self.lossy.heal()
            first = min(number for number, each in enumerate(records) if each["dynamodb"]["SequenceNumber"] in failed)
            records = records[first:]
        pytest.fail("the batch never gets done")

    def work(self) -> None:
        """Send what is due. A worker that the fault ended is followed by another one after its lease."""
        with suppress(Unavailable):
            self.jobs.webhook_worker.run(self.endpoint)
        self.lossy.heal()
        self.streamed.clock.advance(LEASE + 1)
        self.jobs.webhook_worker.run(self.endpoint)


def expected(records: list[dict[str, Any]]) -> dict[str, str]:
    """The ids and types of the events that these records are."""
    changes = [read_record(each) for each in records]
    events = [event_of(each) for each in changes if each]
    return {each.id: each.type for each in events if each}


def arrived(site: Site) -> dict[str, str]:
    """The ids and types of what the receiver got. One id has one body."""
    bodies = {each.id: each.body for each in site.receiver.got}
    assert all(bodies[each.id] == each.body for each in site.receiver.got)
    return {each.id: each.event["type"] for each in site.receiver.got}


@pytest.fixture
def site(streamed: Streamed, lossy: LossyProxy, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The deployment with an endpoint."""
    with WebhookReceiver(streamed.authority) as receiver:
        made, _ = streamed.services.webhook_endpoint_service.create({"url": receiver.url}, scope=DEPLOYMENT, by=SYSTEM)
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", lossy.url)
        jobs = build_services(environment.settings(dict(streamed.idp.env)), clock=streamed.clock)
        jobs.webhook_endpoints.all()  # connects, and finds the proxy
        yield Site(jobs, streamed, lossy, receiver, made.id)


@pytest.mark.slow
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", ["refuse", "drop_reply"])
def test_each_event_arrives_whichever_call_fails(site: Site, operation: str, fault: str) -> None:
    """Before the nth call of an operation the function dies, or the reply of it is lost, for each n of consumer and worker."""
    struck = 0
    for nth in range(1, MOST):
        records = site.happen()
        site.receiver.got.clear()
        rule = site.lossy.refuse(operation, nth=nth) if fault == "refuse" else site.lossy.drop_reply(operation, nth=nth)
        site.take(records)
        site.work()
        assert arrived(site) == expected(records), (operation, nth)
        if not rule.hits:
            break
        struck += 1
    else:
        pytest.fail("more calls than were tried")
    assert struck or operation == "PutItem"


def test_batches_that_come_twice_and_in_another_order_tell_the_same_events(site: Site) -> None:
    """Each batch again after it was sent, and the batches of the two tables in any order. Ids and bodies are the same."""
    random = Random(7)  # noqa: S311  # the same order in each run
    records = site.happen()
    halves = [[each for each in records if f"-{table}/" in each["eventSourceARN"]] for table in ("directory", "state")]
    assert all(halves)
    for _ in range(4):
        random.shuffle(halves)
        for half in (*halves, halves[0]):
            site.take(half)
            site.work()
    assert arrived(site) == expected(records)


def test_events_of_a_person_arrive_in_the_order_of_their_changes(site: Site) -> None:
    """Made, changed twice, erased."""
    site.take(site.happen())
    site.work()
    told = [each.event for each in site.receiver.got if each.event["type"] in {"user.created", "user.updated", "user.deleted"}]
    for user_id in {each["data"]["user_id"] for each in told}:
        types = [each["type"] for each in told if each["data"]["user_id"] == user_id]
        assert types[0] == "user.created"
        assert types[-1] == "user.deleted"
        assert set(types[1:-1]) == {"user.updated"}


def test_a_write_that_was_refused_is_no_event(site: Site) -> None:
    """An event exists only if its write was committed."""
    taken = site.streamed.services.user_service.create("taken@example.com", None, scope=DEPLOYMENT, by=SYSTEM)
    site.streamed.read()
    with pytest.raises(Exception, match=r"email|taken|exists"):
        site.streamed.services.user_service.create("taken@example.com", None, scope=DEPLOYMENT, by=SYSTEM)
    told = expected(site.streamed.read())
    assert "user.created" not in told.values()
    assert taken.id


def test_a_record_that_makes_an_error_stops_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """R-02: the events of the others arrive; Lambda gives up the one."""
    from idp.services.webhooks import consumer

    records = site.happen()
    poison = next(iter(expected(records)))

    def poisoned(change: Any) -> Any:
        found = event_of(change)
        if found and found.id == poison:
            raise RecursionError
        return found

    monkeypatch.setattr(consumer, "event_of", poisoned)
    (failed,) = site.jobs.stream.take(records)["batchItemFailures"]
    site.work()
    assert {*arrived(site)} == {*expected(records)} - {poison}
    assert any(each["dynamodb"]["SequenceNumber"] == failed["itemIdentifier"] for each in records)
