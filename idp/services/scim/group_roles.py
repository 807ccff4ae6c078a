"""What groups of an organisation's directory give there: each is a role of the organisation (threats P-05, P-14).

A group makes its role, without permissions, and reaches no other one. An admin of the organisation gives the role permissions. Who is in
the group and who has the role is written in one transaction for each person.

    give    Query     the roles, once for all
            BatchGet  memberships, and marks that the client made the people, 50 people in a call
            Transact  membership, both items of the member, audit event, for each
    take    BatchGet  memberships, 100 in a call
            Transact  as above
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.roles import MOST_ASSIGNED
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.scim.group_role import role_of
from idp.domain.scim.refusal import ScimRefusal
from idp.services.organisations.roles import MOST
from idp.services.scim.people import actor

if TYPE_CHECKING:
    from collections.abc import Collection

    from idp.domain.access.roles import Role, RoleModel
    from idp.domain.organisations.membership import Membership
    from idp.domain.scim.resources import ScimGroup
    from idp.services.audit.recorder import Audit
    from idp.services.scim.people import Caller
    from idp.store.database import Raw
    from idp.store.memberships import Memberships
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.scim.members import ScimMembers
    from idp.store.scim.people import ScimPeopleStore

MOST_AT_ONCE = 1000
"""Members that one request adds or removes in an organisation: each is a transaction, and a request ends after 29 seconds."""
_TRIES = 5


class GroupRoles:
    """Makes the roles of groups, and gives and takes them. For SCIM clients of organisations only."""

    def __init__(
        self, *, roles: OrganisationRoles, memberships: Memberships, members: ScimMembers, people: ScimPeopleStore, audit: Audit
    ) -> None:  # fmt: skip
        self._roles, self._memberships, self._members, self._people, self._audit = roles, memberships, members, people, audit

    def new_parts(self, caller: Caller, group: ScimGroup) -> list[Raw]:
        """Return the parts of the transaction of a new group that make its role.

        Raises:
            ScimRefusal: the organisation has as many roles as possible.
        """
        org_id, model = caller.client.org_id, self._roles.model(caller.client.org_id)
        taken = {*model.roles, *model.unreadable_roles}
        if len(taken) >= MOST:
            raise ScimRefusal("scim.too_many_groups", scim_type="tooMany", maximum=MOST)
        role = role_of(group, caller.client.own_id, taken)
        event = self._audit.act_parts("organization.role_created", actor(caller), scope=DEPLOYMENT, target=role.name, org_id=org_id)
        return [*self._roles.new_parts(org_id, role), *event]

    def gone_parts(self, caller: Caller, group: ScimGroup) -> list[Raw]:
        """Return the parts of the transaction that deletes a group: they delete its role. No parts if the role does not exist."""
        org_id = caller.client.org_id
        role = _live(self._roles.model(org_id), group)
        if role is None:
            return []
        event = self._audit.act_parts("organization.role_deleted", actor(caller), scope=DEPLOYMENT, target=role.name, org_id=org_id)
        return [self._roles.gone_part(org_id, role), *event]

    def check(self, caller: Caller, user_ids: Collection[str]) -> None:
        """Refuse people who are no members by this client, or have as many roles as possible, before anything is written."""
        if not user_ids:
            return
        found = self._people.members(caller.client.id, caller.client.org_id, user_ids)
        if set(found) != set(user_ids):
            raise ScimRefusal("scim.member_unknown", scim_type="invalidValue")
        if any(len(each.roles) >= MOST_ASSIGNED for each in found.values()):
            model = self._roles.model(caller.client.org_id)
            if any(len(_kept(model, each)) >= MOST_ASSIGNED for each in found.values()):
                raise ScimRefusal("scim.too_many_roles", scim_type="tooMany", maximum=MOST_ASSIGNED)

    def give(self, caller: Caller, group: ScimGroup, user_ids: Collection[str]) -> None:
        """Put people into the group, and give them its role, unless an admin deleted it. Who is no member any more is left out.

        Raises:
            ScimRefusal: somebody's membership was changed during each attempt. Those before stay; a repeated request does the rest.
        """
        client, model = caller.client, self._roles.model(caller.client.org_id)
        found = self._people.members(client.id, client.org_id, user_ids)
        for user_id in user_ids:
            was = (found if turn == 0 else self._people.members(client.id, client.org_id, [user_id]) for turn in range(_TRIES))
            if not any(self._give(caller, group, each.get(user_id), model) for each in was):
                raise ScimRefusal("scim.busy", status=409)

    def take(self, caller: Caller, group: ScimGroup, user_ids: Collection[str]) -> None:
        """Remove people from the group, and take the role from them, also from an admin of the organisation.

        Raises:
            ScimRefusal: as of `give`.
        """
        org_id = caller.client.org_id
        found = self._memberships.several(user_ids, org_id)
        for user_id in user_ids:
            was = (found.get(user_id) if turn == 0 else self._memberships.get(user_id, org_id) for turn in range(_TRIES))
            if not any(self._take(caller, group, user_id, each) for each in was):
                raise ScimRefusal("scim.busy", status=409)

    def _give(self, caller: Caller, group: ScimGroup, was: Membership | None, model: RoleModel) -> bool:
        """Return False if another request changed the membership meanwhile. An admin of the organisation gets no role (threats J-05)."""
        if was is None:
            return True
        role, parts = _live(model, group), self._members.add_parts(group.client_id, group.id, was.user_id)
        if role is None or was.admin or was.roles.get(role.name) == role.id:
            return self._memberships.beside(was, parts)
        roles = was.roles if len(was.roles) < MOST_ASSIGNED else _kept(model, was)
        if len(roles) >= MOST_ASSIGNED:
            return True
        return self._change(caller, was, {**roles, role.name: role.id}, parts, roles_added=role.name)

    def _take(self, caller: Caller, group: ScimGroup, user_id: str, was: Membership | None) -> bool:
        parts = self._members.remove_parts(group.client_id, group.id, user_id)
        if was is None:
            self._members.remove(group.client_id, group.id, [user_id])
            return True
        rest = {name: id_ for name, id_ in was.roles.items() if id_ != group.id}
        if rest == was.roles:
            return self._memberships.beside(was, parts)
        return self._change(caller, was, rest, parts, roles_removed=" ".join(sorted(set(was.roles) - set(rest))))

    def _change(self, caller: Caller, was: Membership, roles: dict[str, str], parts: list[Raw], **details: str) -> bool:
        event = self._audit.act_parts(
            "membership.changed", actor(caller), scope=DEPLOYMENT, subject=was.user_id, org_id=was.org_id, **details
        )  # fmt: skip
        return self._memberships.replace(replace(was, roles=roles), was=was, also=[*parts, *event], once=True) is not None


def _live(model: RoleModel, group: ScimGroup) -> Role | None:
    """Return the role of the group, if no admin deleted it."""
    return next((each for each in model.roles.values() if each.id == group.id), None)


def _kept(model: RoleModel, it: Membership) -> dict[str, str]:
    """Return the member's roles without those that exist no longer."""
    there = {each.id for each in model.roles.values()}
    return {name: id_ for name, id_ in it.roles.items() if id_ in there or name in model.unreadable_roles}
