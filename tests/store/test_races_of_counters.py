"""Concurrent guesses: each one is counted, and a right one is revealed only within the limit (threats G-04, H-03)."""

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
    """Fifty concurrent failures have fifty numbers, also if a forgotten count begins again."""
    throttles, who = Throttles(real), new_id()
    if began == "long ago":
        throttles.fail("account", who, NOW - FORGET_AFTER)
    assert sorted(crowd(50, lambda _: throttles.fail("account", who, NOW))) == list(range(1, 51))
    assert read_failures(real, "account", who, NOW).count == 50


def test_no_wrong_totp_is_lost(real: Database) -> None:
    """Fifty concurrent failures are fifty."""
    factors, who = Factors(real), new_id()
    put_totp(real, Totp(who, b"sealed", NOW, 1, 0))
    assert sorted(crowd(50, lambda _: factors.fail_totp(who))) == list(range(1, 51))


@pytest.mark.parametrize("allowed", [0, 4, 12])
def test_a_success_is_revealed_only_within_the_limit(real: Database, allowed: int) -> None:
    """Concurrent right and wrong passwords, one write each: a right one is revealed only while at most `allowed` failures were counted.

    The numbers of failures start from one after each revealed success. So they fall into runs, one for each revealed success and a last
    one. Only the last run can go beyond `allowed`, because no success is revealed after that.
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
