"""A deployment of before expands, backfills and contracts while people sign in and admins read lists: no request fails, nothing is lost.

Each request goes to one of two environments by turns. They read the keys again one after the other, so requests also meet one that knows of
the contraction and one that does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from idp.cli import migrations_runner
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.organisations.profile import OrganisationProfile
from idp.store import issuer_links
from idp.store.connections import Connections
from idp.store.deliveries import KEPT, Deliveries
from idp.store.migrations import Migrations
from idp.store.organisation_items import organisation_item
from idp.store.trail import Trail
from tests.integration.callers import Caller, Load
from tests.support.cli import CommandLine

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

WORKERS, LEFT = 4, 30
"""Callers at the same time, and how many items each backfill finds."""


@pytest.fixture
def idp(dynamodb_endpoint: str, table_prefix: str, tmp_path: Path) -> CommandLine:
    """A deployment of before: no migration ran, events are listed by day, and each backfill has something to write."""
    made = CommandLine(dynamodb_endpoint, table_prefix, tmp_path, {"IDP_SIGN_IN_NOTICES": "off", "IDP_METRICS": "off"})
    services = made.services()
    services.key_rotation.ensure()
    database = services.database
    links = [
        IssuerLink("usr_1", f"https://gone{n}.example", "", f"subject-{n}", 1, f"gone-{n}", "e@example.com", "new") for n in range(LEFT)
    ]
    organisations = [OrganisationProfile(f"org_{n}", f"works{n}", f"Works {n}") for n in range(LEFT)]
    database.batch_write(puts=[issuer_links.item(link) for link in links])
    database.batch_write(puts=[organisation_item(each) for each in organisations])
    return made


@pytest.fixture
def environments(idp: CommandLine) -> Iterator[list[AllServices]]:
    """Two environments of this release, which read the keys before anything is migrated."""
    made = [idp.services(), idp.services()]
    for each in made:
        each.keyring.active()
        assert each.database.time_shards is False
    yield made
    for each in made:
        transport: Any = each.database.transport
        transport.close()


def events(services: AllServices) -> Iterator[tuple[str, str]]:
    """Type and id of all listed events, page by page."""
    now = services.clock() * 1000
    since, before = f"{now - 86_400_000:013d}", f"{now + 60_000:013d}"
    for _ in count():
        page = Trail(services.database).of_all(since=since, before=before, limit=37)
        yield from ((each.type, each.id) for each in page.events)
        if page.more is None:
            return
        before = page.more


def test_no_request_fails_and_nothing_is_lost_while_a_deployment_migrates(idp: CommandLine, environments: list[AllServices]) -> None:
    first, second = environments
    callers = [Caller(environments, number) for number in range(WORKERS)]
    with Load(callers) as load:
        load.rounds()
        idp.done("migrate", "--before-deploy")  # expand and backfill
        load.rounds()
        idp.done("audit", "spread")  # contract
        load.rounds()
        first.keyring.reload()  # as after a minute
        load.rounds()
        second.keyring.reload()
        load.rounds()
        idp.done("migrate")
        load.rounds()

    rounds = sum(load.done)
    assert all(status < 400 or status == 422 for caller in callers for status in caller.turns.statuses)
    listed = list(events(second))
    assert len({event_id for _, event_id in listed}) == len(listed)
    assert [sum(kind == wanted for kind, _ in listed) for wanted in ("sign_in.succeeded", "sign_in.failed")] == [rounds, rounds]
    waiting = Deliveries(first.database).due(first.clock() + KEPT, limit=10_000)
    assert (len(waiting), len({each.id for each in waiting})) == (rounds, rounds)
    assert {each.sharded for each in waiting} == {False, True}
    partitions = {raw["day"]["S"][:6] for raw in first.database.scan("state") if "day" in raw}
    assert partitions > {"SHARD#"}
    assert Migrations(first.database).ran() == [path.stem for path in migrations_runner.list_migrations()]
    assert all(Connections(first.database).was_used(f"gone-{number}") for number in range(LEFT))
    assert len(first.organisation_search.find("works", scope=DEPLOYMENT, limit=2 * LEFT)[0]) == LEFT
