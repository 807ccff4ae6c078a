"""The lease of an account at a provisioning target: one worker has it, and only that one writes what it sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from idp.store import provisioning_keys
from idp.store.database import Database
from idp.store.provisioning import LEASE, Provisioning
from idp.store.provisioning_items import Account, ProvisionDueItem, ProvisionedItem
from tests.store.examples import NOW, new_id
from tests.store.race import crowd

LATER = NOW + LEASE + 1
Write = Callable[[Provisioning, ProvisionDueItem, Account], bool]
WRITES: dict[str, Write] = {
    "settle": lambda store, due, account: store.settle(due, account, now=LATER),
    "forget": lambda store, due, account: store.forget(due, account, now=LATER),
    "postpone": lambda store, due, account: store.postpone(due, account, until=LATER + 60, now=LATER),
    "give up": lambda store, due, account: store.give_up(due, account, "status 400", now=LATER),
}
every_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


def prepared(database: Database) -> tuple[Provisioning, str, ProvisionDueItem]:
    """The store, a new target, and what is due there."""
    store, target = Provisioning(database, new_id), new_id()
    store.queue([(target, "usr_1")], now=NOW)
    (due,) = store.due(target, NOW, limit=10)
    return store, target, due


def claimed(store: Provisioning, target: str, now: int) -> Account:
    found = store.claim(target, "usr_1", now=now)
    assert found
    return found


@every_write
def test_the_worker_that_has_the_account_writes_it(database: Database, write: Write) -> None:
    store, target, due = prepared(database)
    mine = claimed(store, target, NOW)
    assert store.claim(target, "usr_1", now=NOW + LEASE) is None
    assert write(store, due, mine)
    assert store.due(target, LATER, limit=10) == []
    assert store.claim(target, "usr_1", now=LATER)


@every_write
def test_a_worker_whose_lease_ended_writes_nothing(database: Database, write: Write) -> None:
    """What the newer one wrote stays, except the fingerprint: which of the two requests came last is unknown, so the app is asked again."""
    store, target, due = prepared(database)
    slow = claimed(store, target, NOW)
    quick = claimed(store, target, LATER)
    assert store.settle(due, replace(quick, remote_id="theirs", have="newer", version=2), now=LATER)
    assert not write(store, due, replace(slow, remote_id="old", have="older", version=1))
    kept = store.accounts(target, ["usr_1"])["usr_1"]
    assert (kept.remote_id, kept.version, kept.have) == ("theirs", 2, "")
    assert [each.user_id for each in store.due(target, LATER, limit=10)] == ["usr_1"]
    assert store.failures(target) == ([], None)


@every_write
def test_a_slow_worker_keeps_the_newer_one_from_being_sure(database: Database, write: Write) -> None:
    """The newer one is still sending. Its lease stays, so no third one sends beside it, and what it sent is asked for again."""
    store, target, due = prepared(database)
    slow, quick = claimed(store, target, NOW), claimed(store, target, LATER)
    assert not write(store, due, slow)
    assert store.claim(target, "usr_1", now=LATER + LEASE) is None
    assert not store.settle(due, replace(quick, have="newer"), now=LATER)
    assert claimed(store, target, LATER + LEASE + 1).have == ""
    assert store.due(target, LATER, limit=10)


def test_one_of_many_workers_gets_an_account_and_one_writes_it(real: Database) -> None:
    """Real threads on a real engine. Each worker got a lease, one after another; they write together."""
    store, target, due = prepared(real)
    first = crowd(8, lambda _: store.claim(target, "usr_1", now=NOW))
    assert sum(each is not None for each in first) == 1
    claims = [claimed(store, target, NOW + number * (LEASE + 1)) for number in range(1, 9)]
    wrote = crowd(8, lambda number: store.settle(due, replace(claims[number], have=str(number)), now=LATER))
    assert [number for number, done in enumerate(wrote) if done] in ([], [7])
    item = real.get(ProvisionedItem, provisioning_keys.provisioned(target, "usr_1"))
    assert item
    assert item.have in {"", "7"}
    assert store.due(target, LATER, limit=20), "the losers have the target asked again"


def test_the_state_is_written_by_those_who_read_the_newest(real: Database) -> None:
    """Of eight workers that read the same state one writes it; none does after an admin."""
    store, target = Provisioning(real, new_id), new_id()
    for _ in range(2):
        read = [store.state(target) for _ in range(8)]
        assert sum(crowd(8, lambda number: store.keep_unless_changed(read[number], now=NOW))) == 1  # noqa: B023  # it is called in this turn
    late = store.state(target)
    begun = store.state(target)
    begun.comparing = {"part": "people", "start": None}
    store.keep(begun, now=NOW)
    assert not store.keep_unless_changed(late, now=NOW)
    assert store.state(target).comparing == begun.comparing
