"""Connections and the item that lists them: written together, on the version that was read, one connection for a domain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from idp.domain.connections.connection import Connection
from idp.domain.errors import Unavailable
from idp.store import connection_keys
from idp.store.connection_items import ButtonsItem, ConnectionItem
from idp.store.connections import MOST, Connections, DomainTakenError, TooManyError, UsedBeforeError
from idp.store.database import Database
from tests.store.race import crowd

EVERYTHING = Connection(
    id="acme", type="oidc", preset="keycloak", name="Acme", logo_uri="https://acme.example/logo.png", enabled=True, shown=False, position=7,
    issuer="https://acme.example", authorization_endpoint="https://acme.example/authorize", token_endpoint="https://acme.example/token",
    userinfo_endpoint="https://acme.example/me", jwks_uri="https://acme.example/jwks", end_session_endpoint="https://acme.example/end",
    iss_parameter=True, client_id="ours", client_auth="private_key_jwt", secret="sealed", key_id="k1", team_id="t1", signing_alg="ES256",
    scopes=("openid", "email"), response_mode="form_post", claims={"given_name": "first"}, tenants=("tenant",), apps=("app",),
    domains=("acme.example",), accounts="link", email_trust="domains", link_verified=True, trusts_factors=True, keeps_tokens=True,
    hook="https://acme.example/check", who="all", certificates=("MIIB",), metadata_url="https://acme.example/metadata.xml",
    name_id_format="email", signs_requests=True, wants_signed_assertions=False, wants_encryption=True, own_certificates={"signing": "MIIC"},
    version=1, created_at=5, updated_at=6, token_apps=("app",), token_incarnations={"app": "1"},
)  # fmt: skip


def made(name: str = "acme", **changes: Any) -> Connection:
    return replace(Connection(id=name, type="oidc", name=name.title(), issuer=f"https://{name}.example"), **changes)


@pytest.fixture
def connections(fresh: Database) -> Connections:
    return Connections(fresh)


def buttons(database: Database) -> list[str]:
    """The ids that the sign-in page reads."""
    item = database.get(ButtonsItem, connection_keys.connection_buttons())
    return [one.id for one in item.list()] if item else []


def test_each_member_is_stored(connections: Connections) -> None:
    """The example differs from the default in each member, so a member that is not stored is found."""
    assert connections.create(EVERYTHING) == EVERYTHING
    assert connections.get("acme") == EVERYTHING
    plain = Connection(id="", type="")
    equal = {f.name for f in fields(Connection) if getattr(plain, f.name) == getattr(EVERYTHING, f.name)}
    assert equal == {"enabled", "version", "copies"}, "copies are made by `spread` alone"


def test_the_secret_is_not_in_the_list(connections: Connections, fresh: Database) -> None:
    """The sign-in page reads names, apps and domains only."""
    connections.create(EVERYTHING)
    assert buttons(fresh) == ["acme"]
    item = fresh.get(ButtonsItem, connection_keys.connection_buttons())
    assert item is not None
    assert set(item.rows["acme"]) == {"name", "logo_uri", "apps", "domains", "position", "shown", "enabled", "type", "gives_tokens"}


def test_an_id_is_taken_once(connections: Connections, fresh: Database) -> None:
    """A second connection with the id is not written, and the first stays."""
    connections.create(made())
    assert connections.create(made(position=5, domains=("other.example",))) is None
    assert connections.get("acme") == made()
    assert buttons(fresh) == ["acme"]


def test_a_change_counts_the_version(connections: Connections, fresh: Database) -> None:
    """A change of an old version writes nothing, also not in the list."""
    connections.create(made())
    changed = connections.replace(made(enabled=False))
    assert changed == made(enabled=False, version=2)
    assert buttons(fresh) == []
    assert connections.replace(made()) is None
    assert (connections.get("acme"), buttons(fresh)) == (changed, [])


@pytest.mark.parametrize("verb", ["replace", "delete"])
def test_an_unknown_connection_is_not_written(connections: Connections, fresh: Database, verb: str) -> None:
    """Neither the connection nor the list is written."""
    assert not getattr(connections, verb)(made())
    assert fresh.get(ButtonsItem, connection_keys.connection_buttons()) is None


def test_a_removed_connection_is_not_listed(connections: Connections, fresh: Database) -> None:
    """Only the version that was read is removed."""
    connections.create(made())
    connections.create(made("other"))
    assert not connections.delete(made(version=2))
    assert buttons(fresh) == ["acme", "other"]
    assert connections.delete(made())
    assert (connections.get("acme"), buttons(fresh), connections.all()) == (None, ["other"], [made("other")])
    assert not connections.delete(made())


def test_a_domain_belongs_to_one_connection(connections: Connections) -> None:
    """Otherwise an address would lead to two upstreams."""
    connections.create(made(domains=("acme.example", "acme.test")))
    connections.create(made("other"))
    with pytest.raises(DomainTakenError) as refused:
        connections.replace(made("other", domains=("acme.test",)))
    assert refused.value.domain == "acme.test"
    with pytest.raises(DomainTakenError):
        connections.create(made("third", domains=("acme.example",)))
    assert [one.id for one in connections.all()] == ["acme", "other"]
    assert connections.replace(made(domains=()))  # its own domains are no obstacle
    assert connections.replace(made("other", domains=("acme.test",)))


def test_the_number_of_connections_is_bounded(connections: Connections, fresh: Database) -> None:
    """One item lists all of them."""
    row = {"name": "", "logo_uri": "", "apps": [], "domains": [], "position": 1, "shown": True, "enabled": True}
    fresh.put(ButtonsItem.new(connection_keys.connection_buttons(), rows={f"c{n}": row for n in range(MOST)}))
    with pytest.raises(TooManyError):
        connections.create(made())
    assert connections.get("acme") is None


@pytest.mark.parametrize(
    "damage",
    [{"apps": "text"}, {"apps": [1]}, {"claims": []}, {"claims": {"a": 1}}, {"enabled": "yes"}, {"name": None}, {"position": "1"}],
    ids=str,
)
def test_a_damaged_connection_is_refused(connections: Connections, fresh: Database, damage: dict[str, Any]) -> None:
    """A value of another type is found when the item is read."""
    definition = {"type": "oidc", "name": "Acme", **damage}
    fresh.put(ConnectionItem.new(connection_keys.connection("acme"), connection_id="acme", definition=definition))
    with pytest.raises(Unavailable):
        connections.get("acme")


def test_members_of_a_newer_release_are_ignored(connections: Connections, fresh: Database) -> None:
    """An older release reads the item of a newer one."""
    fresh.put(ConnectionItem.new(connection_keys.connection("acme"), connection_id="acme", definition={"type": "oidc", "later": {}}))
    assert connections.get("acme") == Connection(id="acme", type="oidc")


def tries(verb: Callable[[], object]) -> bool:
    """Whether the call succeeded. It also fails if the engine is too busy with the other transactions."""
    try:
        return bool(verb())
    except (DomainTakenError, Unavailable):
        return False


@pytest.mark.engines
def test_concurrent_connections_are_all_listed(connections: Connections, fresh: Database) -> None:
    """Each connection that was written is listed, and no other."""
    done = crowd(6, lambda n: tries(lambda: connections.create(made(f"c{n}"))))
    written = [f"c{n}" for n in range(6) if done[n]]
    assert written
    assert sorted(buttons(fresh)) == written == [one.id for one in connections.all()]


@pytest.mark.engines
def test_concurrent_claims_of_a_domain(connections: Connections) -> None:
    """One of the connections gets the domain."""
    done = crowd(6, lambda n: tries(lambda: connections.create(made(f"c{n}", domains=("acme.example",)))))
    assert done.count(True) == 1
    assert [one.domains for one in connections.all()] == [("acme.example",)]


class DeletedMeanwhile(Connections):
    """Whose connection is deleted by another request, just after one has read that the id was never used."""

    def was_used(self, connection_id: str) -> bool:
        used = super().was_used(connection_id)
        if there := self.get(connection_id):
            assert self.delete(there)
        return used


def test_the_id_of_a_connection_that_is_deleted_meanwhile_is_not_made_again(fresh: Database) -> None:
    """An admin who may not use the id again must not do it by a form that is sent together with the deletion, because links to it count."""
    connections = DeletedMeanwhile(fresh)
    connections.create(made())
    with pytest.raises(UsedBeforeError):
        connections.create(made(issuer="https://evil.example"), only_unused=True)
    assert connections.get("acme") is None
    assert connections.create(made()) == made()
