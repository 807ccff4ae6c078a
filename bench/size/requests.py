"""Requests with few people and with very many: DynamoDB calls and milliseconds. The requests of the deployments alternate."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from bench.heat.flows import FLOWS
from bench.rows import GOAL, LISTS, PAGES, Figures
from bench.seed.make import make, serve
from bench.seed.people import SPAN, START
from bench.size.side import Side

WARM = 3
_PAGE = 20
_DAY = 86400
OK = frozenset({200, 204})

Run = Callable[[], None]


class Request(NamedTuple):
    """`prepare` takes a side and the number of the repetition, does what is not measured, and returns what is.

    `pause`: seconds by which the clock moves before. Mails to one address are limited by the hour.
    """

    prepare: Callable[[Side, int], Run]
    pause: int = 1


class Measured(NamedTuple):
    """`calls`: as a text, the least and the most if they differ. `wall`, `cpu`: milliseconds, `cpu` of this process and of the engine."""

    calls: str
    wall: Figures
    cpu: Figures


def _flow(name: str) -> Request:
    def prepare(side: Side, _: int) -> Run:
        with redirect_stderr(StringIO()):  # mails are printed
            FLOWS[name].before(side.visitor)
        return lambda: FLOWS[name].run(side.visitor)

    return Request(prepare)


def _api(method: str, path: Callable[[Side, int], str]) -> Request:
    def prepare(side: Side, turn: int) -> Run:
        wanted, token = path(side, turn), side.world.service_token(side.world.root)
        return lambda: expect(side.world.call(method, wanted, token=token).status_code, wanted)

    return Request(prepare)


def _page(path: Callable[[Side, int], str]) -> Request:
    def prepare(side: Side, turn: int) -> Run:
        wanted = path(side, turn)
        return lambda: expect(side.admin.open(wanted).response.status_code, wanted)

    return Request(prepare)


def _fixed(path: str) -> Callable[[Side, int], str]:
    return lambda *_: path


def _typed(side: Side, turn: int) -> str:
    """Two words that only this person has both of: the search reads rows of the first."""
    user = side.seeded(turn).user
    return f"/users?limit={_PAGE}&search={user.claims['family_name']}+{user.email.partition('@')[0]}"


def _period(_: Side, turn: int) -> str:
    """A day of which there are many events."""
    at = START - SPAN + turn % 28 * _DAY
    return f"/audit?limit={_PAGE}&since={_iso(at)}&until={_iso(at + _DAY)}"


def _iso(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def expect(status: int, path: str) -> None:
    """End with an error unless a request succeeded."""
    if status not in OK:
        raise SystemExit(f"{path} answered {status}")


REQUESTS: dict[str, Request] = {
    **{name: _flow(name) for name in ("sign-in with a password", "SSO visit", "refresh", "client credentials", "UserInfo", "sign-up")},
    "reset of a password": _flow("reset of a password")._replace(pause=3600),
    "admin API: one person": _api("GET", lambda side, turn: f"/users/{side.seeded(turn).user.id}"),
    "admin API: people by address": _api("GET", lambda side, turn: f"/users?limit={_PAGE}&email={side.seeded(turn).user.email[:3]}"),
    "admin API: find a person by two words": _api("GET", _typed),
    "admin API: events of a person": _api("GET", lambda side, turn: f"/audit?limit={_PAGE}&user_id={side.seeded(turn).user.id}"),
    "admin API: events of a day": _api("GET", _period),
    "admin API: export of a person": _api("GET", lambda side, turn: f"/users/{side.seeded(turn).user.id}/export"),
    "admin API: erasure of a person": _api("DELETE", lambda side, _: f"/users/{side.newcomer().user.id}"),
    **{name: _api("GET", _fixed(path)) for name, path in LISTS.items()},
    **{name: _page(_fixed(path)) for name, path in PAGES.items()},
    "console: a person": _page(lambda side, turn: f"/console/people/{side.seeded(turn).user.id}"),
}


def run(seeds: Path, numbers: list[int], tell: Callable[[str], None], *, times: int) -> list[tuple[str, ...]]:
    """Return the table. The deployments are made in folders of `seeds` if they are not there."""
    first, last = numbers[0], numbers[-1]
    table: list[tuple[str, ...]] = [
        ("request", f"calls with {first:,} people", f"calls with {last:,}", f"p50 ms with {first:,}", f"p50 ms with {last:,}",
         f"p95 ms with {last:,}", "p50 ratio", f"CPU ms with {first:,}", f"CPU ms with {last:,}", "CPU ratio", "to reach", "load"),
    ]  # fmt: skip
    with ExitStack() as stack:
        sides = []
        for people in (first, last):
            folder = seeds / str(people)
            make(folder, people, os.cpu_count() or 1, lambda what, done, total: tell(f"{what}: {done:,} of {total:,}"))
            sides.append(Side.of(folder, stack.enter_context(serve(folder)), people))
        for name, request in REQUESTS.items():
            tell(f"measuring {name}")
            few, many = measure(sides[0], sides[1], request, times)
            table.append((
                name, few.calls, many.calls, f"{few.wall.median:.1f}", f"{many.wall.median:.1f}", f"{many.wall.p95:.1f}",
                f"{many.wall.median / few.wall.median:.2f}", f"{few.cpu.median:.1f}", f"{many.cpu.median:.1f}",
                f"{many.cpu.median / few.cpu.median:.2f}", f"≤ {GOAL}", f"{os.getloadavg()[0]:.1f}",
            ))  # fmt: skip
    return table


def measure(few: Side, many: Side, request: Request, repeated: int) -> list[Measured]:
    """Both sides in turn."""
    calls: list[set[int]] = [set(), set()]
    wall: list[list[float]] = [[], []]
    cpu: list[list[float]] = [[], []]
    for turn in range(WARM + repeated):
        for place, side in enumerate((few, many)):
            side.world.clock.now += request.pause
            run = request.prepare(side, turn)
            with redirect_stderr(StringIO()):
                started, used = time.perf_counter(), side.cpu()
                made = side.counted(run)
                taken = time.perf_counter() - started, side.cpu() - used
            if turn >= WARM:
                calls[place].add(len(made))
                wall[place].append(taken[0] * 1e3)
                cpu[place].append(taken[1] * 1e3)
    return [Measured(_range(calls[place]), Figures(max(calls[place]), wall[place]), Figures(0, cpu[place])) for place in (0, 1)]


def _range(numbers: set[int]) -> str:
    least, most = min(numbers), max(numbers)
    return str(most) if least == most else f"{least} to {most}"
