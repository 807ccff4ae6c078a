"""Roles and groups (`directory`): few items in one partition, so that one query reads all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from idp.domain.access.roles import Group, Role, RoleModel
from idp.store import access_keys
from idp.store.attributes import TextMapAttribute
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from idp.store.database import Database
    from idp.store.transport import Raw

R = TypeVar("R", Role, Group)

_PAGE = 1000
"""The greatest number of items of one call. DynamoDB also ends a page at 1 MB."""


class RoleItem(DirectoryItem):
    """The item of a role."""

    kind_name = "role"
    name = UnicodeAttribute()
    role_id = UnicodeAttribute()
    permissions = UnicodeSetAttribute(null=True)
    description = UnicodeAttribute(null=True)
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)

    def role(self) -> Role:
        """Convert it to the domain's class."""
        return Role(
            self.name, self.role_id, tuple(sorted(self.permissions or ())), self.description or "", int(self.created_at),
            int(self.updated_at), int(self.version),
        )  # fmt: skip


class GroupItem(DirectoryItem):
    """The item of a group. `roles`: names and ids."""

    kind_name = "group"
    name = UnicodeAttribute()
    group_id = UnicodeAttribute()
    roles = TextMapAttribute(null=True)
    description = UnicodeAttribute(null=True)
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)

    def group(self) -> Group:
        """Convert it to the domain's class."""
        return Group(
            self.name, self.group_id, dict(self.roles or {}), self.description or "", int(self.created_at), int(self.updated_at),
            int(self.version),
        )  # fmt: skip


def role_item(role: Role) -> RoleItem:
    """The item of a role."""
    return RoleItem.new(
        access_keys.role(role.name), name=role.name, role_id=role.id, permissions=set(role.permissions) or None,
        description=role.description or None, created_at=role.created_at, updated_at=role.updated_at, version=role.version,
    )  # fmt: skip


def group_item(group: Group) -> GroupItem:
    """The item of a group."""
    return GroupItem.new(
        access_keys.group(group.name), name=group.name, group_id=group.id, roles=dict(group.roles) or None,
        description=group.description or None, created_at=group.created_at, updated_at=group.updated_at, version=group.version,
    )  # fmt: skip


class Roles:
    """Reads and writes roles and groups."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def model(self) -> RoleModel:
        """All roles and groups, read strongly, in one call up to 1 MB. Items that cannot be read are listed by name."""
        raws: list[Raw] = []
        start: Raw | None = None
        while True:
            found, start = self._db.query("directory", access_keys.ROLES, limit=_PAGE, start=start)
            raws += found
            if not start:
                break
        roles = {item.name: item.role() for item in RoleItem.readable(raws)}
        groups = {item.name: item.group() for item in GroupItem.readable(raws)}
        return RoleModel(roles, groups, _unread_names(raws, access_keys.ROLE, roles), _unread_names(raws, access_keys.GROUP, groups))

    def role(self, name: str) -> Role | None:
        """The role, or None."""
        found = self._db.get(RoleItem, access_keys.role(name))
        return found.role() if found else None

    def group(self, name: str) -> Group | None:
        """The group, or None."""
        found = self._db.get(GroupItem, access_keys.group(name))
        return found.group() if found else None

    def create(self, new: Role | Group) -> bool:
        """Write a new one. False if the name is taken. Its id is new, by which a retry recognises its own write."""
        if isinstance(new, Role):
            return self._db.put(role_item(new), RoleItem.pk.does_not_exist()) is None
        return self._db.put(group_item(new), GroupItem.pk.does_not_exist()) is None

    def replace(self, changed: R) -> R | None:
        """Write it if it was not written since `changed.version` was read. Returns the written one, else None.

        The id has to be the same too: an item that was removed and created again is another one, with any version.
        """
        written = replace(changed, version=changed.version + 1)
        if isinstance(written, Role):
            same = (RoleItem.version == changed.version) & (RoleItem.role_id == changed.id)
            return None if self._db.put(role_item(written), same) else written
        same = (GroupItem.version == changed.version) & (GroupItem.group_id == changed.id)
        return None if self._db.put(group_item(written), same) else written

    def delete(self, gone: Role | Group) -> bool:
        """Remove it, unless it was written since it was read. Users and clients with the role then lose it."""
        if isinstance(gone, Role):
            same = (RoleItem.version == gone.version) & (RoleItem.role_id == gone.id)
            return self._db.delete(RoleItem, access_keys.role(gone.name), same) is None
        same = (GroupItem.version == gone.version) & (GroupItem.group_id == gone.id)
        return self._db.delete(GroupItem, access_keys.group(gone.name), same) is None

    def roles(self, *, limit: int = 50, start: Raw | None = None) -> tuple[list[Role], Raw | None]:
        """One page of roles by name, and the key of the next page."""
        found, more = self._db.query("directory", access_keys.ROLES, sk_begins=access_keys.ROLE, limit=limit, start=start)
        return [item.role() for item in RoleItem.readable(found)], more

    def groups(self, *, limit: int = 50, start: Raw | None = None) -> tuple[list[Group], Raw | None]:
        """One page of groups by name, and the key of the next page."""
        found, more = self._db.query("directory", access_keys.ROLES, sk_begins=access_keys.GROUP, limit=limit, start=start)
        return [item.group() for item in GroupItem.readable(found)], more


def _unread_names(raws: Iterable[Raw], begins: str, read: Collection[str]) -> frozenset[str]:
    """The names in keys with this beginning that are not in `read`."""
    there = (str(raw["sk"]["S"]) for raw in raws)
    return frozenset(sk.removeprefix(begins) for sk in there if sk.startswith(begins)).difference(read)
