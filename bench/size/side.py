"""One deployment of the comparison: an admin at its console, an app with a person, and people to read."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import httpx

from bench.flows import Account, Relying
from bench.heat.flows import Visitor
from bench.heat.measure import APP, SERVICE
from bench.processes import child_with, cpu_of
from bench.seed.files import known_names
from bench.seed.make import base_of, world
from bench.seed.people import Base, Seeded, person
from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.console.admins import Admin, sign_in
from tests.support.clock import ShiftedClock
from tests.support.in_process import InProcess
from tests.support.people import Person
from tests.support.served_provider import ServedProvider
from tests.support.world import World

_NETWORK = "203.0.113.7"


@dataclass
class Side:
    """A seeded deployment in this process. `people`: how many it has. `engine`: the process of its engine."""

    world: World
    base: Base
    people: int
    engine: int

    @classmethod
    def of(cls, folder: Path, url: str, people: int) -> Side:
        """The deployment of this folder, on the engine at `url`. Its keyring and its shards are read."""
        found = world(folder, url)
        found.services.keyring.reload()
        found.services.database.time_shards = True
        return cls(found, base_of(folder), people, child_with(str(folder / "engine.db")))

    @cached_property
    def admin(self) -> Admin:
        """A new admin, who is signed in to the console."""
        return sign_in(self.world)

    @cached_property
    def visitor(self) -> Visitor:
        """A new person before a new app."""
        services = self.world.services
        idp = ServedProvider(self.world.settings.issuer, services, cast("ShiftedClock", self.world.clock))  # it is only moved on
        app, secret = services.client_service.create(APP, scope=DEPLOYMENT)
        service, service_secret = services.client_service.create(SERVICE, scope=DEPLOYMENT)
        made = self.world.person(email_verified=True)
        fields = {"email": made.email, "password": made.password}
        account = Account(app.id, secret or "", APP["redirect_uris"][0], service.id, service_secret or "", fields)
        http = httpx.Client(transport=InProcess(self.world.app, address=_NETWORK), base_url=idp.issuer)
        visitor = Visitor(idp, http, Relying(http, account), made)
        visitor.app.discovery()
        return visitor

    def seeded(self, turn: int) -> Seeded:
        """A person by the number of the repetition: another one each time, from all people."""
        number = random.Random(turn).randrange(self.people)  # noqa: S311  # the same in each run
        return person(known_names(), self.base, self.world.settings, number)

    def newcomer(self) -> Person:
        """A new person, to be erased."""
        return self.world.person(email_verified=True)

    def cpu(self) -> float:
        """Seconds of processor time of this process and of the engine so far."""
        return time.process_time() + cpu_of(self.engine)

    def counted(self, run: Callable[[], None]) -> list[str]:
        """The DynamoDB calls of this, in their order."""
        transport: Any = self.world.services.database.transport
        real, made = transport.call, list[str]()

        def counting(operation: str, *rest: Any, **more: Any) -> Any:
            made.append(operation)
            return real(operation, *rest, **more)

        transport.call = counting
        try:
            run()
        finally:
            transport.call = real
        return made
