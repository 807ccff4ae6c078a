"""The tally before the measured provider counts what requests cost, and nothing beside them."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bench.costs.tally import Tally
from bench.meter import Usage

if TYPE_CHECKING:
    from collections.abc import Callable


class Meter:
    """In place of the proxy: what was asked since the last `take`."""

    def __init__(self) -> None:
        self.used = Usage()

    def call(self, operation: str, units: float) -> None:
        self.used.calls[operation] += 1
        self.used.read_units += units

    def take(self) -> Usage:
        taken, self.used = self.used, Usage()
        return taken


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def services(meter: Meter) -> Any:
    transport = SimpleNamespace(call=meter.call)
    passwords = SimpleNamespace(hash=lambda _: "", verify=lambda _: True)
    return SimpleNamespace(passwords=passwords, mailer=SimpleNamespace(send=lambda _: None), database=SimpleNamespace(transport=transport))


def tally(services: Any, meter: Meter, does: Callable[[], object]) -> Tally:
    """A tally before an app that does this in each request, writes a line of log and hashes twice."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        del scope, receive, send
        does()
        services.passwords.verify("x")
        services.passwords.hash("x")
        services.mailer.send("x")
        with services.journal.recording("request-1", method="GET"):
            pass

    return Tally(app, services, meter)  # type: ignore[arg-type]  # a stand-in for the meter


def sent(one: Tally) -> None:
    asyncio.run(one({}, None, None))


def test_requests_are_counted_with_all_that_they_do(services: Any, meter: Meter) -> None:
    one = tally(services, meter, lambda: meter.call("GetItem", 2.5))
    sent(one)
    sent(one)
    cost = one.take()
    assert (cost.requests, cost.hashes, cost.mails, cost.usage.calls, cost.usage.read_units) == (2, 4, 2, {"GetItem": 2}, 5)
    assert cost.log_bytes > 100
    assert one.take().requests == 0, "each is counted once"


def test_what_happens_between_requests_costs_nothing(services: Any, meter: Meter) -> None:
    one = tally(services, meter, lambda: None)
    meter.call("PutItem", 1)
    services.passwords.hash("x")
    services.mailer.send("x")
    sent(one)
    meter.call("PutItem", 1)
    cost = one.take()
    assert (cost.usage.calls.total(), cost.hashes, cost.mails) == (0, 2, 1)


def test_a_request_that_fails_is_counted_and_ends(services: Any, meter: Meter) -> None:
    def fail() -> None:
        meter.call("GetItem", 1)
        raise LookupError

    one = tally(services, meter, fail)
    with pytest.raises(LookupError):
        sent(one)
    services.passwords.hash("x")
    cost = one.take()
    assert (cost.requests, cost.usage.calls.total(), cost.hashes) == (1, 1, 0)
