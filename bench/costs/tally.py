"""Counts what the requests to a provider in this process cost: DynamoDB calls and units, processor time, hashes, mails, bytes of log.

Only requests are counted: what a flow does between them by services is not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.meter import Meter, Usage
from idp.adapters.dynamodb import DynamoDb
from idp.http.app import build, build_console, build_scim
from idp.store.transport import NoAnswer, Refusal
from idp.telemetry.journal import Journal

Asgi = Callable[..., Any]


@dataclass
class Cost:
    """`requests` are invocations of a function. `cpu_ms`: of this process while they ran. `log_bytes`: of the functions' own lines."""

    usage: Usage = field(default_factory=Usage)
    requests: int = 0
    hashes: int = 0
    mails: int = 0
    log_bytes: int = 0
    cpu_ms: float = 0.0


class Tally:
    """An ASGI app before another one, whose `services` are the provider's. `take` returns the sum and starts again.

    `past`: whether the meter is not used any more.
    """

    def __init__(self, app: Asgi, services: Any, meter: Meter) -> None:
        self._app, self._meter, self._cost = app, meter, Cost()
        self._transport, self._serving = services.database.transport, False
        self.past = False
        vars(services)["journal"] = Journal(deployment="idp-prod", metrics=True, every_metric=False, write=self._written)
        for name in ("hash", "verify"):
            self._count(services.passwords, name, "hashes")
        self._count(services.mailer, "send", "mails")

    def take(self) -> Cost:
        """Return the cost since the start or the last `take`."""
        taken, self._cost = self._cost, Cost()
        return taken

    def go_past_the_meter(self, engine: str) -> None:
        """Call the engine itself from now on: the meter works in this process, and so in its processor time."""
        self.past = True
        region = "us-east-1"  # any
        vars(self._transport)["call"] = DynamoDb(region=region, endpoint=engine, refusal=Refusal, silence=NoAnswer).call

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        self._meter.take()
        self._serving = True
        began = time.process_time()
        try:
            await self._app(scope, receive, send)
        finally:
            self._serving = False
            self._cost.cpu_ms += (time.process_time() - began) * 1e3
            self._cost.requests += 1
            used = self._meter.take()
            self._cost.usage.calls.update(used.calls)
            self._cost.usage.read_units += used.read_units
            self._cost.usage.write_units += used.write_units

    def _written(self, line: str) -> None:
        self._cost.log_bytes += len(line.encode()) + 1

    def _count(self, service: Any, name: str, what: str) -> None:
        real = getattr(service, name)

        def counted(*given: Any, **more: Any) -> Any:
            if self._serving:
                setattr(self._cost, what, getattr(self._cost, what) + 1)
            return real(*given, **more)

        vars(service)[name] = counted


def deployed(services: Any) -> Asgi:
    """The apps of the functions `api`, `console` and `scim`, whose handlers run without threads; the path decides, as at the gateway."""
    api, others = build(services, in_place=True), {}
    if services.settings.serves_console:
        others["console"] = build_console(services)
    if services.settings.serves_scim:
        others["scim"] = build_scim(services)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await others.get(scope["path"].split("/")[1], api)(scope, receive, send)

    return app
