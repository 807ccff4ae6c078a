"""The way to DynamoDB, watched: what goes over it is counted, and fails where the test says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from idp.store.database import Database
from idp.wiring import build_services
from tests.support.clock import Clock
from tests.support.deployment import Deployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.settings import Settings
    from idp.store.transport import Raw, Transport

    Fault = Callable[[str, int], Exception | None]


@dataclass
class Watched:
    """A transport around another one. `fault` is asked before each call, with its operation and its number from 0."""

    inner: Transport
    calls: list[str] = field(default_factory=list)
    fault: Fault = lambda _operation, _number: None

    def call(self, operation: str, request: Raw) -> Any:
        """One call, sent or failed."""
        self.calls.append(operation)
        if problem := self.fault(operation, len(self.calls) - 1):
            raise problem
        return self.inner.call(operation, request)

    def forget(self) -> None:
        """Count from 0, and fail no more."""
        self.calls.clear()
        self.fault = lambda _operation, _number: None


def watched(settings: Settings, clock: Clock) -> tuple[Deployment, Watched]:
    """A deployment on these tables whose calls are watched."""
    services = build_services(settings, clock=clock)
    engine = Watched(services.database.transport)
    vars(services)["database"] = Database(prefix=settings.table_prefix, transport=engine, pause=lambda _: None)
    return Deployment(services, clock), engine
