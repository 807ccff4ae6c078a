"""Lists of the console and of the admin API with few rows and with many: calls and milliseconds of the first page, in this process.

A deployment has this many people, apps, organisations and audit events. Organisations have no members and no sign-ins.
"""

from __future__ import annotations

import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bench.search import _dice, make_names
from idp.domain.apps.client import Client
from idp.domain.audit.event import AuditEvent
from idp.domain.organisations.profile import OrganisationProfile
from idp.settings import Settings
from idp.store import clients, user_items
from idp.store.events import Events
from idp.store.expressions import chunks
from idp.store.organisation_items import organisation_item
from idp.store.tables import Item
from tests.engines.launch import ENGINES
from tests.integration.console.admins import Admin, sign_in
from tests.support.world import World

FEW = 100
"""More than a page, so that both pages have as many rows."""
TIMES = 60
GOAL = 1.1
PAGES = {
    "console: people": "/console/people",
    "console: apps": "/console/apps",
    "console: organisations": "/console/organizations",
    "console: audit": "/console/audit",
    "console: overview": "/console",
}
_CALLBACK = "https://app.example/cb"
LISTS = {
    "admin API: users": "/users",
    "admin API: clients": "/clients",
    "admin API: organizations": "/organizations",
    "admin API: events": "/audit",
}


class Figures(NamedTuple):
    """One list: DynamoDB calls, and the milliseconds of each request."""

    calls: int
    times: list[float]

    @property
    def median(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        """19 of 20 requests took at most so many milliseconds."""
        return sorted(self.times)[int(len(self.times) * 0.95) - 1]


def run(work: Path, rows: int, engine: str, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Return the table: each list with `FEW` rows of each kind and with `rows`. The requests of the two alternate."""
    table: list[tuple[str, ...]] = [
        ("list", f"calls with {FEW}", f"calls with {rows:,}", f"p50 ms with {FEW}", f"p50 ms with {rows:,}", f"p95 ms with {rows:,}",
         "p50 ratio", "to reach", "load"),
    ]  # fmt: skip
    with ENGINES[engine]() as url:
        os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = url
        few, many = (_filled(work / str(number), number, tell) for number in (FEW, rows))
        for name in (*PAGES, *LISTS):
            tell(f"opening {name}")
            small, large = _both(few, many, name)
            table.append((
                name, str(small.calls), str(large.calls), f"{small.median:.1f}", f"{large.median:.1f}", f"{large.p95:.1f}",
                f"{large.median / small.median:.2f}", f"≤ {GOAL}", f"{os.getloadavg()[0]:.1f}",
            ))  # fmt: skip
    return table


def _both(few: Admin, many: Admin, name: str) -> tuple[Figures, Figures]:
    sides = [(each, _calls(each, name), list[float]()) for each in (few, many)]
    for (admin, _, times), _ in itertools.product(sides, range(3)):
        _open(admin, name)
        times.clear()
    for _ in range(TIMES):
        for admin, _, times in sides:
            started = time.perf_counter()
            _open(admin, name)
            times.append((time.perf_counter() - started) * 1e3)
    first, second = (Figures(calls, times) for _, calls, times in sides)
    return first, second


def _open(admin: Admin, name: str) -> None:
    answer = admin.open(PAGES[name]).response if name in PAGES else admin.world.call("GET", LISTS[name])
    if answer.status_code != 200:
        raise SystemExit(f"{name} answered {answer.status_code}")


def _calls(admin: Admin, name: str) -> int:
    """The DynamoDB calls of the second request, which finds caches filled."""
    transport: Any = admin.world.services.database.transport
    real, made = transport.call, list[str]()

    def counting(operation: str, *rest: Any, **more: Any) -> Any:
        made.append(operation)
        return real(operation, *rest, **more)

    _open(admin, name)
    transport.call = counting
    try:
        _open(admin, name)
    finally:
        transport.call = real
    return len(made)


def _filled(work: Path, number: int, tell: Callable[[str], None]) -> Admin:
    """A deployment with so many rows of each kind, and an admin at its console."""
    work.mkdir(parents=True)
    settings = Settings(
        issuer="https://idp.example", env="dev", table_prefix=f"rows{number}", key_file=str(work / "key"), argon2_memory_kib=64,
        argon2_iterations=1, console="on", log_level="ERROR",
    )  # fmt: skip
    world = World(settings).begun()
    admin = sign_in(world)
    now, names = int(world.clock()), make_names(_dice(1))
    people = [names.person(_dice(each), each) for each in range(number)]
    kinds: dict[str, Iterable[Item]] = {
        "people": (user_items.item(each, sharded=bool(world.services.database.time_shards)) for each in people),
        "apps": (clients.item(Client(id=f"app_{each:06}", name=f"App {each:06}", redirect_uris=(_CALLBACK,))) for each in range(number)),
        "organisations": (organisation_item(_organisation(each)) for each in range(number)),
    }
    for kind, items in kinds.items():
        tell(f"storing {kind}: {number:,}")
        for some in chunks(list(items), 25):
            world.services.database.batch_write(puts=some)
    tell(f"storing events: {number:,}")
    Events(world.services.database).put_all(
        (
            AuditEvent(world.services.new_id(), (now - each) * 1000, "sign_in.failed", subject=people[each].id, reason="wrong_password")
            for each in range(number)
        ),
        retention=86400 * 30,
    )
    return admin


def _organisation(number: int) -> OrganisationProfile:
    return OrganisationProfile(f"org_{number:06}", f"org-{number:06}", f"Organisation {number}")
