"""Finding a person among many: `UserService.search` by rows, on one engine and in this process. Rows are made as `idp search rebuild` does.

Names repeat as in a real directory: few are common and most are rare (a Zipf distribution over made-up names). The answer of a search is
the first page of 50. What rows cost is counted for the design that was taken and for beginnings of words alone (docs/decisions/0014).
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.meter import WRITE_PRICE, Meter
from bench.people import open_services
from bench.providers import project
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.people.search_words import START, Findable
from idp.domain.people.user import User
from idp.store.user_items import item
from idp.wiring.all_services import AllServices
from tests.engines.launch import ENGINES

TIMES = 100
GOAL_MS, GOAL_CALLS = 50, 3
SAMPLE = 1000
_GIVEN, _FAMILY = 2_000, 30_000
_BATCH = 25
_STORED_BYTES = 100
"""What DynamoDB adds to each item when it counts storage."""
_STORAGE_PRICE = 0.25
"""Dollars a GB and month, us-east-1."""


class Names(NamedTuple):
    """Made-up names, the most common first, and how often each occurs."""

    given: list[str]
    family: list[str]

    def person(self, dice: random.Random, number: int) -> User:
        """The person with this number."""
        given, family = self.given[_rank(dice, _GIVEN)], self.family[_rank(dice, _FAMILY)]
        local = dice.choice([f"{given}.{family}", f"{given[0]}{family}", f"{given}{family}"]).lower()
        claims = {"name": f"{given} {family}", "given_name": given, "family_name": family}
        email = f"{local}{number}@{dice.choice(['example.com', 'mail.example', f'firm{number % 500}.example'])}"
        return User(f"usr_{dice.getrandbits(128):022x}"[:26], email, email_verified=True, claims=claims, created_at=1_800_000_000)


def run(work: Path, people: int, engine: str, tell: Callable[[str], None]) -> list[list[tuple[str, ...]]]:
    """Return three tables: what rows cost, how long they take to make, and the searches."""
    names = make_names(_dice(1))
    with ENGINES[engine]() as url, Meter(url) as meter:
        env = {**project(url, work).env, "AWS_ENDPOINT_URL_DYNAMODB": url}
        services = open_services(env)
        made, samples = _fill(services, names, people, tell)
        metered = open_services({**env, "AWS_ENDPOINT_URL_DYNAMODB": meter.url})
        return [costs(names), made, searches(metered, services, meter, samples, tell)]


def make_names(dice: random.Random) -> Names:
    """Return names of syllables, each different."""
    return Names(_distinct(dice, _GIVEN, (2, 3)), _distinct(dice, _FAMILY, (2, 4)))


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # the same people in each run


def _distinct(dice: random.Random, number: int, syllables: tuple[int, int]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < number:
        parts = [
            dice.choice("bdfghjklmnprstvw") + dice.choice("aeiou") + dice.choice(["", "", "n", "r", "s", "l"])
            for _ in range(dice.randint(*syllables))
        ]
        found["".join(parts).title()] = None
    return list(found)


def _rank(dice: random.Random, number: int) -> int:
    """The place of a name: the first few make up some per cent each, and half of the people have rare ones."""
    return min(int(number ** dice.random()) - 1 if dice.random() < 0.5 else dice.randrange(number), number - 1)


def _people(names: Names, number: int) -> Iterator[User]:
    dice = _dice(2)
    return (names.person(dice, each) for each in range(number))


def _fill(services: AllServices, names: Names, people: int, tell: Callable[[str], None]) -> tuple[list[tuple[str, ...]], list[User]]:
    """Store the people and make their rows. Returns a table, and some of the people."""
    dice, samples, some = _dice(3), list[User](), list[User]()
    for number, user in enumerate(_people(names, people), 1):
        some.append(user)
        if len(samples) < TIMES or dice.random() < 2 * TIMES / people:
            samples.append(user)
        if len(some) == _BATCH or number == people:
            services.database.batch_write(puts=[item(each, sharded=bool(services.database.time_shards)) for each in some])
            some.clear()
            tell(f"storing people: {number:,}")
    started = time.perf_counter()
    state = services.search_rebuild.run(scope=DEPLOYMENT, tell=lambda done: tell(f"making rows: {done:,} people"))
    took = time.perf_counter() - started
    rows: list[tuple[str, ...]] = [("people", "rows", "rows a person", "seconds", "people a second")]
    rows.append((f"{people:,}", f"{int(state.rows):,}", f"{int(state.rows) / people:.1f}", f"{took:.0f}", f"{people / took:,.0f}"))
    dice.shuffle(samples)
    return rows, samples


def costs(names: Names) -> list[tuple[str, ...]]:
    """What rows of a person cost, by design: a write unit for each row of at most 1 KB."""
    found = [Findable.of(user) for user in _people(names, SAMPLE)]
    designs = {
        "beginnings of words": [[row for row in each.rows() if row.place == START] for each in found],
        "all parts of words (taken)": [list(each.rows()) for each in found],
    }
    table: list[tuple[str, ...]] = [
        ("rows for", "rows a person", "most", "bytes a person", "$ to write a million people", "$ a month to store them")
    ]
    for name, rows in designs.items():
        size = [
            sum(len(row.word) * 2 + 2 * len(each.id) + len(each.text()) + 60 for row in of) for each, of in zip(found, rows, strict=True)
        ]
        mean, stored = statistics.mean(map(len, rows)), statistics.mean(size) + _STORED_BYTES * statistics.mean(map(len, rows))
        table.append((
            name, f"{mean:.1f}", str(max(map(len, rows))), f"{statistics.mean(size):,.0f}", f"{mean * WRITE_PRICE:.2f}",
            f"{stored * 1e6 / 1e9 * _STORAGE_PRICE:.2f}",
        ))  # fmt: skip
    return table


def searches(
    metered: AllServices, services: AllServices, meter: Meter, samples: list[User], tell: Callable[[str], None]
) -> list[tuple[str, ...]]:
    """Each search with these people: calls and units with the first fifth, milliseconds with all."""
    common_given = Counter(str(user.claims["given_name"]) for user in samples).most_common(1)[0][0]
    common_family = Counter(str(user.claims["family_name"]) for user in samples).most_common(1)[0][0]
    searches: dict[str, Callable[[User], str]] = {
        "the whole name": lambda user: str(user.claims["name"]),
        "beginnings of both names": lambda user: f"{str(user.claims['family_name'])[:4]} {str(user.claims['given_name'])[:3]}",
        "the family name": lambda user: str(user.claims["family_name"]),
        "three letters": lambda user: str(user.claims["family_name"])[:3],
        "a part inside of a name": lambda user: str(user.claims["family_name"])[1:6],
        "a common name and another word": lambda user: f"{common_family} {user.claims['given_name']!s}",
        "two common names": lambda _: f"{common_given} {common_family}",
        "the address": lambda user: user.email,
        "the id": lambda user: user.id,
        "the beginning of an id": lambda user: user.id[:11],
        "a domain": lambda user: f"@{user.email.partition('@')[2]}",
        "no match": lambda user: f"{user.claims['family_name']!s}qx",
    }
    rows: list[tuple[str, ...]] = [
        (
            "typed",
            "calls",
            "to reach",
            "read units",
            "people on the page",
            "pages to the end",
            "p50 ms",
            "p95 ms",
            "most ms",
            "to reach",
            "load",
        )
    ]
    for name, typed in searches.items():
        tell(f"searching: {name}")
        calls, units, found, times = [], [], [], []
        services.user_service.search(text="warm up", limit=50, scope=DEPLOYMENT)
        metered.user_service.search(text="warm up", limit=50, scope=DEPLOYMENT)
        for user in samples[:TIMES]:
            started = time.perf_counter()
            services.user_service.search(text=typed(user), limit=50, scope=DEPLOYMENT)
            times.append((time.perf_counter() - started) * 1e3)
        for user in samples[: TIMES // 5]:
            meter.take()
            page = metered.user_service.search(text=typed(user), limit=50, scope=DEPLOYMENT)
            used = meter.take()
            calls.append(used.calls.total())
            units.append(used.read_units)
            found.append(len(page.items))
        pages = _pages(services, typed(samples[0]))
        times.sort()
        timed = (statistics.median(times), times[int(len(times) * 0.95) - 1], times[-1])
        rows.append((
            name, str(max(calls)), f"≤ {GOAL_CALLS}", f"{statistics.mean(units):.1f}", f"{statistics.mean(found):.0f}", pages,
            *(f"{each:.1f}" for each in timed), f"p95 ≤ {GOAL_MS}", f"{os.getloadavg()[0]:.1f}",
        ))  # fmt: skip
    return rows


def _pages(services: AllServices, typed: str) -> str:
    """How many pages there are, up to 20."""
    start = None
    for number in range(1, 20):
        start = services.user_service.search(text=typed, limit=50, start=start, scope=DEPLOYMENT).more
        if start is None:
            return str(number)
    return "20 or more"
