"""A write gets no reply, its retry succeeds, and the first one arrives later (threats FI-8). What was used or has ended stays so."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.faults.flows.visits import Visit
from bench.faults.proxy import FaultyProxy
from bench.faults.run import Run
from bench.faults.site import Site, seeded, without_pauses
from idp.domain.tickets.ticket import Ticket
from idp.store.enrolments import Enrolments
from idp.store.factors import Factors
from idp.store.remembered_devices import RememberedDevices
from idp.store.sessions import Sessions
from idp.store.tickets import Tickets
from tests.engines.forwarder import Answer, Call
from tests.support.forms import Browser
from tests.support.remembered import remember_devices

AT_THE_END = 10**6
"""Calls after which a late one arrives: none, before the fault is over."""


@pytest.fixture(scope="module")
def site(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A provider whose DynamoDB can be late."""
    with FaultyProxy(quick_endpoint) as proxy, without_pauses():
        made = Site(proxy, tmp_path_factory.mktemp("late"), [], f"l{uuid.uuid4().hex[:8]}")
        remember_devices(made.services, 30)
        yield made
        made.remove()
        transport: Any = made.services.database.transport
        transport.close()


@pytest.fixture
def run(site: Site) -> Iterator[Run]:
    site.proxy.begin()
    made = Run(site, seeded(uuid.uuid4().hex))
    yield made
    made.heal()
    made.close()


def late(run: Run, operation: str, *, times: int = 1) -> list[Call]:
    """The next calls of this operation get no reply, and arrive when `heal` is called. They are in the list, when they came."""
    came, give_up = list[Call](), run.proxy.arrive_late(AT_THE_END)

    def act(call: Call) -> Answer:
        came.append(call)
        return give_up(call)

    run.proxy.at(1, act, times=times, matches=lambda call: call.operation == operation)
    return came


def visit(run: Run, **person: Any) -> Visit:
    """A person before an app that needs no consent."""
    return Visit(run, run.person(**person), run.site.shop, prompt="")


def live_sessions(run: Run, user_id: str) -> int:
    return sum(session.ended_at is None for session in Sessions(run.site.services.database).of(user_id))


def written(calls: list[Call]) -> list[set[str]]:
    """The sort keys that each batch writes or removes."""
    found = [call.parameters["RequestItems"].values() for call in calls]
    return [
        {(each.get("Item") or each["Key"])["sk"]["S"] for requests in tables for request in requests for each in request.values()}
        for tables in found
    ]


def test_a_late_sign_in_makes_no_used_code_unused(run: Run) -> None:
    """The code was redeemed. It gives nothing again, and the app stays signed in until it is sent a second time."""
    one = visit(run)
    late(run, "BatchWriteItem")
    one.redeem(one.authorize())
    assert run.proxy.hits == 1
    run.heal()
    one.refresh()
    one.replayed()
    assert [event.outcome for event in run.history.of("redeem")] == ["ok", "refused"]
    assert not one.refreshes()


def test_a_late_sign_in_brings_no_ended_session_back(run: Run) -> None:
    """The person signed out before it arrived. What it writes belongs to no browser."""
    one = visit(run)
    late(run, "BatchWriteItem")
    one.authorize()
    kept = one.browser.http.cookies["idp_session"]
    page = one.browser.open("/logout")
    if page.has_button("confirm-logout"):
        one.browser.submit(page, button="confirm-logout")
    run.heal()
    one.browser.http.cookies.set("idp_session", kept, domain="localhost.local")
    assert not one.browser.open("/account").has_button("change-email")


def test_no_item_of_a_sign_in_is_written_twice(run: Run) -> None:
    """No attempt gets a reply: three are made, each with keys of its own, the answer is 503, and the person is not signed in."""
    one = visit(run)
    page = one.browser.open("/authorize", one.asked())
    came = late(run, "BatchWriteItem", times=3)
    answer = Browser.submit(one.browser, page, {"email": one.person.email, "password": one.person.password}).response
    assert (answer.status_code, "retry-after" in answer.headers, "idp_session" in one.browser.http.cookies) == (503, True, False)
    batches = written(came)
    assert len(batches) == 3
    assert sum(map(len, batches)) == len(set().union(*batches))


@pytest.mark.parametrize("error", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_a_sign_in_that_was_surely_not_written_is_repeated_as_it_is(run: Run, error: str) -> None:
    """New identifiers are for an unknown result only: there is one session, and one record of the sign-in."""
    one = visit(run)
    run.proxy.at(1, run.proxy.answer_with(error), times=2, matches=lambda call: call.operation == "BatchWriteItem")
    one.redeem(one.authorize())
    assert run.proxy.hits == 2
    assert live_sessions(run, one.person.user.id) == 1


@pytest.mark.parametrize("error", ["InternalServerError", ""])
def test_a_sign_in_without_a_reply_succeeds_at_once(run: Run, error: str) -> None:
    """The person notices nothing, whether the call was applied or not. The app knows the session by the id of the first attempt."""
    one = visit(run)
    act: Callable[[Call], Any] = run.proxy.answer_with(error) if error else run.proxy.lose_reply
    run.proxy.at(1, act, matches=lambda call: call.operation == "BatchWriteItem")
    one.redeem(one.authorize())
    one.refresh()
    assert run.proxy.hits == 1
    sessions = Sessions(run.site.services.database).of(one.person.user.id)
    assert len({session.sid for session in sessions}) == 1
    assert len(sessions) == (1 if error else 2)


def test_a_late_sign_in_brings_no_removed_device_back(run: Run) -> None:
    """The device was removed before it arrived. The browser is asked for the code again."""
    one = visit(run, totp=True)
    page = one.browser.submit(one.browser.open("/authorize", one.asked()), {"email": one.person.email, "password": one.person.password})
    late(run, "BatchWriteItem")
    assert one.browser.submit(page, {"code": one.person.codes.code(), "remember": "1"}).redirected_to
    devices = RememberedDevices(run.site.services.database)
    devices.remove(one.person.user.id, [device.id for device in devices.of(one.person.user.id)])
    run.heal()
    one.browser.http.cookies.delete("idp_session")
    page = one.browser.submit(one.browser.open("/authorize", one.asked()), {"email": one.person.email, "password": one.person.password})
    assert "code" in page.fields


def test_a_late_set_of_recovery_codes_makes_no_used_code_unused(run: Run) -> None:
    """The token of the transaction is not known any more: after ten minutes, or on another engine."""
    services, person = run.site.services, run.person(totp=True)
    enrolments, factors = Enrolments(services.database), Factors(services.database)
    before = services.users.get(person.user.id)
    assert before
    run.proxy.take()
    assert enrolments.renew_codes(before, ["one", "two"], 1, None)
    (sent,) = [call.parameters for call in run.proxy.calls if call.operation == "TransactWriteItems"]
    assert factors.use_recovery_code(person.user.id, "one", attempt="a")
    refused = services.database.transact(*sent["TransactItems"])
    assert refused
    assert not factors.use_recovery_code(person.user.id, "one", attempt="b")
    now = services.users.get(person.user.id)
    assert now
    assert not enrolments.renew_codes(before, ["three"], 2, None)
    assert enrolments.renew_codes(now, ["three"], 2, None)


def test_a_lost_reply_to_a_set_of_recovery_codes_is_no_refusal(run: Run) -> None:
    """A retry without the token meets what it wrote itself."""
    person, enrolments = run.person(totp=True), Enrolments(run.site.services.database)
    before = run.site.services.users.get(person.user.id)
    assert before
    assert all(enrolments.renew_codes(before, ["one"], 1, None) for _ in range(2))
    assert not enrolments.renew_codes(before, ["two"], 1, None)


def test_a_late_ticket_makes_no_used_link_work(run: Run) -> None:
    """The link was used before its first write arrived. Another ticket takes its place as before."""
    store, clock = Tickets(run.site.services.database), run.clock
    ticket = Ticket("usr_1", "reset", "ada@example.com", id=uuid.uuid4().hex, created_at=clock(), expires_at=clock() + 60)
    late(run, "UpdateItem")
    store.put(ticket)
    assert store.use(ticket, attempt="a", now=clock())
    run.heal()
    assert not store.use(ticket, attempt="b", now=clock())
