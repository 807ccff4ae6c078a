"""Groups of this deployment that a SCIM client fills: those that an admin named in `fills_groups`, and no others (threats P-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Forbidden
from idp.services.scim.people import actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.domain.scim.client import ScimClient
    from idp.services.audit.recorder import Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.scim.people import Caller
    from idp.store.roles import Roles
    from idp.store.scim.people import ScimPeopleStore
    from idp.store.users import Users

_TRIES = 5


class FilledGroups:
    """Puts the members of a SCIM group into the group of this deployment with the same name."""

    def __init__(
        self, people: ScimPeopleStore, users: Users, roles: Roles, audit: Audit, clock: Clock,
        organisation_people: Callable[[], OrganisationPeople],
    ) -> None:  # fmt: skip
        self._people, self._users, self._roles, self._audit, self._clock = people, users, roles, audit, clock
        self._organisation_people = organisation_people

    @staticmethod
    def concerns(client: ScimClient, name: str) -> bool:
        """Return whether an admin lets this client fill the group of this name."""
        return name.lower() in client.fills_groups

    def change(self, caller: Caller, name: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Add people to the group, and remove others. Admins, also of organisations, and people of others are left alone."""
        if not self.concerns(caller.client, name):
            return
        group = self._roles.group(name.lower())
        if group is None:
            return
        for user_id in remove:
            self._change(caller, user_id, group.name, None)
        for user_id in add:
            self._change(caller, user_id, group.name, group.id)

    def _change(self, caller: Caller, user_id: str, name: str, group_id: str | None) -> None:
        for _ in range(_TRIES):
            found = self._people.read(caller.client.id, [user_id])
            if not found or found[0].user.admin:
                return
            user = found[0].user
            if user.groups.get(name) == group_id or self._is_protected(caller, user):
                return
            if self._write(caller, user, name, group_id):
                return

    def _is_protected(self, caller: Caller, user: User) -> bool:
        """Return whether the person administers an organisation with rights, of which a client has none."""
        try:
            if user.memberships:
                self._organisation_people().require_power_over(user, actor(caller), scope=DEPLOYMENT)
        except Forbidden:
            return True
        return False

    def _write(self, caller: Caller, user: User, name: str, group_id: str | None) -> bool:
        others = {each: id_ for each, id_ in user.groups.items() if each != name}
        groups = others | ({name: group_id} if group_id else {})
        event = self._audit.record_part(
            "user.updated", origin=caller.origin, actor=caller.actor_id, subject=user.id, changed="groups",
            **{"groups_added" if group_id else "groups_removed": name},
        )  # fmt: skip
        return self._users.replace(replace(user, groups=groups, updated_at=self._clock()), also=[event]) is not None
