"""The own roles of organisations (`directory`), in the partition of the organisation, so that one query reads all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from idp.domain.access.roles import RoleModel
from idp.store import organisation_keys as keys
from idp.store.organisation_items import OrganisationItem
from idp.store.roles import RoleItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pynamodb.expressions.condition import Condition

    from idp.domain.access.roles import Role
    from idp.store.database import Database, Raw


class OrganisationRoleItem(RoleItem):
    """The item of an organisation's role. Its content is that of a role of the deployment."""

    kind_name = "organisation_role"
    org_id = UnicodeAttribute()


class OrganisationRoles:
    """Reads and writes the roles of one organisation."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def model(self, org_id: str) -> RoleModel:
        """All roles of the organisation, read strongly, in one call up to 1 MB. Items that cannot be read are listed by name."""
        raws = list(self._db.query_all("directory", keys.org_pk(org_id), sk_begins=keys.ROLE))
        roles = {item.name: item.role() for item in OrganisationRoleItem.readable(raws)}
        there = (str(raw["sk"]["S"]).removeprefix(keys.ROLE) for raw in raws)
        return RoleModel(roles, unreadable_roles=frozenset(there).difference(roles))

    def get(self, org_id: str, name: str) -> Role | None:
        """The role, or None."""
        found = self._db.get(OrganisationRoleItem, keys.organisation_role(org_id, name))
        return found.role() if found else None

    def listing(self, org_id: str, *, limit: int = 50, start: Raw | None = None) -> tuple[list[Role], Raw | None]:
        """One page of roles by name, and the key of the next page."""
        found, more = self._db.query("directory", keys.org_pk(org_id), sk_begins=keys.ROLE, limit=limit, start=start)
        return [item.role() for item in OrganisationRoleItem.readable(found)], more

    def create(self, org_id: str, new: Role, *, also: Sequence[Raw] = ()) -> bool:
        """Write a new role. False if the name is taken. `also`: parts of the same transaction; the last is a `once_part`."""
        return self._write(self._new_part(org_id, new), also)

    def new_parts(self, org_id: str, new: Role) -> list[Raw]:
        """The parts of another transaction that write a new role, if the name is free and the organisation is not being deleted."""
        there = OrganisationItem.pk.exists() & OrganisationItem.deleting_since.does_not_exist()
        open_ = self._db.update_part(OrganisationItem, keys.organisation(org_id), [OrganisationItem.members.add(0)], there)
        return [self._new_part(org_id, new), open_]

    def gone_part(self, org_id: str, gone: Role) -> Raw:
        """The part of another transaction that removes a role, whatever its version. It may be gone already."""
        mine = OrganisationRoleItem.pk.does_not_exist() | (OrganisationRoleItem.role_id == gone.id)
        return self._db.delete_part(OrganisationRoleItem, keys.organisation_role(org_id, gone.name), mine)

    def replace(self, org_id: str, changed: Role, *, also: Sequence[Raw] = ()) -> Role | None:
        """Write it if it is the role, and the version of it, that was read. Returns the written one, else None."""
        written = replace(changed, version=changed.version + 1)
        return written if self._write(self._db.put_part(_item(org_id, written), _same(changed)), also) else None

    def delete(self, org_id: str, gone: Role, *, also: Sequence[Raw] = ()) -> bool:
        """Remove it, unless it was written since it was read. Members with the role then lose it."""
        return self._write(self._db.delete_part(OrganisationRoleItem, keys.organisation_role(org_id, gone.name), _same(gone)), also)

    def _new_part(self, org_id: str, new: Role) -> Raw:
        return self._db.put_part(_item(org_id, new), OrganisationRoleItem.pk.does_not_exist())

    def _write(self, part: Raw, also: Sequence[Raw]) -> bool:
        refused = self._db.transact(part, *also)
        return refused is None or (bool(also) and self._db.was_applied(refused))


def _same(it: Role) -> Condition:
    same: Condition = (OrganisationRoleItem.version == it.version) & (OrganisationRoleItem.role_id == it.id)
    return same


def _item(org_id: str, it: Role) -> OrganisationRoleItem:
    return OrganisationRoleItem.new(
        keys.organisation_role(org_id, it.name), org_id=org_id, name=it.name, role_id=it.id, permissions=set(it.permissions) or None,
        description=it.description or None, created_at=it.created_at, updated_at=it.updated_at, version=it.version,
    )  # fmt: skip
