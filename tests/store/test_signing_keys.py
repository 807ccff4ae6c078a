"""Stored keys: read together, changed together, and a damaged one does not make the others unusable."""

from __future__ import annotations

import pytest

from idp.domain.errors import Unavailable
from idp.store import deployment_keys, keys
from idp.store.database import Database
from idp.store.signing_keys import KeyItems, SigningKeyItem
from tests.store.examples import NOW


def signing(kid: str, state: str = "next") -> SigningKeyItem:
    made = {"kid": kid, "alg": "RS256", "state": state, "public": '{"kty": "RSA"}', "sealed": b"\x00\xff", "created_at": NOW}
    return SigningKeyItem.new(deployment_keys.signing_key(kid), **made)


@pytest.fixture
def items(fresh: Database) -> KeyItems:
    """A data key, two sealing keys, two signing keys."""
    made = KeyItems(fresh)
    made.put_data_key(b"\x01wrapped", "file")
    for key_id in ("s1", "s2"):
        made.put_sealing_key(key_id, b"\x02sealed", NOW)
    for kid, state in (("k1", "active"), ("k2", "next")):
        made.put_signing_key(signing(kid, state))
    return made


def test_all_keys_are_read_in_one_query(items: KeyItems) -> None:
    """As they were written, including bytes."""
    found = items.load()
    data_key, signing_keys, sealing_keys = found.data_key, found.signing, found.sealing
    assert data_key
    assert (data_key.enveloped, data_key.by) == (b"\x01wrapped", "file")
    assert [(k.kid, k.state, k.sealed) for k in signing_keys] == [("k1", "active", b"\x00\xff"), ("k2", "next", b"\x00\xff")]
    assert [(k.key_id, k.sealed) for k in sealing_keys] == [("s1", b"\x02sealed"), ("s2", b"\x02sealed")]


def test_a_second_data_key_is_refused(items: KeyItems) -> None:
    """The second one is refused. Otherwise everything under the first one would be lost."""
    assert not items.put_data_key(b"\x01other", "file")
    data_key = items.load().data_key
    assert data_key
    assert data_key.enveloped == b"\x01wrapped"


def test_a_stored_signing_key_is_not_overwritten(items: KeyItems) -> None:
    """The kid is the thumbprint, so the same kid is the same key."""
    items.put_signing_key(signing("k1", "revoked"))
    assert [k.state for k in items.load().signing] == ["active", "next"]


def test_key_states_change_in_one_transaction(items: KeyItems) -> None:
    """A rotation that read an old state changes nothing."""
    k1, k2 = items.load().signing
    assert items.move([(k1, {"state": "retiring", "retire_at": NOW + 1}), (k2, {"state": "active", "activated_at": NOW})])
    assert not items.move([(k1, {"state": "revoked"}), (k2, {"state": "active"})])
    k1, k2 = items.load().signing
    assert (k1.state, k1.retire_at, k1.version) == ("retiring", NOW + 1, 2)
    assert (k2.state, k2.activated_at, k2.version) == ("active", NOW, 2)
    assert items.move([(k1, {"state": "retired", "retire_at": None, "sealed": None})])
    raw = items.load().signing[0].raw()
    assert not {"retire_at", "sealed"} & set(raw)


@pytest.mark.parametrize("key", [deployment_keys.signing_key("k1"), deployment_keys.sealing_key("s1")])
@pytest.mark.parametrize("poison", [{}, {"created_at": {"S": "x"}}, {"sealed": {"L": []}}, {"public": {"S": "no JSON"}}])
def test_a_damaged_key_is_left_out(fresh: Database, items: KeyItems, key: keys.Key, poison: dict[str, object]) -> None:
    """The other keys still sign, seal and are published (FI-17)."""
    kind = "signing_key" if "SIGNING" in key.sk else "sealing_key"
    fresh.write_raw("keys", [{"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": kind}, **poison}])
    found = items.load()
    data_key, signing_keys, sealing_keys = found.data_key, found.signing, found.sealing
    assert data_key
    left = {k.kid for k in signing_keys}, {k.key_id for k in sealing_keys}
    assert left == (({"k2"}, {"s1", "s2"}) if kind == "signing_key" else ({"k1", "k2"}, {"s2"}))


def test_a_damaged_data_key_does_not_count_as_missing(fresh: Database, items: KeyItems) -> None:
    """It must not look as if a new data key were needed."""
    key = deployment_keys.data_key()
    fresh.write_raw("keys", [{"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "data_key"}, "by": {"S": "file"}}])
    with pytest.raises(Unavailable):
        items.load()


def test_the_rp_id_is_stored_once(items: KeyItems) -> None:
    """The second writer gets the stored one, which comes with the same read as the keys."""
    assert items.load().rp_id is None
    assert items.put_rp_id("id.example.com", NOW) == "id.example.com"
    assert items.put_rp_id("example.com", NOW + 1) == "id.example.com"
    assert items.put_rp_id("id.example.com", NOW + 2) == "id.example.com"
    assert items.load().rp_id == "id.example.com"


def test_the_rp_id_is_removed_only_by_its_value(items: KeyItems) -> None:
    """A command that read an older one removes nothing. Removing it twice is the same as once."""
    items.put_rp_id("id.example.com", NOW)
    assert not items.remove_rp_id("example.com")
    assert items.load().rp_id == "id.example.com"
    assert items.remove_rp_id("id.example.com")
    assert items.remove_rp_id("id.example.com")
    assert items.load().rp_id is None


def test_a_damaged_rp_id_stops_the_deployment(items: KeyItems, fresh: Database) -> None:
    """It must not count as absent, because another one would be stored instead."""
    key = deployment_keys.rp_id()
    fresh.write_raw("keys", [{"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "rp_id"}}])
    with pytest.raises(Unavailable):
        items.load()
    with pytest.raises(Unavailable):
        items.put_rp_id("id.example.com", NOW)
