"""The function `stream` of `make dev`: a thread that takes what changed in the embedded store, about twice a second."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from idp.cli.local.embedded_store import EmbeddedStore
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import IdpError

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.wiring.all_services import AllServices

_PAUSE = 0.5
_ATTEMPTS = 5
"""As Lambda's: after so many failures the batch is given up."""
_BATCH = 100


@contextmanager
def read_streams(services: AllServices) -> Iterator[None]:
    """Take changes until the end of the block, and make the rows of people first, if there are none (`idp search`).

    On an engine of one's own nothing reads streams, so nothing happens.
    """
    store = services.database.transport
    if not isinstance(store, EmbeddedStore):
        yield
        return
    from idp.cli.local.embedded_stream import VIEWS, EmbeddedStream

    streams = [EmbeddedStream(store, f"{services.database.prefix}-{name}") for name in VIEWS]
    batches = [Batches(stream.read, services.stream.take) for stream in streams]
    over, senders = threading.Event(), Senders(services)

    def again() -> None:
        state = services.search_rows.state()
        if state is None or not state.has_holders:
            services.search_rebuild.run(scope=DEPLOYMENT)
        while not over.wait(_PAUSE):
            for each in batches:
                if each.wait():
                    with services.journal.job("stream", None):
                        each.go_on()
            with suppress(IdpError):  # the next look is in half a second
                senders.send(services.receivers_waiting())

    thread = threading.Thread(target=again, name="streams", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=_PAUSE)


class Senders:
    """The function `webhooks` of `make dev`: a thread for each endpoint, so a slow one delays no other."""

    def __init__(self, services: AllServices) -> None:
        self._services = services
        self._running: dict[str, threading.Thread] = {}

    def send(self, endpoints: list[str]) -> None:
        """Send what these endpoints (ids) have, unless that is being done."""
        for each in endpoints:
            if each not in self._running or not self._running[each].is_alive():
                self._running[each] = threading.Thread(target=self._run, args=(each,), name=f"webhooks {each}", daemon=True)
                self._running[each].start()

    def _run(self, endpoint_id: str) -> None:
        with self._services.journal.job("webhooks", None):
            self._services.worker_of(endpoint_id).run(endpoint_id)  # the next look is in half a second


class Batches:
    """Hands records over in batches, and again from the first one that failed on, as Lambda does."""

    def __init__(self, read: Callable[[], list[dict[str, Any]]], take: Callable[[list[dict[str, Any]]], dict[str, Any]]) -> None:
        self._read, self._take = read, take
        self._waiting: list[dict[str, Any]] = []
        self._failures = 0

    def wait(self) -> bool:
        """Read what is new. Returns whether records wait."""
        self._waiting += self._read()
        return bool(self._waiting)

    def go_on(self) -> None:
        """Take what waits, until it is done or a record fails. A record that failed five times is given up."""
        while batch := self._waiting[:_BATCH]:
            failed = {each["itemIdentifier"] for each in self._take(batch)["batchItemFailures"]}
            numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
            done = min((numbers.index(each) for each in failed), default=len(batch))
            self._failures = self._failures + 1 if failed and not done else int(bool(failed))
            if self._failures >= _ATTEMPTS:
                done, self._failures = done + 1, 0
            del self._waiting[:done]
            if failed:
                return
