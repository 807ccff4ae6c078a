"""A DynamoDB transport that records calls and fails where a test asks for it."""

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
    """Wraps a transport. `fault` gets the operation and number (from 0) of each call, and returns the error to raise or None."""

    inner: Transport
    calls: list[str] = field(default_factory=list)
    fault: Fault = lambda _operation, _number: None

    def call(self, operation: str, request: Raw) -> Any:
        """Record the call, then send it or raise the error that `fault` returned."""
        self.calls.append(operation)
        if problem := self.fault(operation, len(self.calls) - 1):
            raise problem
        return self.inner.call(operation, request)

    def forget(self) -> None:
        """Clear the recorded calls and the fault."""
        self.calls.clear()
        self.fault = lambda _operation, _number: None


def watched(settings: Settings, clock: Clock) -> tuple[Deployment, Watched]:
    """Return a deployment on these tables, and the transport that records its calls."""
    services = build_services(settings, clock=clock)
    engine = Watched(services.database.transport)
    vars(services)["database"] = Database(prefix=settings.table_prefix, transport=engine, pause=lambda _: None)
    return Deployment(services, clock), engine
