"""The shared part of roles and groups: a permanent name, one conditional write for each change, an audit event."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from idp.domain.access.roles import Group, Role, is_name
from idp.domain.errors import Conflict, Invalid, NotFound, PreconditionFailed
from idp.domain.message import Message
from idp.domain.people.user import ID_PREFIX, may_be_user_id
from idp.domain.readable_text import is_readable

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.clients import Clients
    from idp.store.roles import Roles
    from idp.store.users import Users

MOST = 500
"""The maximum number of roles, and of groups, of a deployment. All of them are read together for a token that contains roles."""
LONGEST_DESCRIPTION = 500
_TRIES = 5

R = TypeVar("R", Role, Group)
Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that both services need."""

    roles: Roles
    users: Users
    clients: Clients
    audit: Audit
    clock: Clock
    new_id: NewId

    def read_assigned(self, by: Actor) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Return the roles and groups of the caller, who is a person or an app. The command line has none."""
        user = self.users.get(by.id) if may_be_user_id(by.id) else None
        if user or by.id.startswith(ID_PREFIX):
            return (user.roles, user.groups) if user else ({}, {})
        client = self.clients.get(by.id)
        return (client.roles or {}, {}) if client else ({}, {})


@dataclass(frozen=True, slots=True)
class Refusals:
    """The message ids of refusals, for roles or for groups."""

    unknown: Message
    busy: Message
    too_many: Message
    taken: Message
    changed: Message


class NamedResources(ABC, Generic[R]):
    """Gets, changes and deletes. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed before any write."""

    kind: str
    fields: frozenset[str]
    refusals: Refusals

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @abstractmethod
    def _read(self, name: str) -> R | None:
        """Return the role or group with this name, or None."""

    @abstractmethod
    def _apply(self, it: R, changes: Mapping[str, Any], by: Actor) -> R:
        """Return `it` with these changes. The names of the members were checked already, their values were not."""

    @abstractmethod
    def _describe_change(self, before: R | None, after: R) -> dict[str, str]:
        """Return the details of the audit event."""

    def get(self, name: str, *, scope: Scope) -> R:
        """Return the role or group with this name, by a strongly consistent read."""
        scope.require_deployment()
        found = self._read(name)
        if found is None:
            raise NotFound(self.refusals.unknown)
        return found

    def patch(self, name: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None) -> R:
        """Change it by an RFC 7396 patch. Tokens that are issued later contain the change."""
        scope.require_deployment()
        for _ in range(_TRIES):
            found = self._current(name, expected, scope)
            wanted = self._apply(found, self._require_known(changes), by)
            if wanted == found:
                return found
            written = self._parts.roles.replace(replace(wanted, updated_at=self._parts.clock()))
            if written is not None:
                self._parts.audit.act(f"{self.kind}.updated", by, target=name, scope=scope, **self._describe_change(found, written))
                return written
        raise Conflict(self.refusals.busy)

    def delete(self, name: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Delete it. All its assignments end, and a new role or group of this name has no assignments."""
        scope.require_deployment()
        for _ in range(_TRIES):
            if self._parts.roles.delete(self._current(name, expected, scope)):
                self._parts.audit.act(f"{self.kind}.deleted", by, target=name, scope=scope)
                return
        raise Conflict(self.refusals.busy)

    def _create(
        self, make: Callable[[str, int], R], name: object, changes: Mapping[str, Any], there: Collection[str], *, scope: Scope, by: Actor
    ) -> R:
        if not is_name(name):
            raise Invalid("role.name_malformed", field="name")
        if len(there) >= MOST:
            raise Invalid(self.refusals.too_many)
        new = self._apply(make(self._parts.new_id(), self._parts.clock()), self._require_known(changes), by)
        if not self._parts.roles.create(new):
            raise Conflict(self.refusals.taken)
        self._parts.audit.act(f"{self.kind}.created", by, target=new.name, scope=scope, **self._describe_change(None, new))
        return new

    def _current(self, name: str, expected: Versions, scope: Scope) -> R:
        found = self.get(name, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed(self.refusals.changed)
        return found

    def _require_known(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        for member in changes:
            if member not in self.fields:
                raise Invalid("member.unknown", field=member if member.isidentifier() else "")
        return changes


def check_description(value: object) -> str:
    """Check a description. None and "" give ""."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_DESCRIPTION or not is_readable(value):
        raise Invalid("role.description_malformed", longest=LONGEST_DESCRIPTION, field="description")
    return value
