"""Threads that share the rows of an import."""

from __future__ import annotations

from threading import Lock

import pytest

from idp.services.moving.workers import AT_ONCE, Workers


class Noted:
    """Notes the lists that the workers get."""

    def __init__(self) -> None:
        self.lists: list[list[tuple[str, int]]] = []
        self._lock = Lock()

    def work(self, rows: list[tuple[str, int]]) -> None:
        """Note a list."""
        with self._lock:
            self.lists.append(rows)


def test_rows_with_one_name_stay_in_their_order() -> None:
    """One worker has them all, and none is lost."""
    noted = Noted()
    with Workers(noted.work, 4) as pool:
        for number in range(3000):
            pool.give(f"name-{number % 7}", (f"name-{number % 7}", number))
    rows = [row for each in noted.lists for row in each]
    assert sorted(number for _, number in rows) == list(range(3000))
    for name in {name for name, _ in rows}:
        numbers = [number for own, number in rows if own == name]
        assert numbers == sorted(numbers)


def test_rows_come_in_lists_that_fill_transactions() -> None:
    """All but the last list are full."""
    noted = Noted()
    with Workers(noted.work, 1) as pool:
        for number in range(2 * AT_ONCE + 1):
            pool.give("name", ("name", number))
    assert [len(each) for each in noted.lists] == [AT_ONCE, AT_ONCE, 1]


def test_a_slow_file_does_not_hold_rows_back() -> None:
    """With --rate rows come slowly. After a second those that are there are worked on."""
    noted, now = Noted(), [0.0]
    with Workers(noted.work, 1, lambda: now[0]) as pool:
        pool.give("name", ("name", 1))
        now[0] = 1.5
        pool.give("name", ("name", 2))
        pool.give("name", ("name", 3))
    assert [len(each) for each in noted.lists] == [2, 1]


def test_a_failure_of_a_worker_ends_all() -> None:
    """It is raised where the rows are given, also if the queue of that worker was full."""

    def work(rows: list[int]) -> None:
        if 0 in rows:
            raise OSError("no table")

    def run() -> None:
        with Workers(work, 2) as pool:
            for number in range(100_000):
                pool.give("name", number)

    with pytest.raises(OSError, match="no table"):
        run()


def test_a_failure_of_the_last_rows_is_raised_at_the_end() -> None:
    """Nothing was given after it."""

    def work(rows: list[int]) -> None:
        raise OSError(len(rows))

    with pytest.raises(OSError, match="1"), Workers(work, 2) as pool:
        pool.give("name", 1)
