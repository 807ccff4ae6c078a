"""Searches among the people that `python -m bench.seed` made, from a file."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from bench.meter import Meter
from bench.search import TIMES, costs, searches
from bench.seed.files import known_names
from bench.seed.make import Seed, base_of, make, serve, world
from bench.seed.people import person


def run(folder: Path, people: int, tell: Callable[[str], None]) -> list[list[tuple[str, ...]]]:
    """Return three tables: what rows cost, how long the people took to make, and the searches."""
    made = make(folder, people, 2, lambda what, done, total: tell(f"{what}: {done:,} of {total:,}"))
    base, dice = base_of(folder), random.Random(4)  # noqa: S311  # the same people in each run
    with serve(folder) as url, Meter(url) as meter:
        there = world(folder, url)
        numbers = dice.sample(range(people), min(TIMES, people))
        samples = [person(known_names(), base, there.settings, number).user for number in numbers]
        services, metered = there.services, world(folder, meter.url).services
        return [costs(known_names()), _made(made), searches(metered, services, meter, samples, tell)]


def _made(made: Seed) -> list[tuple[str, ...]]:
    each = 1000 / made.people
    writing = f"{made.writing_cpu * each:.2f}" if made.writing_cpu else ""
    return [
        ("people", "rows", "rows a person", "items", "CPU ms a person to write", "the engine's CPU ms a person", "its memory MB"),
        (
            f"{made.people:,}", f"{made.rows:,}", f"{made.rows / made.people:.1f}", f"{made.items:,}", writing,
            f"{made.import_cpu * each:.2f}", f"{made.import_mb:.0f}",
        ),
    ]  # fmt: skip
