"""Clients: metadata is stored completely, changed only from the newest version, and read back at once after each change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.apps.client import Client, ClientSecret
from idp.store import app_keys
from idp.store.clients import ClientItem, Clients
from idp.store.database import Database
from tests.store.examples import NOW, client, new_id


@pytest.fixture
def clients(database: Database) -> Clients:
    return Clients(database)


def stored(clients: Clients, **given: object) -> Client:
    """A client in the table."""
    made = client(**given)
    assert clients.create(made)
    return made


def test_a_client_is_read_as_it_was_written(clients: Clients) -> None:
    """With two secrets during a rotation, and every kind of metadata."""
    secrets = (ClientSecret("a" * 64, NOW, NOW + 60), ClientSecret("b" * 64, NOW))
    made = stored(
        clients, secrets=secrets, auth_methods=("none",), scopes=("openid", "orders"), resources=("https://api.example",),
        application_type="native", require_pkce=False, first_party=True, logo_uri="https://app.example/ö.png", contacts=("a@b.c",),
    )  # fmt: skip
    assert clients.get(made.id) == made


def test_an_unknown_client_is_none(clients: Clients) -> None:
    assert clients.get(new_id()) is None


def test_a_taken_id_is_refused(clients: Clients) -> None:
    """The first client stays unchanged."""
    made = stored(clients)
    assert not clients.create(client(id=made.id))
    assert clients.get(made.id) == made


def test_a_change_needs_the_version_that_was_read(clients: Clients) -> None:
    """Two concurrent rotations of the secret: the second one is refused, and its secret never worked."""
    made = stored(clients)
    written = clients.replace(replace(made, disabled=True))
    assert written == replace(made, disabled=True, version=2)
    assert clients.replace(replace(made, name="Other")) is None
    assert clients.get(made.id) == written


def test_a_change_does_not_create_a_client(clients: Clients) -> None:
    """A deleted client stays deleted."""
    made = stored(clients)
    assert clients.delete(made.id)
    assert not clients.delete(made.id)
    assert clients.replace(made) is None
    assert clients.get(made.id) is None


def test_metadata_members_of_a_newer_release_are_ignored(database: Database, clients: Clients) -> None:
    """During a deployment the previous release reads items of the new one."""
    made = stored(clients)
    key = app_keys.client(made.id)
    item = database.get(ClientItem, key)
    assert item
    item.metadata = {**item.metadata, "of_a_later_version": "x", "contacts": []}
    item.metadata.pop("first_party", None)
    database.put(item)
    assert clients.get(made.id) == made


def test_clients_are_listed_by_id(fresh: Database) -> None:
    """In order, page after page, by prefix."""
    clients = Clients(fresh)
    made = [client(id=id_) for id_ in ("app-1", "app-2", "service-1")]
    for one in made:
        clients.create(one)
    first, more = clients.listing(limit=2)
    rest, end = clients.listing(limit=2, start=more)
    assert ([*first, *rest], end) == (made, None)
    assert clients.listing(prefix="service")[0] == made[2:]
