"""Copies of a connection: what authorises is the same in each of them, and a copy that was left behind counts no longer than a minute."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.connections.connection import Connection
from idp.store import connection_keys
from idp.store.connection_items import ConnectionCopyItem, connection_item
from idp.store.connections import Connections
from idp.store.copies import AGE, MOST, Copies, copy_key
from idp.store.database import Database
from tests.store.examples import NOW, new_id
from tests.store.race import crowd


class Deployment:
    """A connection with three copies, and an environment whose reads are chosen here. `asked`: the partitions that it read."""

    def __init__(self, database: Database) -> None:
        self.writer, self.number, self.at = Connections(database), 1, NOW
        name = f"c{new_id().lower().replace('_', '')[:20]}"
        made = self.writer.create(Connection(id=name, type="oidc", issuer="https://up.example", secret="sealed"))
        assert made
        spread = self.writer.spread(made, 3)
        assert spread
        self.it, self.asked, self._to = spread, list[str](), database.transport
        self.database = Database(prefix=database.prefix, transport=self, clock=lambda: self.at)
        vars(self.database)["_copies"] = Copies(lambda: self.at, lambda below: self.number % below)

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        self.asked.append(request["Key"]["pk"]["S"])
        return self._to.call(operation, request)

    def read(self, number: int = 1) -> Connection | None:
        """The connection, from this copy if the environment knows that it has copies."""
        self.number = number
        return Connections(self.database).get(self.it.id)

    @property
    def key(self) -> Any:
        return connection_keys.connection(self.it.id)


@pytest.fixture
def spread(fresh: Database) -> Deployment:
    deployment = Deployment(fresh)
    assert deployment.read() == deployment.it
    deployment.asked.clear()
    return deployment


def stored(database: Database, it: Deployment) -> dict[str, Any]:
    """The item and its copies, by partition."""
    found = database.read_raw("directory", [it.key, *(copy_key(it.key, number) for number in range(1, MOST + 1))])
    return {raw["pk"]["S"]: raw for raw in found}


def test_a_sign_in_reads_a_copy_with_one_call(spread: Deployment) -> None:
    assert (spread.read(2), spread.read(0)) == (spread.it, spread.it)
    assert spread.asked == [copy_key(spread.key, 2).pk, spread.key.pk]
    assert spread.it.copies == 3


@pytest.mark.parametrize("number", [0, 3])
def test_a_change_counts_at_once_in_each_copy(spread: Deployment, number: int) -> None:
    """Disabled, another secret, other apps. No environment finds the old connection after the write, whatever it read before."""
    changes: list[dict[str, Any]] = [{"enabled": False}, {"secret": "other"}, {"apps": ("shop",)}, {"certificates": ("MIIB",)}]
    for each in changes:
        changed = spread.writer.replace(replace(spread.it, **each))
        assert changed
        assert spread.read(number) == changed
        spread.it = changed


@pytest.mark.parametrize("said", [0, 1, 5])
def test_a_writer_that_says_another_number_leaves_no_copy_behind(fresh: Database, spread: Deployment, said: int) -> None:
    """The stored number stays. Only `spread` changes it."""
    changed = spread.writer.replace(replace(spread.it, copies=said, enabled=False))
    assert changed == replace(spread.it, enabled=False, version=spread.it.version + 1)
    assert len(stored(fresh, spread)) == 4
    assert [spread.read(number) for number in range(4)] == [changed] * 4


@pytest.mark.parametrize("number", [0, 3])
def test_a_deleted_connection_is_gone_at_once(fresh: Database, spread: Deployment, number: int) -> None:
    """Also for one that gets its id: the copies of the former one do not count, and none is stored."""
    assert spread.writer.delete(replace(spread.it, copies=0))
    assert spread.read(number) is None
    assert not stored(fresh, spread)
    again = spread.writer.create(replace(spread.it, version=1, issuer="https://other.example"))
    assert again
    assert again.copies == 0
    assert spread.read(number) == again


@pytest.mark.parametrize("fewer", [0, 2])
def test_fewer_copies_remove_the_others(fresh: Database, spread: Deployment, fewer: int) -> None:
    """An environment that knows three reads the item when it meets one that is gone."""
    changed = spread.writer.spread(spread.it, fewer)
    assert changed
    assert len(stored(fresh, spread)) == 1 + fewer
    assert spread.read(3) == changed
    assert spread.asked == [copy_key(spread.key, 3).pk, spread.key.pk]


def test_nothing_is_written_from_an_old_version(fresh: Database, spread: Deployment) -> None:
    """The second of two changes is refused, with all copies. So is a deletion."""
    before, old = stored(fresh, spread), replace(spread.it, version=spread.it.version - 1, name="Other")
    assert spread.writer.replace(old) is None
    assert spread.writer.spread(old, 5) is None
    assert not spread.writer.delete(old)
    assert stored(fresh, spread) == before


@pytest.mark.parametrize("number", [-1, MOST + 1])
def test_a_number_of_copies_beyond_a_transaction_is_refused(spread: Deployment, number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        spread.writer.spread(spread.it, number)


def test_a_connection_of_an_organisation_gets_no_copies(fresh: Database) -> None:
    """It is stored in the organisation's partition, and ends with it."""
    with pytest.raises(ValueError, match="3"):
        Connections(fresh).spread(Connection(id="org_1.okta", type="oidc"), 3)


def test_copies_that_an_older_release_left_count_for_a_minute_at_most(fresh: Database, spread: Deployment) -> None:
    """It disabled the connection and knows no copies."""
    older = connection_item(replace(spread.it, version=spread.it.version + 1, enabled=False, copies=0))
    fresh.put(older)
    spread.at += AGE - 1
    assert spread.read() == spread.it
    spread.at += 1
    found = spread.read()
    assert found
    assert (found.enabled, found.copies) == (False, 0)


@pytest.mark.parametrize("change", [-1, 1])
def test_a_copy_of_another_version_does_not_count(fresh: Database, spread: Deployment, change: int) -> None:
    """As after a restore from a backup that was taken during a change. The item counts."""
    definition = {"type": "oidc", "issuer": "https://evil.example"}
    copy = ConnectionCopyItem.new(copy_key(spread.key, 1), connection_id=spread.it.id, definition=definition, copies=3)
    copy.version = spread.it.version + change
    fresh.put(copy)
    assert spread.read(1) == spread.it


def test_changes_at_the_same_time_leave_equal_copies(real: Database) -> None:
    """Eight writers: admins who change it and commands that spread it. Each write is of all copies or of none."""
    deployment = Deployment(real)

    def write(number: int) -> Connection | None:
        changed = replace(deployment.it, name=f"Name {number}")
        return deployment.writer.spread(changed, number) if number % 2 else deployment.writer.replace(changed)

    done = [each for each in crowd(8, write) if each]
    assert len(done) == 1
    found = stored(real, deployment)
    assert len(found) == 1 + done[0].copies
    assert {(raw["version"]["N"], raw["definition"]["S"]) for raw in found.values()} == {
        (raw["version"]["N"], raw["definition"]["S"]) for raw in [connection_item(done[0]).raw()]
    }


def test_other_environments_find_no_old_connection_after_a_change(real: Database) -> None:
    """Four environments read all the time while it is disabled. What they read after the write was acknowledged is the new one."""
    deployment, disabled = Deployment(real), list[Connection]()

    def run(number: int) -> list[tuple[bool, bool]]:
        if number == 0:
            written = deployment.writer.replace(replace(deployment.it, enabled=False))
            assert written
            disabled.append(written)
            return []
        environment, found = Connections(Database(prefix=real.prefix, transport=real.transport)), []
        for _ in range(60):
            known = bool(disabled)
            read = environment.get(deployment.it.id)
            assert read
            found.append((known, read.enabled))
        return found

    assert (True, True) not in {each for answers in crowd(5, run) for each in answers}
