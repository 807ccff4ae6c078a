"""The provider of the runs, in this process. Its DynamoDB is behind the proxy, and runs set its clock and get its log."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.faults.proxy import FaultyProxy
from idp.adapters import aws_client
from idp.domain.access import admin_scopes
from idp.domain.apps.client import Client
from idp.http.app import build
from idp.settings import Settings
from idp.store.database import Database
from idp.store.time_shards import switch_on
from idp.telemetry.journal import Journal
from idp.wiring.all_services import AllServices
from tests.integration.account.upstreams import Upstream, connection
from tests.support.pages import ISSUER
from tests.support.table_stream import TableStream
from tests.support.world import World

ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
SETTINGS: dict[str, Any] = {
    "issuer": ISSUER, "env": "dev", "brand": "idp", "argon2_memory_kib": 8, "argon2_iterations": 1, "sign_up": "open", "mail_code": "on",
    "scim": "on", "registration": "open", "sign_in_notices": "off", "tickets_hourly": 10**6, "tickets_hourly_per_network": 10**6,
    "registration_hourly": 10**6, "registration_hourly_per_network": 10**6, "verify_email": "off", "metrics": "off",
}  # fmt: skip
"""Password hashing is at its cheapest: its cost is no matter of faults."""


class Site(World):
    """One deployment. Each run adds its own people and apps."""

    def __init__(self, proxy: FaultyProxy, folder: Path, keys: list[dict[str, Any]], prefix: str) -> None:
        super().__init__(Settings(**SETTINGS, table_prefix=prefix, key_file=str(folder / "key")), keys)
        self.proxy, self.lines, self.calls = proxy, list[str](), dict[str, int]()
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(ENDPOINT, proxy.url)
            transport = self.services.database.transport
        wired = vars(self.services)
        wired["database"] = Database(prefix=prefix, transport=transport, pause=lambda _: None)
        wired["journal"] = Journal(deployment="faults", metrics=False, least="DEBUG", for_people=False, write=self._log)
        self.with_tables()
        switch_on(self.services.database, self.clock())
        self.services.keyring.reload()
        if not self.services.connections.create(connection()):
            raise RuntimeError("the connection was not stored")
        wired["upstream_sign_in"] = Upstream(self.services.used_once)

    @cached_property
    def app(self) -> Callable[..., Any]:
        return build(self.services, in_place=True)

    def environment(self, clock: Callable[[], int]) -> Callable[..., Any]:
        """A new environment of the same deployment: it reads keys and clock anew."""
        made = AllServices(self.settings, clock, self.services.new_id)
        here, there = vars(self.services), vars(made)
        mailer: Any = self.services.mailer
        there.update({name: here[name] for name in ("database", "journal", "upstream_sign_in")}, mailer=mailer)
        return build(made, in_place=True)

    @cached_property
    def root(self) -> Client:
        """A service with every scope of the admin API."""
        return self.service_client(*sorted(admin_scopes.ALL), resources=[self.settings.admin_resource])

    def admin_token(self) -> str:
        """A token of this service."""
        return self.service_token(self.root, resources=(self.settings.admin_resource,))

    @cached_property
    def second(self) -> Callable[..., Any]:
        """Another environment, for what runs beside the first."""
        return self.environment(self.clock)

    @cached_property
    def streams(self) -> tuple[TableStream, ...]:
        """The streams of the tables, which are switched on now. No fault meets them: Lambda reads them."""
        prefix = self.services.database.prefix
        return tuple(TableStream(self.proxy.upstream, f"{prefix}-{table}") for table in ("directory", "state"))

    def records(self) -> list[dict[str, Any]]:
        """What the streams have since the last time, as Lambda hands it over. Its times are those of the clock of the runs."""
        found = [record for stream in self.streams for record in stream.read()]
        for record in found:
            record["dynamodb"]["ApproximateCreationDateTime"] = float(self.clock())
        return found

    @cached_property
    def shop(self) -> Client:
        """The app that most flows use, without a secret of its own: a public client."""
        return self.client(scopes=("openid", "email", "offline_access"), auth_methods=("none",), require_pkce=True)

    def remove(self) -> None:
        """Remove the tables."""
        database = self.services.database
        for name in ("directory", "state", "keys"):
            database.transport.call("DeleteTable", {"TableName": f"{database.prefix}-{name}"})

    def _log(self, line: str) -> None:
        self.lines.append(line)


@contextlib.contextmanager
def without_pauses() -> Iterator[None]:
    """Let the client of AWS not sleep between attempts. How long it waits is no matter of what it does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws_client, "time", SimpleNamespace(sleep=lambda _: None, monotonic=time.monotonic, time=time.time,
                                                          strftime=time.strftime, gmtime=time.gmtime))  # fmt: skip
        yield


def seeded(*parts: object) -> random.Random:
    """A generator that gives the same numbers for the same parts."""
    return random.Random("/".join(map(str, parts)))
