"""Signing keys, sealing keys and the data key (`keys`), read together: one Query when an execution environment starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from idp.store import keys
from idp.store.tables import KeysItem

if TYPE_CHECKING:
    from idp.store.database import Database, Raw


class SigningKeyItem(KeysItem):
    """A signing key: `state` is next, active, retiring, retired or revoked; `sealed` its private part under the data key."""

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


class SealingKeyItem(KeysItem):
    """A key for handles and hidden fields; `sealed` under the data key. The newest seals, all of them open."""

    kind_name = "sealing_key"
    key_id = UnicodeAttribute()
    sealed = BinaryAttribute(legacy_encoding=False)
    created_at = NumberAttribute()


class DataKeyItem(KeysItem):
    """The data key, enveloped by KMS or by the key file (`by`)."""

    kind_name = "data_key"
    enveloped = BinaryAttribute(legacy_encoding=False)
    by = UnicodeAttribute()


class KeyItems:
    """Facts about keys."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def load(self) -> tuple[DataKeyItem | None, list[SigningKeyItem], list[SealingKeyItem]]:
        """All of them, in one strongly consistent Query."""
        data_key, signing, sealing = None, [], []
        for raw in self._db.query_all("keys", "KEYS"):
            kind = _kind(raw)
            if kind == DataKeyItem.kind_name:
                data_key = DataKeyItem.of(raw)
            elif kind == SigningKeyItem.kind_name:
                signing.append(SigningKeyItem.of(raw))
            elif kind == SealingKeyItem.kind_name:
                sealing.append(SealingKeyItem.of(raw))
        return data_key, signing, sealing

    def put_data_key(self, enveloped: bytes, by: str) -> bool:
        """Write the data key if there is none: exactly one ever wins."""
        item = DataKeyItem.new(keys.data_key(), enveloped=enveloped, by=by)
        return self._db.put(item, DataKeyItem.pk.does_not_exist()) is None

    def put_sealing_key(self, key_id: str, sealed: bytes, now: int) -> None:
        """Add a sealing key."""
        self._db.put(SealingKeyItem.new(keys.sealing_key(key_id), key_id=key_id, sealed=sealed, created_at=now))

    def put_signing_key(self, item: SigningKeyItem) -> None:
        """Add a signing key."""
        self._db.put(item, SigningKeyItem.pk.does_not_exist())

    def move(self, moves: list[tuple[SigningKeyItem, dict[str, str | int | None]]]) -> bool:
        """Change the state of several keys together, if nobody changed one meanwhile: all or none."""
        parts = []
        for item, changes in moves:
            actions = [getattr(SigningKeyItem, name).set(value) if value is not None else getattr(SigningKeyItem, name).remove()
                       for name, value in changes.items()]  # fmt: skip
            parts.append(self._db.update_part(SigningKeyItem, item.key, [*actions, SigningKeyItem.version.add(1)], SigningKeyItem.version == item.version))
        return self._db.transact(*parts) is None


def _kind(raw: Raw) -> str:
    kind: str = raw["kind"]["S"]
    return kind


