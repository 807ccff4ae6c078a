"""Many guesses at once: none is lost, and a right one is told only within the limit (threats G-04, H-03)."""

from __future__ import annotations

import pytest

from idp.store.database import Database
from idp.store.factors import Factors, Totp
from idp.store.throttles import FORGET_AFTER, Throttles
from tests.store.examples import NOW, new_id
from tests.store.race import crowd
from tests.support.stored import put_totp, read_failures

ARTEFACTS, AT_ONCE = 30, 20

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("began", ["never", "long ago"])
def test_no_failure_is_lost(real: Database, began: str) -> None:
    """Fifty at once: each has its own place in line; also where a forgotten count begins again."""
    throttles, who = Throttles(real), new_id()
    if began == "long ago":
        throttles.fail("account", who, NOW - FORGET_AFTER)
    assert sorted(crowd(50, lambda _: throttles.fail("account", who, NOW))) == list(range(1, 51))
    assert read_failures(real, "account", who, NOW).count == 50


def test_no_wrong_totp_is_lost(real: Database) -> None:
    """Fifty at once are fifty."""
    factors, who = Factors(real), new_id()
    put_totp(real, Totp(who, b"sealed", NOW, 1, 0))
    assert sorted(crowd(50, lambda _: factors.fail_totp(who))) == list(range(1, 51))


@pytest.mark.parametrize("allowed", [0, 4, 12])
def test_success_is_told_only_before_the_limit(real: Database, allowed: int) -> None:
    """Right and wrong passwords at once, each one write: a right one is told exactly while at most `allowed` failures were counted.

    Places count up from one after each told success. So the places that are given fall into runs, one for each told success and a
    last one; only the last can reach beyond `allowed`, since no success is told after that.
    """
    throttles = Throttles(real)

    def race(who: str) -> tuple[list[bool], list[int]]:
        rights: list[bool] = []
        places: list[int] = []

        def attempt(n: int) -> None:
            if n % 5 == 0:
                rights.append(throttles.succeed("account", who, NOW, seen=0, free=allowed + 1))
            else:
                places.append(throttles.fail("account", who, NOW))

        crowd(AT_ONCE, attempt)
        return rights, places

    for _ in range(ARTEFACTS):
        who = new_id()
        rights, places = race(who)
        left = read_failures(real, "account", who, NOW).count
        given = [places.count(place) for place in range(1, max(places) + 1)]
        assert given == sorted(given, reverse=True), "no place is missing below another"
        assert given[0] <= rights.count(True) + 1
        assert [place for place in sorted(places) if place > allowed] == list(range(allowed + 1, max(places) + 1))
        if max(places) > allowed:
            assert left == max(places)
        else:
            assert all(rights), "held back although the limit was never reached"
