"""The list of people in files, for an admin: what the list shows of each person, and no factor or secret (threats R-13)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from idp.services.moving.export_notice import write_event

if TYPE_CHECKING:
    from idp.domain.access.roles import RoleModel
    from idp.domain.access.tenancy import Scope
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.people.users import UserService
    from idp.store.database import Raw
    from idp.store.roles import Roles

IN_A_FILE = 2000
"""People of one file at most."""
LARGEST = 3_000_000
"""Bytes of a file, about, of the 6 MB that an answer of Lambda can have: its quotation marks count twice there."""
_NEW = 100
"""People who may be added between the page that tells of a part and its file, without that another one is left out."""


class Part(NamedTuple):
    """People by email address. `model`: all roles and groups. `more`: where the next part begins, None after the last one."""

    people: list[User]
    model: RoleModel
    more: Raw | None

    @property
    def end(self) -> str:
        """Return the address with which the part ends, or an empty text for the last part."""
        return str(self.more["listing_sk"]["S"]) if self.more else ""


class PeopleFiles:
    """Reads the parts of an export that was begun."""

    def __init__(self, users: UserService, roles: Roles, audit: Audit) -> None:
        self._users, self._roles, self._audit = users, roles, audit

    def begin(self, form: str, *, scope: Scope, by: Actor) -> None:
        """Write the event that an export begins, before anything is read.

        Raises:
            Unavailable: it cannot be written. Then nothing may be exported.
        """
        scope.require_deployment()
        write_event(self._audit, encrypted_to="", with_keys=False, resumed=False, form=form, by=by)

    def part(self, start: Raw | None, *, scope: Scope, end: str | None = None) -> Part:
        """Return the people from `start` on. The list may be a moment old.

        `end`: that of the part when the next one was named, for its file: people who were added since then displace no person of it.

        Raises:
            Unavailable: a role or group cannot be read.
        """
        scope.require_deployment()
        if end is None:
            people, more = self._fitting(start, scope)
        else:
            found = self._users.search(limit=IN_A_FILE + _NEW, start=start, scope=scope)
            people, more = [user for user in found.items if not end or user.email <= end], found.more
        return Part(people, self._roles.model(), more)

    def _fitting(self, start: Raw | None, scope: Scope) -> tuple[list[User], Raw | None]:
        """Return so many people that their file is not too large, one at least."""
        limit = IN_A_FILE
        while True:
            found = self._users.search(limit=limit, start=start, scope=scope)
            size = sum(map(_size, found.items))
            if size <= LARGEST or limit == 1:
                return found.items, found.more
            limit = max(1, min(limit, len(found.items)) * LARGEST * 4 // (size * 5))


def _size(user: User) -> int:
    """Return the bytes of a person in a file, about."""
    told = [dict(user.claims), dict(user.attributes), list(user.roles), list(user.groups)]
    return 400 + len(json.dumps(told, ensure_ascii=False, default=str).encode())
