"""Counters of failures: each failure is counted, old ones are forgotten, and a success resets the count if it may be revealed (G-04)."""

from __future__ import annotations

import pytest

from idp.store.database import Database
from idp.store.throttles import FORGET_AFTER, Failures, Throttles
from tests.store.examples import NOW, new_id
from tests.support.stored import read_failures


@pytest.fixture
def throttles(database: Database) -> Throttles:
    return Throttles(database)


def test_failures_are_counted_in_order(database: Database, throttles: Throttles) -> None:
    """Each has its number, and the last one its time."""
    who = new_id()
    assert read_failures(database, "account", who, NOW) == Failures()
    assert [throttles.fail("account", who, NOW + i) for i in range(3)] == [1, 2, 3]
    assert read_failures(database, "account", who, NOW + 9) == Failures(3, NOW + 2)


def test_counters_are_independent(database: Database, throttles: Throttles) -> None:
    """Neither two kinds nor two users share a counter."""
    who = new_id()
    throttles.fail("account", who, NOW)
    assert read_failures(database, "device", who, NOW) == Failures()
    assert read_failures(database, "account", who + "x", NOW) == Failures()


def test_old_failures_are_forgotten_before_ttl_removes_them(database: Database, throttles: Throttles) -> None:
    """After a day without failures the count begins again, in reads and in writes (K-07)."""
    who, later = new_id(), NOW + FORGET_AFTER
    for _ in range(5):
        throttles.fail("account", who, NOW)
    assert read_failures(database, "account", who, later - 1).count == 5
    assert read_failures(database, "account", who, later) == Failures()
    assert [throttles.fail("account", who, later), throttles.fail("account", who, later)] == [1, 2]


def test_a_success_resets_the_count(database: Database, throttles: Throttles) -> None:
    """The next failure is the first again."""
    who = new_id()
    for _ in range(3):
        throttles.fail("account", who, NOW)
    assert throttles.succeed("account", who, NOW, seen=3, free=1)
    assert read_failures(database, "account", who, NOW) == Failures()
    assert throttles.fail("account", who, NOW + 1) == 1


def test_a_success_is_not_revealed_after_too_many_failures(database: Database, throttles: Throttles) -> None:
    """The count stays, and with it the wait."""
    who = new_id()
    for _ in range(3):
        throttles.fail("account", who, NOW)
    assert not throttles.succeed("account", who, NOW, seen=2, free=1)
    assert read_failures(database, "account", who, NOW).count == 3


def test_a_success_without_counted_failures_is_revealed(throttles: Throttles) -> None:
    """Without failures, and after forgotten ones, the success is revealed."""
    who, other = new_id(), new_id()
    assert throttles.succeed("account", who, NOW, seen=0, free=1)
    for _ in range(9):
        throttles.fail("account", other, NOW)
    assert throttles.succeed("account", other, NOW + FORGET_AFTER, seen=0, free=1)


def test_an_attempt_from_before_a_reset_gets_no_extra_tries(throttles: Throttles) -> None:
    """An attempt that read twenty failures before another one's success gets only the free attempts of the new count (G-04)."""
    who = new_id()
    for _ in range(20):
        throttles.fail("account", who, NOW)
    assert throttles.succeed("account", who, NOW, seen=20, free=5)
    for _ in range(7):
        throttles.fail("account", who, NOW)
    assert not throttles.succeed("account", who, NOW, seen=20, free=5)
    assert throttles.succeed("account", who, NOW, seen=7, free=5)
