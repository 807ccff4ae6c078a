"""Pushes (RFC 8935): what arrives, and what becomes of it if the receiver fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.webhooks.schedule import GIVES_UP_AFTER
from idp.services.audit.recorder import SYSTEM
from tests.integration.signals.conftest import PUSH, TYPES, claims
from tests.support.webhook_receiver import WebhookReceiver

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from tests.integration.signals.conftest import Transmitter

SECRET = "Bearer receiver-secret-7f3a"  # made up


class Pushed:
    """A receiver whose stream is pushed to `endpoint`, and one person who uses its app."""

    def __init__(self, transmitter: Transmitter, endpoint: WebhookReceiver) -> None:
        self.transmitter, self.endpoint = transmitter, endpoint
        self.app: Client = transmitter.receiver()
        self.user: User = transmitter.user_of(self.app)
        delivery = {"method": PUSH, "endpoint_url": endpoint.url, "authorization_header": SECRET}
        self.stream = transmitter.stream(self.app, delivery=delivery)

    def happen(self, *, disabled: bool = True) -> None:
        """The account is disabled or enabled."""
        self.transmitter.services.user_service.patch(self.user.id, {"disabled": disabled}, scope=DEPLOYMENT, by=SYSTEM)
        self.transmitter.take()

    def work(self, *, later: int = 0) -> int:
        """Push what is due, so many seconds later. Returns how many arrived."""
        self.transmitter.clock.advance(later)
        return self.transmitter.services.worker_of(self.stream).run(self.stream)

    def told(self) -> list[str]:
        """The types that arrived or were tried, in order."""
        return [each.removeprefix(TYPES) for one in self.endpoint.got for each in claims(one.body.decode())["events"]]

    def status(self) -> dict[str, str]:
        """What the status endpoint says."""
        found: dict[str, str] = self.transmitter.ask(self.app, "GET", f"status?stream_id={self.stream}").json()
        return found


@pytest.fixture
def pushed(transmitter: Transmitter, endpoint: WebhookReceiver) -> Pushed:
    """The receiver."""
    endpoint.json = False
    return Pushed(transmitter, endpoint)


def test_a_push_is_one_set_with_the_credentials_of_the_receiver(pushed: Pushed) -> None:
    """RFC 8935 §2.1. The credentials are in no answer and in no item."""
    pushed.happen()
    assert pushed.work() == 2
    (first, _) = pushed.endpoint.got
    assert first.headers["content-type"] == "application/secevent+jwt"
    assert first.headers["authorization"] == SECRET
    assert claims(first.body.decode())["aud"] == pushed.app.id
    assert SECRET not in pushed.transmitter.ask(pushed.app, "GET", "streams").text
    for table in ("directory", "state"):
        assert not any("receiver-secret" in str(each) for each in pushed.transmitter.services.database.scan(table))


def test_a_push_that_failed_comes_again_with_the_same_id_before_later_ones(pushed: Pushed) -> None:
    """The order of what happened to a person stays."""
    pushed.endpoint.faults.append((500, {}))
    pushed.happen()
    assert pushed.work() == 0
    pushed.happen(disabled=False)
    assert pushed.work(later=5) == 3
    ids = [claims(each.body.decode())["jti"] for each in pushed.endpoint.got]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert pushed.told()[-1] == "risc/event-type/account-enabled"


def test_a_stream_that_failed_for_days_is_paused_with_a_reason_and_goes_on_when_it_is_enabled(pushed: Pushed) -> None:
    """§8.1.5: a stream-updated event is tried before. What waits is kept."""
    pushed.endpoint.refuse = lambda _: 500
    pushed.happen()
    pushed.work()
    pushed.happen(disabled=False)
    pushed.work(later=GIVES_UP_AFTER)
    assert pushed.status()["status"] == "paused"
    assert pushed.status()["reason"]
    assert pushed.told()[-1] == "ssf/event-type/stream-updated"
    assert pushed.work(later=86400) == 0
    pushed.endpoint.refuse = lambda _: None
    pushed.transmitter.ask(pushed.app, "POST", "status", json={"stream_id": pushed.stream, "status": "enabled"})
    assert pushed.work() == 3


def test_a_receiver_that_answers_410_is_paused(pushed: Pushed) -> None:
    """It wants no more."""
    pushed.endpoint.faults.append((410, {}))
    pushed.happen()
    pushed.work()
    assert pushed.status()["status"] == "paused"
    (told,) = [each for each in pushed.transmitter.events() if each["type"] == "signal_stream.paused"][:1]
    assert (told["target"], told["client_id"]) == (pushed.stream, pushed.app.id)


def test_an_app_that_was_disabled_after_its_events_were_queued_gets_none(pushed: Pushed) -> None:
    """The app is read at each attempt."""
    pushed.happen()
    services = pushed.transmitter.services
    services.clients.replace(replace(pushed.app, disabled=True))
    assert pushed.work() == 0
    assert pushed.endpoint.got == []


def test_an_app_that_may_not_hear_of_people_any_more_gets_no_push(pushed: Pushed) -> None:
    """What was queued before waits, and the stream is paused."""
    pushed.happen()
    pushed.transmitter.services.client_service.patch(pushed.app.id, {"scope": "openid"}, scope=DEPLOYMENT, by=pushed.transmitter.by)
    assert pushed.work() == 0
    assert pushed.endpoint.got == []
    found = pushed.transmitter.services.signal_streams.of(pushed.app.id)
    assert found is not None
    assert found.status == "paused"


def test_nothing_of_a_push_that_arrived_has_the_id_of_the_person(pushed: Pushed) -> None:
    """It is never sent again, so it is not kept as events of webhooks are."""
    pushed.happen()
    assert pushed.work() == 2
    kept, _ = pushed.transmitter.services.database.query("state", f"WEBHOOK#{pushed.stream}", limit=100)
    assert {each["kind"]["S"] for each in kept} >= {"webhook_attempt"}
    assert pushed.user.id not in str(kept)


def test_a_removed_stream_gets_nothing(pushed: Pushed) -> None:
    """What waited for it is removed."""
    pushed.happen()
    pushed.transmitter.ask(pushed.app, "DELETE", f"streams?stream_id={pushed.stream}")
    assert pushed.work() == 0
    assert pushed.endpoint.got == []
    assert pushed.transmitter.services.webhook_queue.waiting(pushed.stream, limit=1) == ([], False)
