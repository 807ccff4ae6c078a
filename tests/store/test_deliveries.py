"""Logout tokens to deliver: those of shards and of the one partition of before are one list, also while a deployment changes over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.store import keys
from idp.store.database import Database
from idp.store.deliveries import Deliveries, Delivery
from idp.store.time_shards import SHARDS
from tests.store.examples import NOW, new_id


def delivery(due: int) -> Delivery:
    return Delivery(new_id(), "app", "usr_1", "s", due=due, since=NOW)


@pytest.fixture
def mixed(fresh: Database) -> list[Delivery]:
    """Twenty that are due one after the other. Every other one is written as the release before writes them."""
    stored = []
    for number in range(20):
        fresh.time_shards = number % 2 == 1
        stored += Deliveries(fresh).put([delivery(NOW + number)])
    return stored


@pytest.mark.parametrize("known", [True, None])
def test_what_is_due_is_found_in_both_forms(fresh: Database, mixed: list[Delivery], *, known: bool | None) -> None:
    """The oldest first, whether or not the environment has read the mark. An environment without it reads one partition, by one call."""
    assert [each.sharded for each in mixed] == [number % 2 == 1 for number in range(20)]
    fresh.time_shards = known
    deliveries = Deliveries(fresh)
    assert deliveries.due(NOW + 10, limit=50) == mixed[:11]
    assert deliveries.due(NOW + 99, limit=7) == mixed[:7]
    assert deliveries.due(NOW - 1, limit=50) == []
    fresh.time_shards = False
    assert deliveries.due(NOW + 10, limit=50) == mixed[:11:2]


def test_one_is_removed_and_postponed_where_it_is(fresh: Database, mixed: list[Delivery]) -> None:
    """Also by an environment that has the mark, of one that was written without it."""
    fresh.time_shards = True
    deliveries = Deliveries(fresh)
    for each in deliveries.due(NOW + 1, limit=2):
        deliveries.done(each)
    for each in deliveries.due(NOW + 3, limit=2):
        deliveries.postpone(each, replace(each, due=NOW + 100, attempts=1))
    assert deliveries.due(NOW + 99, limit=50) == mixed[4:]
    assert [each.attempts for each in deliveries.due(NOW + 100, limit=50)[-2:]] == [1, 1]


def test_many_use_all_shards(fresh: Database) -> None:
    """And none the partition of before."""
    fresh.time_shards = True
    stored = Deliveries(fresh).put([delivery(NOW) for _ in range(300)])
    assert len({each.key.pk for each in stored}) == SHARDS
    assert keys.DELIVERIES not in {each.key.pk for each in stored}
