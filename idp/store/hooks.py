"""Hooks (`directory`). They are few, and one Query reads all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.hooks.hook import KINDS, Hook
from idp.store import hook_keys as keys
from idp.store.attributes import ObjectAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw


class HookItem(DirectoryItem):
    """The item of a hook. `lists`: {"apps": […], "targets": […]}."""

    kind_name = "hook"
    name = UnicodeAttribute()
    hook_kind = UnicodeAttribute()
    cedar = UnicodeAttribute(default="")
    schema = UnicodeAttribute(default="")
    claims = ObjectAttribute()
    function = UnicodeAttribute(default="")
    timeout_ms = NumberAttribute()
    on_failure = UnicodeAttribute(default="")
    lists = ObjectAttribute()
    enabled = BooleanAttribute()
    description = UnicodeAttribute(default="")
    version = NumberAttribute()
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)

    def hook(self) -> Hook:
        """Convert it to the domain's class. Raises ValueError, KeyError or TypeError."""
        if self.hook_kind not in KINDS or bool(self.cedar) == bool(self.function):
            raise ValueError("the hook is malformed")
        return Hook(
            self.name, self.hook_kind, self.cedar, self.schema, self.claims, self.function, int(self.timeout_ms), self.on_failure,
            tuple(self.lists["apps"]), tuple(self.lists["targets"]), self.enabled, self.description, int(self.version),
            int(self.created_at), int(self.updated_at),
        )  # fmt: skip

    def check(self) -> None:
        """Raise an error if the item cannot be converted."""
        super().check()
        self.hook()


class Hooks:
    """Reads and writes hooks."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[Hook]:
        """All hooks that can be read, by name. One call."""
        return [item.hook() for item in HookItem.readable(list(self._db.query_all("directory", keys.HOOKS)))]

    def in_force(self) -> list[Hook]:
        """All hooks by name, by one strongly consistent call.

        Raises:
            Unavailable: a hook cannot be read. It may be one that denies, so it is not left out.
        """
        found = (HookItem.of(raw) for raw in self._db.query_all("directory", keys.HOOKS))
        return [item.hook() for item in found if item]

    def get(self, name: str) -> Hook | None:
        """The hook, or None."""
        found = self._db.get(HookItem, keys.hook(name))
        return found.hook() if found else None

    def create(self, made: Hook, event: Raw) -> bool:
        """Write a new hook together with its audit event (`Audit.once_part`). False, with nothing written, if the name is taken."""
        new = self._db.put_part(_item(made), HookItem.pk.does_not_exist())
        return self._db.was_applied(self._db.transact(new, event))

    def replace(self, changed: Hook, event: Raw) -> Hook | None:
        """Write it, with its audit event, if it was not written since `changed.version` was read. Returns the written one, or None."""
        written = replace(changed, version=changed.version + 1)
        same = self._db.put_part(_item(written), HookItem.version == changed.version)
        return written if self._db.was_applied(self._db.transact(same, event)) else None

    def delete(self, gone: Hook, event: Raw) -> bool:
        """Remove it, with the audit event. False if it does not exist, or was written since `gone` was read."""
        part = self._db.delete_part(HookItem, keys.hook(gone.name), HookItem.version == gone.version)
        return self._db.was_applied(self._db.transact(part, event))


def _item(made: Hook) -> HookItem:
    return HookItem.new(
        keys.hook(made.name), name=made.name, hook_kind=made.kind, cedar=made.cedar, schema=made.schema, claims=dict(made.claims),
        function=made.function, timeout_ms=made.timeout_ms, on_failure=made.on_failure,
        lists={"apps": list(made.apps), "targets": list(made.targets)}, enabled=made.enabled, description=made.description,
        version=made.version, created_at=made.created_at, updated_at=made.updated_at,
    )  # fmt: skip
