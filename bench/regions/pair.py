"""The two providers, the cut between them, and the change of the region."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bench.faults.site import ENDPOINT, SETTINGS
from bench.regions.replication import ReplicatedTransport, Replicator
from idp.domain.home import Home
from idp.http.app import build
from idp.services.audit.recorder import SYSTEM
from idp.services.keys.keyring import REFRESH
from idp.settings import Settings
from idp.store.create import create_tables
from idp.store.database import Database
from idp.telemetry.journal import Journal
from tests.integration.oidc.proving import Signer
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from idp.domain.apps.client import Client
    from tests.support.clock import Clock

EU, US = "eu-central-1", "us-east-1"
TABLES = ("directory", "state", "keys")


class Region(World):
    """The provider of one region."""

    def __init__(self, settings: Settings, clock: Clock, endpoint: str, wrap: Callable[[Any], Any], made: list[dict[str, Any]]) -> None:
        super().__init__(settings, made)
        self.clock = clock
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(ENDPOINT, endpoint)
            transport = self.services.database.transport
        wired = vars(self.services)
        wired["database"] = Database(prefix=settings.table_prefix, transport=wrap(transport), pause=lambda _: None)
        wired["journal"] = Journal(deployment="regions", metrics=False, least="ERROR", for_people=False, write=lambda _: None)

    @cached_property
    def app(self) -> Callable[..., Any]:
        return build(self.services, in_place=True)

    def remove(self) -> None:
        """Remove the tables."""
        for table in TABLES:
            self.services.database.transport.call("DeleteTable", {"TableName": f"{self.settings.table_prefix}-{table}"})


class Pair:
    """`here` serves and `there` stands by, until `there` takes over. `homes`: off is two regions that do not know of each other."""

    def __init__(
        self, endpoints: tuple[str, str], folder: Path, prefix: str, clock: Clock, random: Random, *, delay: float, homes: bool,
        made: list[dict[str, Any]] | None = None,
    ) -> None:  # fmt: skip
        """`made`: the keys of another pair in the same folder, as stored; an empty list is filled."""
        self.clock, self.homes = clock, homes
        self.replicator = Replicator(clock, random, delay)
        first = Settings(**{**SETTINGS, "code_lifetime": 600}, table_prefix=f"{prefix}e", key_file=str(folder / "key"))
        made = [] if made is None else made
        alone = Region(first, clock, endpoints[0], lambda inner: inner, made)
        alone.with_tables()
        if homes:
            alone.services.regions.start(EU, by=SYSTEM)
        names = (EU, US) if homes else ("", "")
        self.here, self.there = (
            Region(replace(first, table_prefix=f"{prefix}{letter}", region=name), clock, endpoint, self._wrap(f"{prefix}{letter}"), made)
            for letter, name, endpoint in zip("eu", names, endpoints, strict=True)
        )
        create_tables(self.there.services.database)
        for table in TABLES:
            self.there.services.database.write_raw(table, list(self.here.services.database.scan(table)))
        vars(self.there.services)["mailer"] = self.here.services.mailer

    def _wrap(self, prefix: str) -> Callable[[Any], ReplicatedTransport]:
        return lambda inner: ReplicatedTransport(inner, self.replicator, prefix)

    @cached_property
    def shop(self) -> Client:
        """The app that people sign in to, without a secret."""
        return self.here.client(scopes=("openid", "email", "offline_access"), auth_methods=("none",), require_pkce=True)

    @cached_property
    def key(self) -> Signer:
        """The key of the service."""
        return Signer()

    @cached_property
    def service(self) -> Client:
        """A service that proves itself with client assertions."""
        return self.here.client(
            redirect_uris=(), grant_types=("client_credentials",), auth_methods=("private_key_jwt",), scopes=("jobs",),
            resources=("https://jobs.example",), jwks={"keys": [{**self.key.public, "kid": "k1"}]},
        )  # fmt: skip

    def settle(self) -> None:
        """Let everything arrive."""
        self.clock.advance(1)
        self.replicator.settle()

    def cut(self) -> None:
        """From now on nothing arrives. What is on its way stays there."""
        self.replicator.arrive(0)
        self.replicator.arrive(1)
        self.replicator.is_cut = True

    def take_over(self) -> None:
        """Let `there` serve, and `here` go on, which cannot know it. The quiet time is left out, so that nothing expires meanwhile."""
        self.clock.advance(1)
        if self.homes:
            items, now = self.there.services.key_items, self.clock()
            if not items.put_home(Home(US, now, now), before=Home(EU, 0, 0)):
                raise RuntimeError("the region did not change")
            self.there.services.keyring.reload()

    def heal(self) -> None:
        """End the partition. Both regions read their keys again."""
        self.replicator.is_cut = False
        self.settle()
        self.clock.advance(REFRESH)

    def give_back(self) -> None:
        """Let `here` serve for the next run, as at first: without a home, so that each run is alike."""
        for region in (self.here, self.there) if self.homes else ():
            region.services.database.write_raw("keys", [_first_home()])
            region.services.keyring.reload()
        self.settle()

    def remove(self) -> None:
        """Remove the tables of both."""
        self.here.remove()
        self.there.remove()


def _first_home() -> dict[str, Any]:
    from idp.store import deployment_keys
    from idp.store.signing_keys import RegionHomeItem

    return RegionHomeItem.new(deployment_keys.region_home(), region=EU, since=0, serves_from=0).raw()
