"""What roles and groups have in common as admins manage them: a name for good, one conditional write a change, a trace in the audit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from idp.domain.access.roles import Group, Role, is_name
from idp.domain.errors import Conflict, Invalid, NotFound, PreconditionFailed
from idp.domain.message import Message
from idp.domain.people.user import ID_PREFIX
from idp.domain.readable_text import is_readable

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.clients import Clients
    from idp.store.roles import Roles
    from idp.store.users import Users

MOST = 500
"""Roles, and groups, of a deployment: they are read together, for each token that tells of them."""
LONGEST_DESCRIPTION = 500
_TRIES = 5

R = TypeVar("R", Role, Group)
Versions = Collection[int] | None
"""The versions that the caller knows (If-Match); None: whichever it is."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the services of roles and groups work with."""

    roles: Roles
    users: Users
    clients: Clients
    audit: Audit
    clock: Clock
    new_id: NewId

    def assigned(self, by: Actor) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The roles and groups of whoever acts: a person, an app; nothing for the command line."""
        if by.id.startswith(ID_PREFIX):
            user = self.users.get(by.id)
            return (user.roles, user.groups) if user else ({}, {})
        client = self.clients.get(by.id)
        return (client.roles or {}, {}) if client else ({}, {})


@dataclass(frozen=True, slots=True)
class Refusals:
    """Why a change is refused, in words about a role or about a group."""

    unknown: Message
    busy: Message
    too_many: Message
    taken: Message
    changed: Message


class Named(ABC, Generic[R]):
    """Raises Invalid, Conflict, NotFound, Forbidden, PreconditionFailed; nothing is written then."""

    kind: str
    fields: frozenset[str]
    refusals: Refusals

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @abstractmethod
    def _read(self, name: str) -> R | None:
        """The one of this name, or None."""

    @abstractmethod
    def _checked(self, it: R, changes: Mapping[str, Any], by: Actor) -> R:
        """`it` with these members, which are known by name only."""

    @abstractmethod
    def _describe_change(self, before: R | None, after: R) -> dict[str, str]:
        """The details of the audit event: what changed."""

    def get(self, name: str, *, scope: Scope) -> R:
        """The one of this name, read strongly."""
        scope.require_deployment()
        found = self._read(name)
        if found is None:
            raise NotFound(self.refusals.unknown)
        return found

    def patch(self, name: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor, expected: Versions = None) -> R:
        """Change it as RFC 7396 says. It takes effect with the next token of whoever has it."""
        scope.require_deployment()
        for _ in range(_TRIES):
            found = self._current(name, expected, scope)
            wanted = self._checked(found, self._known(changes), by)
            if wanted == found:
                return found
            written = self._parts.roles.replace(replace(wanted, updated_at=self._parts.clock()))
            if written is not None:
                self._parts.audit.act(f"{self.kind}.updated", by, target=name, scope=scope, **self._describe_change(found, written))
                return written
        raise Conflict(self.refusals.busy)

    def delete(self, name: str, *, scope: Scope, by: Actor, expected: Versions = None) -> None:
        """Remove it. Nobody has it any more, whoever it was assigned to, and a new one of this name is another."""
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
        new = self._checked(make(self._parts.new_id(), self._parts.clock()), self._known(changes), by)
        if not self._parts.roles.create(new):
            raise Conflict(self.refusals.taken)
        self._parts.audit.act(f"{self.kind}.created", by, target=new.name, scope=scope, **self._describe_change(None, new))
        return new

    def _current(self, name: str, expected: Versions, scope: Scope) -> R:
        found = self.get(name, scope=scope)
        if expected is not None and found.version not in expected:
            raise PreconditionFailed(self.refusals.changed)
        return found

    def _known(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        for member in changes:
            if member not in self.fields:
                raise Invalid("member.unknown", field=member if member.isidentifier() else "")
        return changes


def description(value: object) -> str:
    """What a role or group is for, in words; null: none."""
    if value is None or value == "":
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_DESCRIPTION or not is_readable(value):
        raise Invalid("role.description_malformed", longest=LONGEST_DESCRIPTION, field="description")
    return value
