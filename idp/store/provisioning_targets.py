"""Provisioning targets (`directory`). They are few, and one Query reads all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.provisioning.target import DEACTIVATE, EVERYBODY, Target
from idp.store import provisioning_keys as keys
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database


class ProvisioningTargetItem(DirectoryItem):
    """The item of a target. `token`: sealed, or absent."""

    kind_name = "provisioning_target"
    target_id = UnicodeAttribute()
    base_url = UnicodeAttribute()
    token = UnicodeAttribute(null=True)
    people = UnicodeAttribute(default=EVERYBODY)
    name = UnicodeAttribute(default="")
    leavers = UnicodeAttribute(default=DEACTIVATE)
    paused = BooleanAttribute(default=False)
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)

    def target(self) -> Target:
        """Convert it to the domain's class."""
        return Target(
            self.target_id, self.base_url, self.token or "", self.people, self.name, self.leavers, bool(self.paused), int(self.version),
            int(self.created_at), int(self.updated_at),
        )  # fmt: skip


class ProvisioningTargets:
    """Reads and writes targets."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[Target]:
        """All targets by id. One call."""
        found = self._db.query_all("directory", keys.PROVISIONING, sk_begins="TARGET#")
        return [item.target() for item in ProvisioningTargetItem.readable(list(found))]

    def get(self, target_id: str) -> Target | None:
        """The target, or None."""
        found = self._db.get(ProvisioningTargetItem, keys.provisioning_target(target_id))
        return found.target() if found else None

    def create(self, made: Target) -> bool:
        """Write a new target. False, with nothing written, if the id is taken."""
        new = _item(made)
        refused = self._db.put(new, ProvisioningTargetItem.pk.does_not_exist())
        return refused is None

    def replace(self, changed: Target) -> Target | None:
        """Write it if it was not written since `changed.version` was read. Returns the written one (version + 1), else None."""
        written = replace(changed, version=changed.version + 1)
        return written if self._db.put(_item(written), ProvisioningTargetItem.version == changed.version) is None else None

    def delete(self, gone: Target) -> bool:
        """Remove it. False if it does not exist, or was written since `gone` was read."""
        key = keys.provisioning_target(gone.id)
        return self._db.delete(ProvisioningTargetItem, key, ProvisioningTargetItem.version == gone.version) is None


def _item(made: Target) -> ProvisioningTargetItem:
    return ProvisioningTargetItem.new(
        keys.provisioning_target(made.id), target_id=made.id, base_url=made.base_url, token=made.token or None, people=made.people,
        name=made.name, leavers=made.leavers, paused=made.paused, created_at=made.created_at, updated_at=made.updated_at,
        version=made.version,
    )  # fmt: skip
