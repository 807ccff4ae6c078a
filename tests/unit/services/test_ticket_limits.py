"""The limit of all mails of the deployment: one counter, or several where the limit is above what one partition key bears."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from idp.services.tickets.limits import TicketLimits

ONE = 900_000


class Counters:
    """Counters in memory."""

    def __init__(self) -> None:
        self.most: dict[tuple[str, str], int] = {}

    def fail_part(self, kind: str, digest: str, now: int, *, most: int) -> dict[str, Any]:
        del now
        self.most[kind, digest] = most
        return {"kind": kind, "digest": digest}


def of_all(limit: int, *numbers: int, solved: bool = True, now: int = 0) -> dict[tuple[str, str], int]:
    """The counters of the deployment that requests with these random numbers use, with the limit of each."""
    settings: Any = SimpleNamespace(tickets_hourly=limit, tickets_hourly_per_network=9)
    keyring: Any = SimpleNamespace(derive=lambda _: b"k" * 32)
    counters: Any = Counters()
    found = []
    for number in numbers:
        limits = TicketLimits(settings, counters, keyring, number.__mod__)
        counted = limits.of_strangers("203.0.113.7", now, about="u", solved=solved)
        found.append((counted.of_all["kind"], counted.of_all["digest"]))
    return {key: counters.most[key] for key in found}


@pytest.mark.parametrize("limit", [1, 1000, ONE])
def test_a_limit_that_one_counter_bears_is_one_counter(limit: int) -> None:
    """It is exact, and the counter that the release before has."""
    (((kind, _), most),) = of_all(limit, *range(20)).items()
    assert (kind, most) == ("ticket", limit)


@pytest.mark.parametrize(("limit", "number"), [(ONE + 1, 2), (14_000_000, 16), (36_000_001, 41)])
def test_a_greater_limit_is_divided_among_counters(limit: int, number: int) -> None:
    """Their limits are not more than the limit together, and at most as many units are written to one as its key bears."""
    found = of_all(limit, *range(100))
    assert len(found) == number
    assert {kind for kind, _ in found} == {"ticket_shard"}
    assert limit - number < sum(found.values()) <= limit
    assert max(found.values()) * 2 <= 1000 * 3600 / 2


def test_counters_are_of_an_hour_and_of_requests_without_a_solution_apart() -> None:
    """A tenth of the limit, in counters of their own; the next hour begins with new ones."""
    solved, unsolved = of_all(20 * ONE, *range(20)), of_all(20 * ONE, *range(20), solved=False)
    assert (len(solved), len(unsolved)) == (20, 2)
    assert not solved.keys() & unsolved.keys()
    assert not solved.keys() & of_all(20 * ONE, *range(20), now=3600).keys()
