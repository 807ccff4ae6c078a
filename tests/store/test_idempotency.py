"""Idempotent requests: one key, one effect, the same answer again (FI-10)."""

from __future__ import annotations

import pytest

from idp.store.database import Database
from idp.store.idempotency import Done, Idempotency, InProgress, Mismatch, Started
from tests.store.examples import NOW, new_id

DAY = 86400


@pytest.fixture
def idempotency(database: Database) -> Idempotency:
    return Idempotency(database)


def test_a_request_is_begun_once_and_answered_again(idempotency: Idempotency) -> None:
    """While it runs, a second request with the key gets InProgress. Afterwards it gets the answer."""
    who, key = new_id(), new_id()
    assert isinstance(idempotency.begin(who, key, "d", NOW, DAY), Started)
    assert isinstance(idempotency.begin(who, key, "d", NOW + 1, DAY), InProgress)
    idempotency.finish(who, key, 201, '{"id": "ü"}')
    assert idempotency.begin(who, key, "d", NOW + 2, DAY) == Done(201, '{"id": "ü"}')


def test_a_key_is_not_used_for_another_request(idempotency: Idempotency) -> None:
    """Neither while the first request runs nor afterwards."""
    who, key = new_id(), new_id()
    idempotency.begin(who, key, "d", NOW, DAY)
    assert isinstance(idempotency.begin(who, key, "other", NOW, DAY), Mismatch)
    idempotency.finish(who, key, 201, "{}")
    assert isinstance(idempotency.begin(who, key, "other", NOW, DAY), Mismatch)


def test_keys_of_two_principals_are_independent(idempotency: Idempotency) -> None:
    """Also if the joined names of principal and key are equal."""
    for who, key in [("a", "b#c"), ("a#b", "c"), ("a", "c"), ("a#", "b#c")]:
        assert isinstance(idempotency.begin(who, key, "d", NOW, 1), Started)


def test_an_expired_key_is_new_before_ttl_removes_it(idempotency: Idempotency) -> None:
    """TTL deletes late (K-07). Before the expiry, a request that never finished is not started again."""
    who, key = new_id(), new_id()
    idempotency.begin(who, key, "d", NOW, DAY)
    assert isinstance(idempotency.begin(who, key, "d", NOW + DAY - 1, DAY), InProgress)
    assert isinstance(idempotency.begin(who, key, "other", NOW + DAY, DAY), Started)


def test_a_request_that_had_no_effect_frees_its_key(idempotency: Idempotency) -> None:
    """A request that was answered does not."""
    who, key = new_id(), new_id()
    idempotency.begin(who, key, "d", NOW, DAY)
    idempotency.abandon(who, key)
    assert isinstance(idempotency.begin(who, key, "other", NOW, DAY), Started)
    idempotency.finish(who, key, 201, "{}")
    idempotency.abandon(who, key)
    assert isinstance(idempotency.begin(who, key, "other", NOW, DAY), Done)


def test_finishing_an_unknown_request_stores_nothing(idempotency: Idempotency) -> None:
    """Finishing an unknown request creates no item."""
    who, key = new_id(), new_id()
    idempotency.finish(who, key, 201, "{}")
    idempotency.abandon(who, key)
    assert isinstance(idempotency.begin(who, key, "d", NOW, DAY), Started)
