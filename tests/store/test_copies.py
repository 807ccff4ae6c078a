"""Copies of a client: what authorises is the same in each of them, and a copy that was left behind counts no longer than a minute."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idp.cli import archive, archive_file
from idp.domain.apps.client import Client, ClientSecret
from idp.store import app_keys, keys
from idp.store.clients import ClientCopyItem, ClientItem, Clients, item
from idp.store.copies import AGE, MOST, Copies, copy_key
from idp.store.database import Database
from idp.store.reads import Reads
from tests.store.examples import NOW, client, new_id


class Deployment:
    """A spread client, and an environment whose reads are chosen here. `asked`: the partitions that it read."""

    def __init__(self, database: Database, copies: int = 3) -> None:
        self.writer, self.copies, self.number, self.at = Clients(database), copies, 1, NOW
        made = client()
        assert self.writer.create(made)
        spread = self.writer.spread(made, copies)
        assert spread
        self.app, self.asked = spread, list[list[str]]()
        self.database = Database(prefix=database.prefix, transport=self, clock=lambda: self.at)
        vars(self.database)["_copies"] = Copies(lambda: self.at, lambda below: self.number % below)
        self._to = database.transport

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        wanted = [request["Key"]] if "Key" in request else [key for each in request["RequestItems"].values() for key in each["Keys"]]
        self.asked.append([key["pk"]["S"] for key in wanted])
        return self._to.call(operation, request)

    def read(self, number: int = 1) -> Client | None:
        """The client, from this copy if the environment knows that it has copies."""
        self.number = number
        return Clients(self.database).get(self.app.id)

    @property
    def key(self) -> keys.Key:
        return app_keys.client(self.app.id)


@pytest.fixture
def spread(real: Database) -> Deployment:
    deployment = Deployment(real)
    assert deployment.read() == deployment.app
    deployment.asked.clear()
    return deployment


def stored(database: Database, key: keys.Key) -> dict[str, Any]:
    """The item and its copies, by partition."""
    found = database.read_raw("directory", [key, *(copy_key(key, number) for number in range(1, MOST + 1))])
    return {raw["pk"]["S"]: raw for raw in found}


def without_copies(database: Database, app: Client) -> None:
    """Change the app as the release before does, which knows no copies."""
    changed = item(replace(app, version=app.version + 1, disabled=True, copies=0))
    database.put(changed)


def test_an_environment_reads_the_item_first_and_then_copies(spread: Deployment) -> None:
    """One call each, also for several facts; a client that is asked for twice is read once."""
    assert spread.read(2) == spread.app
    assert spread.read(0) == spread.app
    spread.number = 3
    assert Reads(spread.database).clients([spread.app.id, spread.app.id]) == [spread.app, spread.app]
    assert spread.asked == [[copy_key(spread.key, 2).pk], [spread.key.pk], [copy_key(spread.key, 3).pk]]


def test_copies_are_used_evenly() -> None:
    """By chance: of 4,000 reads each of the four places gets a quarter."""
    copies, app = Copies(lambda: NOW), client(copies=3)
    key = app_keys.client(app.id)
    assert copies.item(ClientItem, key, key, item(app).raw()) is not None
    chosen = [copies.place(ClientItem, key) for _ in range(4000)]
    assert len(set(chosen)) == 4
    assert all(800 < chosen.count(place) < 1200 for place in set(chosen))


@pytest.mark.parametrize("number", [0, 3])
def test_a_change_counts_at_once_in_each_copy(spread: Deployment, number: int) -> None:
    """Disabled, with a new secret: no environment finds the old client after the write, whatever it read before."""
    for changes in ({"disabled": True}, {"secrets": (ClientSecret("c" * 64, NOW),)}):
        changed = spread.writer.replace(replace(spread.app, **changes))
        assert changed
        assert spread.read(number) == changed
        spread.app = changed
    assert spread.copies == spread.app.copies


def test_a_client_that_a_writer_made_anew_keeps_its_copies(real: Database, spread: Deployment) -> None:
    """As RFC 7592 §2.2 replaces all members: whatever number it says, none of the copies is left with the former redirect URIs."""
    for said in (0, 1, 5):
        changed = spread.writer.replace(replace(spread.app, copies=said, redirect_uris=(f"https://new.example/{said}",)))
        assert changed
        assert changed.copies == spread.copies
        assert len(stored(real, spread.key)) == 1 + spread.copies
        for number in range(1 + spread.copies):
            assert spread.read(number) == changed
        spread.app = changed


@pytest.mark.parametrize("number", [0, 3])
def test_a_deleted_client_is_gone_at_once(spread: Deployment, number: int) -> None:
    """Also for one that gets its id: the copies of the former one do not count."""
    assert spread.writer.delete(spread.app.id)
    assert spread.read(number) is None
    assert not spread.writer.delete(spread.app.id)
    again = client(id=spread.app.id)
    assert spread.writer.create(again)
    assert spread.read(number) == again


def test_a_client_is_removed_unchanged_with_its_copies(real: Database, spread: Deployment) -> None:
    """Not if it was changed."""
    assert spread.writer.replace(spread.app)
    assert not spread.writer.delete_unchanged(spread.app)
    now = spread.writer.get(spread.app.id)
    assert now
    assert spread.writer.delete_unchanged(now)
    assert not stored(real, spread.key)


@pytest.mark.parametrize("fewer", [0, 2])
def test_fewer_copies_remove_the_others(real: Database, spread: Deployment, fewer: int) -> None:
    """An environment that knows three reads the item when it meets one that is gone."""
    assert spread.writer.spread(spread.app, fewer)
    assert len(stored(real, spread.key)) == 1 + fewer
    assert spread.read(3) == spread.writer.get(spread.app.id)
    assert spread.asked == [[copy_key(spread.key, 3).pk], [spread.key.pk]]


def test_nothing_is_written_from_an_old_version(real: Database, spread: Deployment) -> None:
    """The second of two concurrent changes is refused, with all copies."""
    before = stored(real, spread.key)
    old = replace(spread.app, version=spread.app.version - 1, name="Other")
    assert spread.writer.replace(old) is None
    assert spread.writer.spread(old, 5) is None
    assert stored(real, spread.key) == before
    assert len(before) == 4
    with pytest.raises(ValueError, match=str(MOST + 1)):
        spread.writer.spread(spread.app, MOST + 1)


def test_copies_that_an_older_release_left_count_for_a_minute_at_most(real: Database, spread: Deployment) -> None:
    """It disabled the app and knows no copies. An environment that starts meanwhile reads no copy, nor after the clock was set back."""
    without_copies(real, spread.app)
    spread.at += AGE - 1
    assert spread.read() == spread.app
    spread.at += 1
    found = spread.read()
    assert found
    assert (found.disabled, found.copies) == (True, 0)
    again = Deployment(real)
    assert again.read()
    without_copies(real, again.app)
    again.at -= 1
    seen = again.read()
    assert seen
    assert seen.disabled


def test_a_copy_of_another_version_does_not_count(real: Database, spread: Deployment) -> None:
    """As after a restore from a backup that was taken during a change. The item counts, also where the copy is newer or damaged."""
    copy = ClientCopyItem.new(copy_key(spread.key, 1), client_id=spread.app.id, metadata={}, copies=3)
    for version in (spread.app.version - 1, spread.app.version + 1):
        copy.version = version
        real.put(copy)
        assert spread.read(1) == spread.app
    real.delete(ClientCopyItem, copy_key(spread.key, 1))
    assert spread.read(1) == spread.app


def test_copies_are_no_clients_of_a_list(fresh: Database) -> None:
    """They have no place in the index."""
    deployment = Deployment(fresh)
    found, _ = deployment.writer.listing()
    assert [each.id for each in found] == [deployment.app.id]
    assert list(deployment.writer.ids()) == [deployment.app.id]


def test_a_client_without_copies_costs_one_put(real: Database) -> None:
    """Nothing of it is stored otherwise, so the release before finds what it wrote itself."""
    made = client(id=new_id())
    Clients(real).create(made)
    (raw,) = real.read_raw("directory", [app_keys.client(made.id)])
    assert raw.keys() == {"pk", "sk", "kind", "client_id", "metadata", "version", "listing_pk", "listing_sk"}


def test_a_restore_over_a_changed_app_lets_no_newer_copy_count(fresh: Database, tmp_path: Path) -> None:
    """The backup has fewer copies than the store. Those beyond are left, and only an environment that knew them reads them for a minute."""
    deployment, file = Deployment(fresh, copies=1), tmp_path / "backup.jsonl.gz"
    assert deployment.read() == deployment.app
    archive.backup(fresh, file, NOW, with_keys=False, with_state=False, seen=lambda: None)
    changed = deployment.writer.replace(replace(deployment.app, name="Newer"))
    assert changed
    newer = deployment.writer.spread(changed, 3)
    assert newer
    assert (deployment.read(0), deployment.read(3)) == (newer, newer)
    archive.restore(fresh, file, archive_file.inspect(file), NOW, tables=["directory"], seen=lambda: None)
    assert deployment.read(1) == deployment.app, "the copy of the backup has another version than the environment knew"
    for number in (0, 1, 2, 3):
        assert deployment.read(number) == deployment.app
    assert deployment.writer.delete(deployment.app.id)
    assert not stored(fresh, deployment.key)
