"""Roles (RBAC), as admins and the command line manage them: named sets of permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import MOST_PERMISSIONS, Role, RoleModel, is_permission
from idp.domain.errors import Forbidden, Invalid
from idp.domain.message import Message
from idp.services.access.named_resources import MOST, NamedResources, Refusals, check_description
from idp.services.audit.recorder import SYSTEM, Actor

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.store.transport import Raw


class RoleService(NamedResources[Role]):
    """Creates, lists, changes and deletes roles."""

    kind = "role"
    fields = frozenset({"permissions", "description"})
    refusals = Refusals(
        unknown=Message("role.unknown"), busy=Message("role.busy"), too_many=Message("role.too_many", maximum=MOST),
        taken=Message("role.taken"), changed=Message("role.changed"),
    )  # fmt: skip

    def model(self, *, scope: Scope) -> RoleModel:
        """Return all roles and groups, by a strongly consistent read."""
        scope.require_deployment()
        return self._parts.roles.model()

    def listing(self, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[Role], Raw | None]:
        """Return one page of roles by name, and the start of the next page."""
        scope.require_deployment()
        return self._parts.roles.roles(limit=limit, start=start)

    def create(self, name: str, *, scope: Scope, permissions: object = (), description: str = "", by: Actor = SYSTEM) -> Role:
        """Create a role without holders."""
        scope.require_deployment()
        members = {"permissions": permissions, "description": description}
        there = self.model(scope=scope).roles
        return self._create(lambda id_, now: Role(name, id_, created_at=now, updated_at=now), name, members, there, scope=scope, by=by)

    def _read(self, name: str) -> Role | None:
        return self._parts.roles.role(name)

    def _apply(self, it: Role, changes: Mapping[str, Any], by: Actor) -> Role:
        wanted = replace(
            it,
            permissions=check_permissions(changes["permissions"]) if "permissions" in changes else it.permissions,
            description=check_description(changes["description"]) if "description" in changes else it.description,
        )
        if not set(wanted.permissions) <= set(it.permissions):
            roles, groups = self._parts.read_assigned(by)
            if (roles or groups) and it.name in self._parts.roles.model().effective(roles, groups):
                raise Forbidden("role.is_own")
        return wanted

    def _describe_change(self, before: Role | None, after: Role) -> dict[str, str]:
        was, now = set(before.permissions if before else ()), set(after.permissions)
        changed = {"permissions_added": now - was, "permissions_removed": was - now}
        return {name: " ".join(sorted(each)) for name, each in changed.items() if each}


def check_permissions(value: object) -> tuple[str, ...]:
    """Return the permissions of a role, sorted. None gives none.

    Raises:
        Invalid: it is not a list of permissions, or there are too many.
    """
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or len(value) > MOST_PERMISSIONS or not all(is_permission(each) for each in value):
        raise Invalid("role.permissions_malformed", maximum=MOST_PERMISSIONS, field="permissions")
    return tuple(sorted(set(value)))
