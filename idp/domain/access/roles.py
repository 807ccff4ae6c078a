"""Roles and groups (RBAC): the one model that tokens, the admin API and the command line use.

An assignment is a name and the id of the role or group that had this name then. Ids are never used again. So deleting a role ends all its
assignments at once without a search for them, and a new role of the same name has no holders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from idp.domain.errors import Unavailable

NAME = r"[a-z0-9][a-z0-9._:-]{0,63}"
"""Names of roles and groups. They are lower case, so that no two differ only in case, and have no character that JSON, a URL or a key
escapes.
"""
PERMISSION = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}"
"""Permissions such as orders:read. They are compared as whole strings and contain no patterns."""
MOST_ASSIGNED = 50
"""The maximum number of roles, and of groups, that one user, client or group may have."""
MOST_PERMISSIONS = 100

Assignments = Mapping[str, str]
"""Maps the name of a role or group to its id."""

_NAME = re.compile(NAME, re.ASCII)
_PERMISSION = re.compile(PERMISSION, re.ASCII)


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of permissions. `id` distinguishes it from a former role of this name."""

    name: str
    id: str
    permissions: tuple[str, ...] = ()
    description: str = ""
    created_at: int = 0
    updated_at: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of people. Its members have its `roles` in addition to their own."""

    name: str
    id: str
    roles: Assignments = field(default_factory=dict)
    description: str = ""
    created_at: int = 0
    updated_at: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True)
class RoleModel:
    """All roles and groups by name. `unreadable_…`: the names of stored ones that cannot be read. Their permissions are not guessed."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    unreadable_roles: frozenset[str] = frozenset()
    unreadable_groups: frozenset[str] = frozenset()

    def live_roles(self, assigned: Assignments) -> tuple[str, ...]:
        """Return the names of the assigned roles that still exist with the assigned id.

        Raises:
            Unavailable: one of them cannot be read. Subjects without that role are not affected (threats FI-17).
        """
        _readable(assigned, self.unreadable_roles)
        return tuple(sorted(name for name, id_ in assigned.items() if name in self.roles and self.roles[name].id == id_))

    def live_groups(self, assigned: Assignments) -> tuple[str, ...]:
        """Return the names of the assigned groups that still exist with the assigned id."""
        _readable(assigned, self.unreadable_groups)
        return tuple(sorted(name for name, id_ in assigned.items() if name in self.groups and self.groups[name].id == id_))

    def effective(self, roles: Assignments, groups: Assignments = {}) -> tuple[str, ...]:  # noqa: B006  # it is never changed
        """Return the names of the roles that a subject has: its own and those of its groups."""
        of_groups = (self.live_roles(self.groups[name].roles) for name in self.live_groups(groups))
        return tuple(sorted({*self.live_roles(roles), *(role for each in of_groups for role in each)}))

    def has(self, roles: Assignments, groups: Assignments, *, role: str | None, group: str | None) -> bool:
        """Return whether a subject has this role, by itself or by a group, and is in this group. None is not checked."""
        return (not role or role in self.effective(roles, groups)) and (not group or group in self.live_groups(groups))

    def permissions(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Return the permissions of these roles, each once."""
        return tuple(sorted({each for name in roles if name in self.roles for each in self.roles[name].permissions}))


def _readable(assigned: Assignments, unreadable: frozenset[str]) -> None:
    if unreadable and (bad := unreadable.intersection(assigned)):
        raise Unavailable(detail=f"roles or groups cannot be read: {' '.join(sorted(bad))}")


def is_name(value: object) -> bool:
    """Return whether it is a valid name of a role or group."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def is_permission(value: object) -> bool:
    """Return whether it is a valid permission."""
    return isinstance(value, str) and _PERMISSION.fullmatch(value) is not None
