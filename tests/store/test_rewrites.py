"""A change of a user or an app keeps what a newer release wrote beside it, and removes what is empty now (docs/data-model.md)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.people.user import User
from idp.store import app_keys, keys
from idp.store.admins import Admins
from idp.store.clients import Clients
from idp.store.database import Database
from idp.store.user_items import UserItem
from idp.store.users import Users
from tests.store.examples import client, user

NEWER = {"of_a_newer_release": {"S": "kept"}, "another": {"M": {"x": {"N": "1"}}}}
Change = Callable[[Database, User], User | None]


def _named(db: Database, who: User) -> User | None:
    return Users(db).replace(replace(who, claims={"name": "Ada"}))


def _moved(db: Database, who: User) -> User | None:
    return Users(db).replace(replace(who, email=f"x{who.email}"), email_was=who.email)


def _promoted(db: Database, who: User) -> User | None:
    return Admins(db).replace(replace(who, admin=True), before=who)


def _without_factors(db: Database, who: User) -> User | None:
    return Admins(db).reset_factors(who)


CHANGES: dict[str, Change] = {
    "claims": _named, "address": _moved, "admin": _promoted, "factors": _without_factors,
}  # fmt: skip


def raw_of(database: Database, who: User) -> dict[str, Any]:
    (raw,) = database.read_raw("directory", [keys.user(who.id)])
    return raw


def stored(database: Database, **given: Any) -> User:
    """A user, with attributes that a newer release wrote."""
    made = user(**given)
    assert Users(database).create(made)
    database.write_raw("directory", [raw_of(database, made) | NEWER])
    return made


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_attributes_of_a_newer_release_stay(database: Database, change: Change) -> None:
    """After a rollback, or while the newer release takes over."""
    made = stored(database)
    changed = change(database, made)
    assert changed is not None
    assert changed.version == made.version + 1
    assert Users(database).get(made.id) == changed
    assert NEWER.items() <= raw_of(database, made).items()


def test_members_of_an_app_of_a_newer_release_stay(database: Database) -> None:
    """They are in one JSON text with those that this release knows. A member that has its default now is removed."""
    clients, app = Clients(database), client(client_uri="https://app.example")
    assert clients.create(app)
    (raw,) = database.read_raw("directory", [app_keys.client(app.id)])
    newer = json.loads(raw["metadata"]["S"]) | {"of_a_newer_release": {"a": [1]}}
    database.write_raw("directory", [raw | NEWER | {"metadata": {"S": json.dumps(newer)}}])
    assert clients.replace(replace(app, name="B", client_uri=None))
    (raw,) = database.read_raw("directory", [app_keys.client(app.id)])
    told = json.loads(raw["metadata"]["S"])
    assert (told["of_a_newer_release"], told["name"], "client_uri" in told) == ({"a": [1]}, "B", False)
    assert NEWER.items() <= raw.items()


def test_what_is_empty_now_is_removed(database: Database) -> None:
    """The item has every attribute of the user that is written, and no other one that this release knows."""
    made = stored(database, claims={"name": "Ada"}, roles={"reader": "1"}, deleting_until=7)
    written = Users(database).replace(replace(made, claims={}, roles={}, deleting_until=0))
    assert written is not None
    raw = raw_of(database, made)
    assert raw.keys().isdisjoint({"claims", "roles", "deleting_until"})
    item = UserItem.of(raw)
    assert item is not None
    assert raw == item.raw() | NEWER


def test_a_change_of_an_old_version_is_refused(database: Database) -> None:
    """Nothing is written, and a user that is gone is not made again."""
    made = stored(database)
    assert _named(database, made)
    before = raw_of(database, made)
    assert Users(database).replace(replace(made, claims={"name": "B"})) is None
    assert raw_of(database, made) == before
    database.delete(UserItem, keys.user(made.id))
    assert Users(database).replace(replace(made, version=made.version + 1)) is None
    assert database.read_raw("directory", [keys.user(made.id)]) == []
