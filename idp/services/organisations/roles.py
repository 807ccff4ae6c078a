"""The own roles of an organisation. They are no roles of the deployment, and a token has them only if it is for this organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import Role, RoleModel, is_name
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.domain.people.user import may_be_user_id
from idp.services.access.named_resources import check_description
from idp.services.access.roles import check_permissions
from idp.services.audit.recorder import SYSTEM

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.clients import Clients
    from idp.store.database import Raw
    from idp.store.memberships import Memberships
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.organisations import Organisations

MOST = 100
"""The greatest number of roles of one organisation. All of them are read together for a token that contains roles."""
_TRIES = 5
_WRITABLE = frozenset({"permissions", "description"})
Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class OrganisationRoleService:
    """Manages the roles of organisations. Its methods raise as those of `RoleService`; then nothing was written."""

    def __init__(
        self, organisations: Organisations, roles: OrganisationRoles, memberships: Memberships, clients: Clients, audit: Audit,
        clock: Clock, new_id: NewId,
    ) -> None:  # fmt: skip
        self._organisations, self._roles, self._memberships, self._clients = organisations, roles, memberships, clients
        self._audit, self._clock, self._new_id = audit, clock, new_id

    def model(self, org_id: str, *, scope: Scope) -> RoleModel:
        """Return all roles of the organisation, by one strongly consistent read."""
        scope.require_organisation(org_id)
        return self._roles.model(org_id)

    def listing(self, org_id: str, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[Role], Raw | None]:
        """Return one page of roles by name, and the start of the next page."""
        scope.require_organisation(org_id)
        self._require_there(org_id)
        return self._roles.listing(org_id, limit=limit, start=start)

    def get(self, org_id: str, name: str, *, scope: Scope) -> Role:
        """Return one role."""
        scope.require_organisation(org_id)
        found = self._roles.get(org_id, name)
        if found is None:
            raise NotFound("role.unknown")
        return found

    def create(self, org_id: str, name: object, *, scope: Scope, by: Actor = SYSTEM, **members: Any) -> Role:
        """Create a role without holders. `members`: permissions, description."""
        scope.require_organisation(org_id)
        self._require_there(org_id)
        if not isinstance(name, str) or not is_name(name):
            raise Invalid("role.name_malformed", field="name")
        if len(self._roles.model(org_id).roles) >= MOST:
            raise Conflict("role.too_many", maximum=MOST)
        now = self._clock()
        new = _edited(Role(name, self._new_id(), created_at=now, updated_at=now), members)
        event = self._audit.act_parts("organization.role_created", by, scope=scope, target=name, org_id=org_id, **_describe(None, new))
        if not self._roles.create(org_id, new, also=event):
            raise Conflict("role.taken")
        return new

    def patch(
        self, org_id: str, name: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None
    ) -> Role:
        """Change it by an RFC 7396 patch.

        Raises:
            Forbidden: the caller has the role and would give it more permissions.
        """
        scope.require_organisation(org_id)
        for _ in range(_TRIES):
            before = self._current(org_id, name, expected, scope)
            after = _edited(before, changes)
            if after == before:
                return before
            if not set(after.permissions) <= set(before.permissions):
                self._require_not_own(org_id, before, by)
            event = self._audit.act_parts(
                "organization.role_updated", by, scope=scope, target=name, org_id=org_id, **_describe(before, after)
            )  # fmt: skip
            written = self._roles.replace(org_id, replace(after, updated_at=self._clock()), also=event)
            if written:
                return written
        raise Conflict("role.busy")

    def delete(self, org_id: str, name: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> None:
        """Delete it. All its assignments end, and a new role of this name has no holders."""
        scope.require_organisation(org_id)
        for _ in range(_TRIES):
            found = self._current(org_id, name, expected, scope)
            event = self._audit.act_parts("organization.role_deleted", by, scope=scope, target=name, org_id=org_id)
            if self._roles.delete(org_id, found, also=event):
                return
        raise Conflict("role.busy")

    def _require_not_own(self, org_id: str, it: Role, by: Actor) -> None:
        if self._assigned(org_id, by).get(it.name) == it.id:
            raise Forbidden("role.is_own")

    def _assigned(self, org_id: str, by: Actor) -> Mapping[str, str]:
        """Return the roles of the caller, who is a person or a machine client of the organisation. The command line has none."""
        if may_be_user_id(by.id):
            mine = self._memberships.get(by.id, org_id)
            return mine.roles if mine else {}
        client = self._clients.get(by.id)
        return client.roles or {} if client and client.org_id == org_id else {}

    def _require_there(self, org_id: str) -> None:
        found = self._organisations.get(org_id)
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")

    def _current(self, org_id: str, name: str, expected: Versions, scope: Scope) -> Role:
        found = self.get(org_id, name, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("role.changed")
        return found


def _edited(it: Role, changes: Mapping[str, Any]) -> Role:
    for member in changes:
        if member not in _WRITABLE:
            raise Invalid("member.unknown", field=member if member.isidentifier() else "")
    return replace(
        it,
        permissions=check_permissions(changes["permissions"]) if "permissions" in changes else it.permissions,
        description=check_description(changes["description"]) if "description" in changes else it.description,
    )


def _describe(before: Role | None, after: Role) -> dict[str, str]:
    """Return the details of the audit event."""
    was, now = set(before.permissions if before else ()), set(after.permissions)
    changed = {"permissions_added": now - was, "permissions_removed": was - now}
    return {name: " ".join(sorted(each)) for name, each in changed.items() if each}
