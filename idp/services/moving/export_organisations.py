"""The lines of organisations: the profile, own roles, members and claimed domains, one item each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import Unavailable
from idp.store.organisation_items import policy_members
from idp.store.organisation_roles import OrganisationRoles
from idp.store.organisations import Organisations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.roles import RoleModel
    from idp.store.database import Database
    from idp.store.organisation_domains import DomainClaimItem
    from idp.store.organisation_items import MemberItem, OrganisationItem
    from idp.store.organisation_roles import OrganisationRoleItem


class LiveOrganisations:
    """The own roles of organisations. The last answer is kept, because the items of one organisation come one after another."""

    def __init__(self, database: Database) -> None:
        self._organisations, self._roles = Organisations(database), OrganisationRoles(database)
        self._last: tuple[str, RoleModel | None] | None = None

    def roles(self, org_id: str) -> RoleModel | None:
        """Return the roles of an organisation. None: there is no such organisation, or it is being deleted. Two calls, or none."""
        if self._last is None or self._last[0] != org_id:
            self._last = org_id, self._read(org_id)
        return self._last[1]

    def _read(self, org_id: str) -> RoleModel | None:
        try:
            found = self._organisations.get(org_id)
        except Unavailable as trouble:
            if "cannot be read" not in trouble.detail:
                raise
            return self._roles.model(org_id)  # its own line says that it cannot be read; those of its members and roles are whole
        return None if found is None or found.deleting_since else self._roles.model(org_id)


def live(model: RoleModel | None, assigned: Mapping[str, str]) -> list[str]:
    """The names of assigned roles that are there and can be read. An assignment of a removed role must not begin to count elsewhere."""
    roles = model.roles if model else {}
    return sorted(name for name, role_id in assigned.items() if name in roles and roles[name].id == role_id)


def profile(item: OrganisationItem) -> dict[str, Any]:
    """The members of the line of an organisation. The counts are those of the lines of its members."""
    one = item.profile()
    return {
        "id": one.id, "slug": one.slug, "name": one.name, "disabled": one.disabled, "policy": policy_members(one.policy),
        "branding": dict(one.branding), "metadata": dict(one.metadata), "created_at": one.created_at, "updated_at": one.updated_at,
    }  # fmt: skip


def role(item: OrganisationRoleItem) -> dict[str, Any]:
    """The members of the line of an own role."""
    one = item.role()
    return {
        "org_id": item.org_id, "name": one.name, "description": one.description, "permissions": list(one.permissions),
        "created_at": one.created_at, "updated_at": one.updated_at,
    }  # fmt: skip


def member(item: MemberItem, roles: RoleModel | None) -> dict[str, Any]:
    """The members of the line of a membership. `roles`: those of the organisation."""
    one = item.membership()
    return {
        "org_id": one.org_id, "user_id": one.user_id, "roles": live(roles, one.roles), "admin": one.admin,
        "admin_scopes": None if one.admin_scopes is None else sorted(one.admin_scopes), "owned": one.owned, "source": one.source,
        "joined_at": one.joined_at,
    }  # fmt: skip


def domain(item: DomainClaimItem) -> dict[str, Any]:
    """The members of the line of a claimed domain, without the value of its TXT record: it proves the domain to this deployment."""
    one = item.claim()
    return {
        "org_id": one.org_id, "domain": one.domain, "state": one.state, "connection_id": one.connection_id, "created_at": one.created_at,
        "proven_at": one.proven_at,
    }  # fmt: skip
