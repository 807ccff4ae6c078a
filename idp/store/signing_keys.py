"""The partition KEYS of the table `keys`: signing and sealing keys, the data key, the RP ID, the home, the hash mix. One Query reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.errors import Unavailable
from idp.domain.home import Home
from idp.store import deployment_keys, time_shards
from idp.store.tables import KeysItem

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from idp.domain.factors.hash_mix import HashMix
    from idp.store.database import Database, Raw


class SigningKeyItem(KeysItem):
    """The item of a signing key. `state` is next, active, retiring, retired or revoked; `sealed` is its private part under the data key."""

    kind_name = "signing_key"
    kid = UnicodeAttribute()
    alg = UnicodeAttribute()
    state = UnicodeAttribute()
    public = UnicodeAttribute()
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    created_at = NumberAttribute()
    activated_at = NumberAttribute(null=True)
    retire_at = NumberAttribute(null=True)
    version = NumberAttribute(default=1)

    def check(self) -> None:
        """Raise ValueError or TypeError if `public` is not a JWK."""
        super().check()
        if not isinstance(json.loads(self.public), dict):
            raise TypeError("public is not a JSON object")


class SealingKeyItem(KeysItem):
    """The item of a key for handles and hidden fields. `sealed` is the key under the data key, until it is retired."""

    kind_name = "sealing_key"
    key_id = UnicodeAttribute()
    sealed = BinaryAttribute(null=True, legacy_encoding=False)
    created_at = NumberAttribute()
    superseded_at = NumberAttribute(null=True)
    retired_at = NumberAttribute(null=True)


class DataKeyItem(KeysItem):
    """The item of the data key, encrypted by KMS or by the key file (`by`)."""

    kind_name = "data_key"
    enveloped = BinaryAttribute(legacy_encoding=False)
    by = UnicodeAttribute()


class DerivedKeyItem(KeysItem):
    """The item of a key that came with an import, in place of the one that is derived here for its purpose. Under the data key."""

    kind_name = "derived_key"
    purpose = UnicodeAttribute()
    sealed = BinaryAttribute(legacy_encoding=False)


class FirstKeyItem(KeysItem):
    """The mark that an algorithm has had its first active key."""

    kind_name = "first_key"
    kid = UnicodeAttribute()


class RpIdItem(KeysItem):
    """The RP ID under which this deployment makes passkeys. `stored_at`: epoch seconds."""

    kind_name = "rp_id"
    rp_id = UnicodeAttribute()
    stored_at = NumberAttribute()


class RegionHomeItem(KeysItem):
    """Which of two regions serves (`domain.home`). Of two writers in two regions, the later one counts in both."""

    kind_name = "region_home"
    region = UnicodeAttribute()
    since = NumberAttribute()
    serves_from = NumberAttribute()


class StoredKeys(NamedTuple):
    """Everything that the partition has. `data_key` and `rp_id` are None in a deployment that has not stored them yet.

    `hash_mix`: None where no foreign hash was imported. `derived`: only where an import brought some.
    `home`: only where there are two regions.
    """

    data_key: DataKeyItem | None
    signing: list[SigningKeyItem]
    sealing: list[SealingKeyItem]
    rp_id: str | None
    hash_mix: HashMix | None = None
    derived: tuple[DerivedKeyItem, ...] = ()
    home: Home | None = None


class KeyItems:
    """Reads and writes the items of the partition."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def load(self) -> StoredKeys:
        """Read all of them with one strongly consistent Query. A damaged signing or sealing key is left out; the others stay usable.

        Raises:
            Unavailable: the store does not answer, or the data key, the RP ID, the home or an imported key is damaged.
        """
        found = list(self._db.query_all("keys", deployment_keys.KEYS))
        time_shards.remember(self._db, on=any(raw.get("kind") == {"S": "time_shards"} for raw in found))
        data_keys = [item for item in map(DataKeyItem.of, found) if item]
        rp_ids = [item.rp_id for item in map(RpIdItem.of, found) if item]
        return StoredKeys(
            data_key=data_keys[0] if data_keys else None,
            signing=SigningKeyItem.readable(found),
            sealing=SealingKeyItem.readable(found),
            rp_id=rp_ids[0] if rp_ids else None,
            hash_mix=next((mix for raw in found if raw.get("kind") == {"S": "hash_mix"} and (mix := _hash_mix(raw))), None),
            derived=tuple(item for item in map(DerivedKeyItem.of, found) if item),
            home=next((_home(item) for item in map(RegionHomeItem.of, found) if item), None),
        )

    def put_rp_id(self, rp_id: str, now: int) -> str:
        """Store the RP ID if none is stored. Returns the one that is stored now, which is another one if another writer was first.

        Raises:
            Unavailable: the item of the other writer is damaged.
        """
        refused = self._db.put(RpIdItem.new(deployment_keys.rp_id(), rp_id=rp_id, stored_at=now), RpIdItem.pk.does_not_exist())
        if refused is None:
            return rp_id
        stored = RpIdItem.of(refused.old)
        if stored is None:
            raise Unavailable(detail="the stored RP ID cannot be read")
        return stored.rp_id

    def remove_rp_id(self, rp_id: str) -> bool:
        """Remove the stored RP ID if it is still `rp_id`. Returns False if another one is stored."""
        refused = self._db.delete(RpIdItem, deployment_keys.rp_id(), RpIdItem.rp_id == rp_id)
        return refused is None or refused.old is None

    def put_home(self, home: Home, *, before: Home | None) -> bool:
        """Store which region serves, in place of `before`. False if another one is stored."""
        item = RegionHomeItem.new(deployment_keys.region_home(), region=home.region, since=home.since, serves_from=home.serves_from)
        unchanged = RegionHomeItem.pk.does_not_exist()
        if before is not None:
            unchanged = (RegionHomeItem.region == before.region) & (RegionHomeItem.since == before.since)
        refused = self._db.put(item, unchanged)
        stored = RegionHomeItem.of(refused.old) if refused else None
        return refused is None or (stored is not None and _home(stored) == home)  # the same: the reply to this write was lost

    def put_data_key(self, enveloped: bytes, by: str) -> bool:
        """Store the data key if none is stored. Of several writers one succeeds."""
        item = DataKeyItem.new(deployment_keys.data_key(), enveloped=enveloped, by=by)
        return self._db.put(item, DataKeyItem.pk.does_not_exist()) is None

    def put_derived_key(self, purpose: str, sealed: bytes) -> bool:
        """Store an imported key for this purpose. False if there is one."""
        item = DerivedKeyItem.new(deployment_keys.derived_key(purpose), purpose=purpose, sealed=sealed)
        return self._db.put(item, DerivedKeyItem.pk.does_not_exist()) is None

    def put_sealing_key(self, key_id: str, sealed: bytes, now: int) -> None:
        """Add a sealing key."""
        self._db.put(SealingKeyItem.new(deployment_keys.sealing_key(key_id), key_id=key_id, sealed=sealed, created_at=now))

    def supersede_sealing_key(self, before: SealingKeyItem | None, key_id: str, sealed: bytes, now: int) -> bool:
        """Add a sealing key after `before`, the newest one. False if another key was added after it."""
        item = SealingKeyItem.new(deployment_keys.sealing_key(key_id), key_id=key_id, sealed=sealed, created_at=now)
        parts = [self._db.put_part(item, SealingKeyItem.pk.does_not_exist())]
        if before is not None:
            at = SealingKeyItem.superseded_at
            unchanged = at.does_not_exist() if before.superseded_at is None else at == before.superseded_at
            parts.append(self._db.update_part(SealingKeyItem, before.key, [at.set(now)], unchanged))
        return self._db.transact(*parts) is None

    def erase_sealing_key(self, item: SealingKeyItem, now: int) -> None:
        """Remove the secret of a sealing key. Nothing that it sealed can be opened afterwards."""
        self._db.update(
            SealingKeyItem, item.key, [SealingKeyItem.sealed.remove(), SealingKeyItem.retired_at.set(now)], SealingKeyItem.pk.exists()
        )

    def put_signing_key(self, item: SigningKeyItem) -> bool:
        """Add a signing key. False if there is one with its id."""
        return self._db.put(item, SigningKeyItem.pk.does_not_exist()) is None

    def activate_first(self, item: SigningKeyItem, now: int) -> bool:
        """Make a deployment's first key of an algorithm active. True for one caller ever, also of concurrent ones."""
        claim = FirstKeyItem.new(deployment_keys.first_key(item.alg), kid=item.kid)
        actions = [SigningKeyItem.state.set("active"), SigningKeyItem.activated_at.set(now), SigningKeyItem.version.add(1)]
        refused = self._db.transact(
            self._db.put_part(claim, FirstKeyItem.pk.does_not_exist()),
            self._db.update_part(SigningKeyItem, item.key, actions, SigningKeyItem.version == item.version),
        )
        return refused is None

    def move(self, moves: list[tuple[SigningKeyItem, dict[str, str | int | None]]]) -> bool:
        """Change the states of several keys in one transaction, unless one of them was changed since it was read. False then."""
        parts = []
        for item, changes in moves:
            actions = [_change(name, value) for name, value in changes.items()]
            unchanged = SigningKeyItem.version == item.version
            parts.append(self._db.update_part(SigningKeyItem, item.key, [*actions, SigningKeyItem.version.add(1)], unchanged))
        return self._db.transact(*parts) is None


def home_of(raw: Raw) -> Home | None:
    """Return the home that a raw item has, or None if it is another item. Raises Unavailable if it is damaged."""
    item = RegionHomeItem.of(raw)
    return _home(item) if item else None


def _home(item: RegionHomeItem) -> Home:
    return Home(item.region, int(item.since), int(item.serves_from))


def _hash_mix(raw: Raw) -> HashMix | None:
    """The numbers of foreign hashes; None if they are damaged, because they only choose decoys."""
    from idp.store.hash_mixes import HashMixItem  # only where hashes were imported

    return next((item.mix() for item in HashMixItem.readable([raw])), None)


def _change(name: str, value: str | int | None) -> Action:
    attribute = getattr(SigningKeyItem, name)
    action: Action = attribute.remove() if value is None else attribute.set(value)
    return action
