"""Makes the roles and groups of a Keycloak realm that do not exist here (threats R-10).

An imported role has no permissions, and what exists is not changed, so no person gets more than an admin gave to a role here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Invalid
from idp.domain.message import Message
from idp.services.audit.recorder import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.moving.keycloak_roles import RealmGroup, RealmRole, RealmRoles
    from idp.services.access.groups import GroupService
    from idp.services.access.roles import RoleService
    from idp.services.audit.recorder import Actor


@dataclass(frozen=True, slots=True)
class ImportedName:
    """What became of a role or group. `name`: there. `here`: "" if it is refused. `notes`: why, or what it lost."""

    kind: str
    name: str
    here: str = ""
    known: bool = False
    notes: tuple[Message, ...] = ()


class RoleImport:
    """Imports roles and groups."""

    def __init__(self, roles: RoleService, groups: GroupService) -> None:
        self._roles, self._groups = roles, groups

    def run(self, realm: RealmRoles, *, by: Actor = SYSTEM, dry_run: bool = False) -> Iterator[ImportedName]:
        """Make the roles, then the groups with their roles. `dry_run`: nothing is written."""
        model, names = self._roles.model(scope=DEPLOYMENT), realm.role_names
        made: set[str] = {*model.roles}
        for name, role in realm.roles.items():
            problem = names.problem(name)
            done = (
                ImportedName("role", name, notes=(problem,))
                if problem
                else self._role(name, names.of(name), role, made, by, dry_run=dry_run)
            )
            made |= {done.here} - {""}
            yield done
        for name, group in realm.groups.items():
            if problem := realm.group_names.problem(name):
                yield ImportedName("group", name, notes=(problem,))
            else:
                yield self._group(realm, name, group, made, {*model.groups}, by, dry_run=dry_run)

    def _role(self, name: str, here: str, role: RealmRole, there: set[str], by: Actor, *, dry_run: bool) -> ImportedName:
        notes = (Message("moving.role_of_clients"),) * role.of_clients
        if here in there:
            return ImportedName("role", name, here, known=True)
        try:
            if not dry_run:
                self._roles.create(here, description=_short(role.description), scope=DEPLOYMENT, by=by)
        except Conflict:
            return ImportedName("role", name, here, known=True)
        except Invalid as error:
            return ImportedName("role", name, notes=(error.message,))
        return ImportedName("role", name, here, notes=notes)

    def _group(
        self, realm: RealmRoles, name: str, group: RealmGroup, roles: set[str], groups: set[str], by: Actor, *, dry_run: bool
    ) -> ImportedName:  # fmt: skip
        here, names = realm.group_names.of(name), realm.role_names
        if here in groups:
            return ImportedName("group", name, here, known=True)
        wanted = {each: names.of(each) for each in realm.all_of(group.roles)}
        lost = sorted(each for each, role in wanted.items() if role not in roles)
        notes = (Message("moving.role_of_clients"),) * group.of_clients
        notes += (Message("moving.role_refused_in", names=ascii(", ".join(lost))[1:-1]),) * bool(lost)
        try:
            if not dry_run:
                self._groups.create(here, roles=sorted({*wanted.values()} & roles), scope=DEPLOYMENT, by=by)
        except Conflict:
            return ImportedName("group", name, here, known=True)
        except Invalid as error:
            return ImportedName("group", name, notes=(error.message,))
        return ImportedName("group", name, here, notes=notes)


def _short(description: str) -> str:
    """Return the description if it is one here, else nothing. Keycloak has `${…}` for its own texts."""
    from idp.services.access.named_resources import check_description

    try:
        return "" if description.startswith("${") else check_description(description)
    except Invalid:
        return ""
