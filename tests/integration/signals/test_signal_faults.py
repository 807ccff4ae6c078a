"""Each signal of a committed change waits for its stream, with the same `jti`, whichever call the function dies at (R-02, R-03, R-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from idp.store.transport import NoAnswer

if TYPE_CHECKING:
    from tests.integration.signals.conftest import Transmitter

MOST = 40
"""More calls than a batch makes."""


class Faulty:
    """A transport whose nth call fails: before it is made, or after it was, so that its reply is lost."""

    def __init__(self, real: Any, nth: int, *, lost: bool) -> None:
        self._real, self._left, self._lost = real, nth, lost
        self.struck = False

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        """Make the call, or fail."""
        self._left -= 1
        if self._left:
            return self._real.call(operation, request)
        self.struck = True
        if self._lost:
            self._real.call(operation, request)
        raise NoAnswer


def happen(transmitter: Transmitter, app: Any) -> list[dict[str, Any]]:
    """A new person uses the app, is disabled and erased. Returns the records."""
    services, user = transmitter.services, transmitter.user()
    transmitter.granted(user, app, "openid")
    services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    records = transmitter.state.read()  # the grant is there before the function sees it
    services.user_service.delete(user.id, scope=DEPLOYMENT)
    return records + transmitter.read()


@pytest.mark.parametrize("lost", [False, True], ids=["before", "after"])
def test_each_signal_waits_whichever_call_fails(transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch, *, lost: bool) -> None:
    """The batch is given again from the first failure on, as Lambda does. Nothing is lost, and nothing comes under two ids."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    consumer, calls = transmitter.services.signal_consumer, transmitter.services.database._calls  # noqa: SLF001  # its transport gets the faults
    real, struck = calls._transport, 0  # noqa: SLF001  # as above
    dispatcher = type(transmitter.services.stream)([consumer])
    for nth in range(1, MOST):
        records = happen(transmitter, app)
        faulty = Faulty(real, nth, lost=lost)
        monkeypatch.setattr(calls, "_transport", faulty)
        failed = dispatcher.take(records)["batchItemFailures"]
        monkeypatch.setattr(calls, "_transport", real)
        assert bool(failed) == faulty.struck
        if failed:
            numbers = [each["dynamodb"]["SequenceNumber"] for each in records]
            again = records[min(numbers.index(each["itemIdentifier"]) for each in failed) :]
            assert dispatcher.take(again) == {"batchItemFailures": []}
        told = transmitter.poll(app, stream)
        assert [next(iter(each["events"])).rpartition("/")[2] for each in told] == [
            "session-revoked",
            "account-disabled",
            "session-revoked",
            "account-purged",
        ]
        dispatcher.take(records)
        assert transmitter.poll(app, stream) == told
        transmitter.poll(app, stream, maxEvents=0, ack=[each["jti"] for each in told])
        if not faulty.struck:
            break
        struck += 1
    else:
        pytest.fail("more calls than were tried")
    assert struck > 5
