"""Counters of failures: none is lost, old ones are forgotten, and success ends the count only while it may be told (G-04)."""

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
    """Each has its place in line, and the last one its time."""
    who = new_id()
    assert read_failures(database, "account", who, NOW) == Failures()
    assert [throttles.fail("account", who, NOW + i) for i in range(3)] == [1, 2, 3]
    assert read_failures(database, "account", who, NOW + 9) == Failures(3, NOW + 2)


def test_counters_do_not_mix(database: Database, throttles: Throttles) -> None:
    """Neither of two kinds nor of two people."""
    who = new_id()
    throttles.fail("account", who, NOW)
    assert read_failures(database, "device", who, NOW) == Failures()
    assert read_failures(database, "account", who + "x", NOW) == Failures()


def test_old_failures_are_forgotten_though_the_item_is_there(database: Database, throttles: Throttles) -> None:
    """After a day of silence the count begins again, in reads and in writes (K-07)."""
    who, later = new_id(), NOW + FORGET_AFTER
    for _ in range(5):
        throttles.fail("account", who, NOW)
    assert read_failures(database, "account", who, later - 1).count == 5
    assert read_failures(database, "account", who, later) == Failures()
    assert [throttles.fail("account", who, later), throttles.fail("account", who, later)] == [1, 2]


def test_success_ends_the_count(database: Database, throttles: Throttles) -> None:
    """And the next failure is the first again."""
    who = new_id()
    for _ in range(3):
        throttles.fail("account", who, NOW)
    assert throttles.succeed("account", who, NOW, seen=3, free=1)
    assert read_failures(database, "account", who, NOW) == Failures()
    assert throttles.fail("account", who, NOW + 1) == 1


def test_success_is_not_told_when_too_many_failed_meanwhile(database: Database, throttles: Throttles) -> None:
    """The count stays, so that the wait stays."""
    who = new_id()
    for _ in range(3):
        throttles.fail("account", who, NOW)
    assert not throttles.succeed("account", who, NOW, seen=2, free=1)
    assert read_failures(database, "account", who, NOW).count == 3


def test_success_without_failures_and_after_forgotten_ones(throttles: Throttles) -> None:
    """Nothing stands against it."""
    who, other = new_id(), new_id()
    assert throttles.succeed("account", who, NOW, seen=0, free=1)
    for _ in range(9):
        throttles.fail("account", other, NOW)
    assert throttles.succeed("account", other, NOW + FORGET_AFTER, seen=0, free=1)


def test_an_old_reader_is_not_told_after_a_reset(throttles: Throttles) -> None:
    """Who read twenty failures before somebody's success gets no more of the new count than its free ones (G-04)."""
    who = new_id()
    for _ in range(20):
        throttles.fail("account", who, NOW)
    assert throttles.succeed("account", who, NOW, seen=20, free=5)
    for _ in range(7):
        throttles.fail("account", who, NOW)
    assert not throttles.succeed("account", who, NOW, seen=20, free=5)
    assert throttles.succeed("account", who, NOW, seen=7, free=5)
