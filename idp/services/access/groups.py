"""Groups, as admins and the command line manage them: named sets of people, who have the group's roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import Group
from idp.domain.errors import Forbidden
from idp.domain.message import Message
from idp.services.access import assignments
from idp.services.access.named_resources import MOST, NamedResources, Refusals, check_description
from idp.services.audit.recorder import SYSTEM, Actor

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.store.transport import Raw


class GroupService(NamedResources[Group]):
    """Creates, lists, changes and deletes groups."""

    refusals = Refusals(
        unknown=Message("group.unknown"), busy=Message("group.busy"), too_many=Message("group.too_many", maximum=MOST),
        taken=Message("group.taken"), changed=Message("group.changed"),
    )  # fmt: skip
    kind = "group"
    fields = frozenset({"roles", "description"})

    def listing(self, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[Group], Raw | None]:
        """Return one page of groups by name, and the start of the next page."""
        scope.require_deployment()
        return self._parts.roles.groups(limit=limit, start=start)

    def create(self, name: str, *, scope: Scope, roles: object = (), description: str = "", by: Actor = SYSTEM) -> Group:
        """Create a group without members."""
        scope.require_deployment()
        members, there = {"roles": roles, "description": description}, self._parts.roles.model().groups
        return self._create(lambda id_, now: Group(name, id_, created_at=now, updated_at=now), name, members, there, scope=scope, by=by)

    def _read(self, name: str) -> Group | None:
        return self._parts.roles.group(name)

    def _apply(self, it: Group, changes: Mapping[str, Any], by: Actor) -> Group:
        wanted = replace(it, description=check_description(changes["description"]) if "description" in changes else it.description)
        if "roles" in changes:
            wanted = replace(wanted, roles=assignments.resolve_names(changes["roles"], self._parts.roles.model().roles, "roles"))
        if not wanted.roles.items() <= it.roles.items():
            _, groups = self._parts.read_assigned(by)
            if groups.get(it.name) == it.id:
                raise Forbidden("group.is_own")
        return wanted

    def _describe_change(self, before: Group | None, after: Group) -> dict[str, str]:
        return assignments.describe_difference(before.roles if before else {}, after.roles, "roles")
