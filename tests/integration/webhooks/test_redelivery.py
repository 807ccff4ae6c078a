"""What arrived is sent again with the same id, one event or a period, and a failure is tried again soon (docs/webhooks.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.webhooks.schedule import KEPT_SENT, WAITS
from idp.services.audit.recorder import SYSTEM
from idp.services.webhooks import deliveries
from idp.services.webhooks.worker import PATIENCE

if TYPE_CHECKING:
    from idp.services.webhooks.deliveries import Redelivered
    from tests.integration.webhooks.conftest import Hooked


def period(hooked: Hooked, endpoint: str, since: int, until: int) -> Redelivered:
    """Send again what arrived in this time (epoch milliseconds)."""
    return hooked.services.webhook_deliveries.redeliver_period(endpoint, since_ms=since, until_ms=until, scope=DEPLOYMENT, by=SYSTEM)


def by_ids(hooked: Hooked, endpoint: str, *event_ids: str) -> int:
    """Send these events again."""
    return hooked.services.webhook_deliveries.redeliver(endpoint, event_ids, scope=DEPLOYMENT, by=SYSTEM)


def pauses(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let a pause of the worker move the clock. Returns the pauses, in seconds."""
    made: list[float] = []

    def pause(seconds: float) -> None:
        made.append(seconds)
        hooked.clock.advance(int(seconds))

    monkeypatch.setattr(hooked.services.webhook_worker, "_pause", pause)
    return made


def test_an_event_that_arrived_is_sent_again_as_it_was(hooked: Hooked) -> None:
    """With the same id and body, a new time and signature; again and again."""
    endpoint = hooked.endpoint()
    hooked.changed("a", "b")
    hooked.work(endpoint)
    (first,) = [each for each in hooked.receiver.got if each.event["data"]["user_id"] == "a"]
    for _ in range(2):
        assert by_ids(hooked, endpoint, first.id) == 1
        assert hooked.work(endpoint, later=10) == 1
        again = hooked.receiver.got[-1]
        assert (again.id, again.body) == (first.id, first.body)
        assert again.headers["webhook-timestamp"] != first.headers["webhook-timestamp"]
    assert hooked.left() == set()


def test_an_event_that_is_unknown_or_kept_no_longer_is_not_sent(hooked: Hooked) -> None:
    """Another endpoint's events neither."""
    endpoint, other = hooked.endpoint(), hooked.endpoint(events=["client"])
    hooked.changed("a")
    hooked.work(endpoint)
    event_id = hooked.receiver.got[0].id
    assert by_ids(hooked, other, event_id) == 0
    assert by_ids(hooked, endpoint, "evt_0", "../STATE", "#") == 0
    hooked.clock.advance(KEPT_SENT + 1)
    assert by_ids(hooked, endpoint, event_id) == 0
    assert hooked.work(endpoint) == 0
    assert len(hooked.receiver.got) == 1


def test_a_period_sends_what_arrived_in_it_and_nothing_else(hooked: Hooked) -> None:
    """What failed in it is not sent, and what arrives by it is not part of it."""
    endpoint = hooked.endpoint()
    began = hooked.clock() * 1000
    hooked.receiver.refuse = lambda event: 500 if event["data"]["user_id"] == "bad" else None
    for user in ("early", "one", "bad", "two", "late"):
        hooked.clock.advance(1000)
        hooked.changed(user)
        hooked.work(endpoint)
    hooked.clock.advance(10)
    until = hooked.clock() * 1000
    hooked.receiver.got.clear()
    done = period(hooked, endpoint, began + 1_500_000, began + 4_500_000)
    assert (done.events, done.next_since_ms) == (2, None)
    assert hooked.work(endpoint) == 2
    assert sorted(each.event["data"]["user_id"] for each in hooked.receiver.got) == ["one", "two"]
    hooked.clock.advance(10)
    assert period(hooked, endpoint, began + 1_500_000, until).events == 3


def test_a_large_period_is_sent_in_parts(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part reads a bounded number of attempts, and all of it is sent."""
    monkeypatch.setattr(deliveries, "AT_MOST", 2)
    endpoint = hooked.endpoint()
    began = hooked.clock() * 1000
    for user in "abcde":
        hooked.clock.advance(5)
        hooked.changed(user)
        hooked.work(endpoint)
    hooked.clock.advance(5)
    since: int | None = began
    until, rounds = hooked.clock() * 1000, 0
    hooked.receiver.got.clear()
    while since is not None:
        done = period(hooked, endpoint, since, until)
        hooked.work(endpoint)
        since, rounds = done.next_since_ms, rounds + 1
        assert done.events <= 2
    assert {each.event["data"]["user_id"] for each in hooked.receiver.got} == set("abcde")
    assert rounds < 8


@pytest.mark.parametrize(("since", "until"), [(0, 1), (5, 5), (-1, -5), (-10, 5), (-(10**15), 0)])
def test_a_period_that_is_empty_or_not_over_is_refused(hooked: Hooked, since: int, until: int) -> None:
    """Seconds from now. What is sent again would be part of it, without an end."""
    endpoint, now = hooked.endpoint(), hooked.clock()
    with pytest.raises(Invalid):
        period(hooked, endpoint, (now + since) * 1000, (now + until) * 1000)


def test_an_endpoint_that_is_off_gets_nothing_again(hooked: Hooked) -> None:
    """Neither by id nor of a period."""
    endpoint = hooked.endpoint()
    hooked.changed("a")
    hooked.work(endpoint)
    hooked.services.webhook_endpoint_service.patch(endpoint, {"enabled": False}, scope=DEPLOYMENT, by=SYSTEM)
    hooked.clock.advance(10)
    with pytest.raises(Invalid):
        by_ids(hooked, endpoint, hooked.receiver.got[0].id)
    with pytest.raises(Invalid):
        period(hooked, endpoint, 0, hooked.clock() * 1000)
    assert hooked.left() == set()


def test_a_failure_is_tried_again_within_five_seconds(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same run of the function. Later attempts are those of the worker that looks each minute."""
    endpoint, made = hooked.endpoint(), pauses(hooked, monkeypatch)
    hooked.receiver.faults.extend([(500, {}), (500, {})])
    hooked.changed("a")
    assert hooked.work_on(endpoint) == 0
    assert made == [WAITS[0]]
    assert WAITS[0] <= 5
    assert [each.attempt for each in hooked.attempts(endpoint)] == [2, 1]
    hooked.clock.advance(WAITS[1])
    assert hooked.work_on(endpoint) == 1
    assert made == [WAITS[0]]


def test_a_worker_that_waits_holds_up_no_other_event(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has not the lease of the endpoint meanwhile: what happens then is sent at once by another worker."""
    endpoint = hooked.endpoint()
    hooked.receiver.faults.append((500, {}))

    def pause(seconds: float) -> None:
        hooked.changed("b")
        assert hooked.services.webhook_worker.run(endpoint) == 1
        hooked.clock.advance(int(seconds))

    monkeypatch.setattr(hooked.services.webhook_worker, "_pause", pause)
    hooked.changed("a")
    assert hooked.work_on(endpoint) == 1
    assert [each.event["data"]["user_id"] for each in hooked.receiver.got] == ["a", "b", "a"]


@pytest.mark.parametrize("status", [429, 503, 410])
def test_a_worker_waits_for_no_endpoint_that_rests_or_wants_nothing(hooked: Hooked, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    endpoint, made = hooked.endpoint(), pauses(hooked, monkeypatch)
    hooked.receiver.faults.append((status, {}))
    hooked.changed("a")
    assert hooked.work_on(endpoint) == 0
    assert made == []


def test_no_other_failure_makes_a_worker_wait_for_an_endpoint_that_rests(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """One event is due in five seconds. What others were answered, or eight failures, let the whole endpoint rest."""
    made = pauses(hooked, monkeypatch)
    answers: dict[str, int] = {}
    hooked.receiver.refuse = lambda event: answers[event["data"]["user_id"]]
    for others in ([503], [410], [500] * 7):
        answers |= {"a": 500, **{f"u{number}": status for number, status in enumerate(others)}}
        endpoint, before = hooked.endpoint(), len(hooked.receiver.got)
        hooked.changed(*answers)
        assert hooked.work_on(endpoint) == 0
        assert len(hooked.receiver.got) - before == len(answers)
        assert made == []


def test_a_worker_never_waits_longer_than_its_time(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each event that comes meanwhile fails once, so there is always one that is due soon. An attempt that is due when the time is over,
    or later, is not waited for, also if each pause takes a second longer.
    """
    made: list[float] = []
    hooked.receiver.refuse = lambda _: 500
    for late in (0, 1):

        def pause(seconds: float, late: int = late) -> None:
            made.append(seconds)
            hooked.clock.advance(int(seconds) + late)
            hooked.changed(f"user{len(made)}")

        monkeypatch.setattr(hooked.services.webhook_worker, "_pause", pause)
        endpoint, began = hooked.endpoint(), hooked.clock()
        hooked.changed(f"late{late}")
        hooked.work_on(endpoint)
        assert hooked.clock() - began < PATIENCE
    assert len(made) > 2
