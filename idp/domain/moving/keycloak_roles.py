"""The roles and groups of a Keycloak realm export. Roles of clients are not read.

A composite role contains other roles, and a group has the roles of the groups above it (Keycloak's server administration guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from idp.domain.moving import beginning
from idp.domain.moving.fields import member, objects, parse, text, texts
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.person import BrokenFileError, RowError
from idp.domain.moving.role_names import Names

LONGEST = 16 * 1024 * 1024
"""Bytes of the member `roles` or `groups`."""
_OWN = re.compile(r"default-roles-.*|offline_access|uma_authorization", re.DOTALL)
"""Roles that Keycloak gives to everybody. What they contain counts."""
_DEEPEST = 50


class RealmRole(NamedTuple):
    """A role. `contains`: the names of the realm roles in it. `of_clients`: whether it contains roles of clients."""

    description: str
    contains: tuple[str, ...]
    of_clients: bool = False


class RealmGroup(NamedTuple):
    """A group. `roles`: its own and those of the groups above it. `of_clients`: whether it has roles of clients."""

    roles: tuple[str, ...]
    of_clients: bool = False


@dataclass
class RealmRoles:
    """Roles by name, without those that everybody has; groups by path without the first slash."""

    roles: dict[str, RealmRole] = field(default_factory=dict)
    groups: dict[str, RealmGroup] = field(default_factory=dict)
    everybody: dict[str, RealmRole] = field(default_factory=dict)

    def add_roles(self, raw: bytes | None) -> None:
        """Add those of the member `roles`."""
        for each in objects(member({"roles": _parsed(raw)}, "roles"), "realm"):
            inner = member(each, "composites")
            made = RealmRole(text(each, "description"), texts(inner, "realm"), bool(inner.get("client")))
            (self.everybody if _OWN.fullmatch(text(each, "name")) else self.roles)[text(each, "name")] = made

    def add_groups(self, raw: bytes | None) -> None:
        """Add those of the member `groups`."""
        self._add(objects({"groups": _parsed(raw)}, "groups"), "", (), of_clients=False, depth=0)

    def all_of(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return these roles with all that they contain, without those that everybody has."""
        found: dict[str, None] = {}
        left = list(names)
        while left:
            name = left.pop(0)
            if name not in found:
                found[name] = None
                left += (self.roles.get(name) or self.everybody.get(name) or RealmRole("", ())).contains
        return tuple(name for name in found if not _OWN.fullmatch(name))

    @property
    def role_names(self) -> Names:
        """Return the names of roles."""
        return Names(self.roles)

    @property
    def group_names(self) -> Names:
        """Return the names of groups."""
        return Names(self.groups)

    def _add(self, groups: list[Mapping[str, Any]], above: str, roles: tuple[str, ...], *, of_clients: bool, depth: int) -> None:
        if depth > _DEEPEST:
            raise RowError("moving.wrong_type", name="groups")
        for each in groups:
            path = above + text(each, "name")
            own, clients = (*roles, *texts(each, "realmRoles")), of_clients or bool(each.get("clientRoles"))
            self.groups[path] = RealmGroup(own, clients)
            self._add(objects(each, "subGroups"), path + "/", own, of_clients=clients, depth=depth + 1)


def read(file: BinaryIO) -> RealmRoles:
    """Return the roles and groups of a realm export.

    Raises:
        BrokenFileError: it is none.
    """
    beginning.check(file)
    stream, found, there = JsonStream(file), RealmRoles(), False
    try:
        for name in stream.members():
            if name == "roles":
                found.add_roles(stream.value(LONGEST))
                there = True
            elif name == "groups":
                found.add_groups(stream.value(LONGEST))
            else:
                stream.skip()
    except RowError as error:
        raise BrokenFileError(error.message) from None
    if not there:
        raise BrokenFileError("moving.file_not_this_format")
    return found


def _parsed(raw: bytes | None) -> Any:
    if raw is None:
        raise RowError("moving.too_long", bytes=LONGEST)
    return parse(raw)
