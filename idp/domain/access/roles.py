"""Roles, groups, and what somebody who is assigned them may do (RBAC). One model, whoever asks: tokens, the admin API, the command line.

An assignment is a name and the id of the role or group that had this name then. The id is never used again: when a role is deleted, every
assignment of it is over at once, without a search for them, and a new role of the same name begins with nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from idp.domain.errors import Unavailable

NAME = r"[a-z0-9][a-z0-9._:-]{0,63}"
"""Names of roles and groups: lower case, so that no two look alike but for their case; nothing that JSON, a URL or a key would escape."""
PERMISSION = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}"
"""Permissions are whole words to compare, such as orders:read: nothing in them is a pattern."""
MOST_ASSIGNED = 50
"""Roles, and groups, that one user, client or group may have."""
MOST_PERMISSIONS = 100

Assignments = Mapping[str, str]
"""Name to id."""

_NAME = re.compile(NAME, re.ASCII)
_PERMISSION = re.compile(PERMISSION, re.ASCII)


@dataclass(frozen=True, slots=True)
class Role:
    """A name for permissions. `id` tells it from an earlier role of this name."""

    name: str
    id: str
    permissions: tuple[str, ...] = ()
    description: str = ""
    created_at: int = 0
    updated_at: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A name for people. Who is in it has its `roles` as well."""

    name: str
    id: str
    roles: Assignments = field(default_factory=dict)
    description: str = ""
    created_at: int = 0
    updated_at: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class RoleModel:
    """Every role and group, by name. `unreadable_…`: those that are there and cannot be read. What somebody has of them is not guessed."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    unreadable_roles: frozenset[str] = frozenset()
    unreadable_groups: frozenset[str] = frozenset()

    def live_roles(self, assigned: Assignments) -> tuple[str, ...]:
        """Those roles of `assigned` that still are the ones that were assigned, by name.

        Raises:
            Unavailable: one of them cannot be read. Who does not have it is not concerned (threats FI-17).
        """
        _readable(assigned, self.unreadable_roles)
        return tuple(sorted(name for name, id_ in assigned.items() if name in self.roles and self.roles[name].id == id_))

    def live_groups(self, assigned: Assignments) -> tuple[str, ...]:
        """The same for groups."""
        _readable(assigned, self.unreadable_groups)
        return tuple(sorted(name for name, id_ in assigned.items() if name in self.groups and self.groups[name].id == id_))

    def effective(self, roles: Assignments, groups: Assignments = {}) -> tuple[str, ...]:  # noqa: B006  # a mapping that nobody changes
        """The roles that somebody has: their own, and those of their groups."""
        of_groups = (self.live_roles(self.groups[name].roles) for name in self.live_groups(groups))
        return tuple(sorted({*self.live_roles(roles), *(role for each in of_groups for role in each)}))

    def has(self, roles: Assignments, groups: Assignments, *, role: str | None, group: str | None) -> bool:
        """Whether somebody has this role, as their own or by a group, and is in this group; None is not asked."""
        return (not role or role in self.effective(roles, groups)) and (not group or group in self.live_groups(groups))

    def permissions(self, roles: Iterable[str]) -> tuple[str, ...]:
        """What these roles allow together."""
        return tuple(sorted({each for name in roles if name in self.roles for each in self.roles[name].permissions}))


def _readable(assigned: Assignments, unreadable: frozenset[str]) -> None:
    if unreadable and (bad := unreadable.intersection(assigned)):
        raise Unavailable(detail=f"roles or groups cannot be read: {' '.join(sorted(bad))}")


def is_name(value: object) -> bool:
    """Whether a role or group can have this name."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def is_permission(value: object) -> bool:
    """Whether this can be a permission."""
    return isinstance(value, str) and _PERMISSION.fullmatch(value) is not None
