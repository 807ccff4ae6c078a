"""The people of a SCIM client: made, read, changed and deleted. Each change is one transaction, with its audit event.

read    BatchGet  what the client said, user
create  Query     SCIM clients, and
        Get       the domains of connections, if the client has no domains
        Transact  user, address, what was said, finders, count, audit event
change  BatchGet  what the client said, user
        Query …   as above, if the address changes
        Transact  both if they are unchanged, finders, addresses, audit event
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import NotFound
from idp.domain.people.user import ID_PREFIX, User
from idp.domain.scim.account import claims, sign_in_address
from idp.domain.scim.refusal import ScimRefusal
from idp.domain.scim.resources import ScimUser
from idp.services.people import user_changes
from idp.services.scim.account_changes import acceptable, account_after
from idp.services.scim.address_domains import may_decide_about
from idp.services.scim.representation import tag_of_person
from idp.store.scim.people import Person
from idp.store.user_items import EmailTakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from idp.domain.clock import Clock, NewId
    from idp.domain.scim.client import ScimClient
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.people.users import UserService
    from idp.services.scim.address_domains import AddressDomains
    from idp.services.sessions.sessions_and_grants import Access
    from idp.store.scim.people import ScimPeopleStore
    from idp.store.users import Users

_TRIES = 5


class Caller(NamedTuple):
    """Who calls, and from where. The client is the scope of all that the call reads and changes."""

    client: ScimClient
    origin: Origin

    @property
    def actor_id(self) -> str:
        """Return the actor of audit events."""
        return f"scim:{self.client.id}"


class ScimPeople:
    """Manages the people of SCIM clients. Methods raise ScimRefusal or NotFound; then nothing was written."""

    def __init__(
        self, *, store: ScimPeopleStore, users: Users, user_service: Callable[[], UserService], passwords: Callable[[], NewPasswords],
        access: Callable[[], Access], domains: AddressDomains, audit: Audit, clock: Clock, new_id: NewId,
    ) -> None:  # fmt: skip
        self._domains = domains
        self._store, self._users, self._user_service, self._passwords = store, users, user_service, passwords
        self._access, self._audit, self._clock, self._new_id = access, audit, clock, new_id

    def read(self, client: ScimClient, user_ids: Sequence[str]) -> list[Person]:
        """Return those of the people whom the client made, except admins of the deployment (threats P-03)."""
        return [each for each in self._store.read(client.id, user_ids) if not each.user.admin]

    def get(self, client: ScimClient, user_id: str) -> Person:
        """Return one person.

        Raises:
            NotFound: the client made no such person, or the person became an admin.
        """
        found = self.read(client, [user_id]) if user_id.startswith(ID_PREFIX) else []
        if not found:
            raise NotFound("scim.unknown")
        return found[0]

    def create(self, caller: Caller, resource: dict[str, Any]) -> Person:
        """Make a person. Without `active` the account is active."""
        client, now, id_ = caller.client, self._clock(), ID_PREFIX + self._new_id()
        said, active, password = _parted(resource)
        email = sign_in_address(said, id_)
        self._domains.check(client, email)
        user = User(
            id=id_, email=email, email_verified=client.vouches_for(email), disabled=active is False, claims=acceptable({}, claims(said)),
            created_at=now, updated_at=now, deactivated_by=client.id if active is False else "",
        )  # fmt: skip
        user = self._with_password(client, user, password, now)
        made = ScimUser(id_, client.id, said, now, now)
        event = self._audit.once_part(
            "user.created", origin=caller.origin, actor=caller.actor_id, subject=id_, admin="false", active=str(not user.disabled).lower()
        )  # fmt: skip
        if not self._users.create(user, also=[*self._store.create_parts(made), event]):
            raise ScimRefusal("scim.taken", scim_type="uniqueness", status=409)
        return Person(made, user)

    def change(
        self, caller: Caller, user_id: str, edit: Callable[[dict[str, Any]], dict[str, Any]], *, expected: Collection[str] | None
    ) -> Person:  # fmt: skip
        """Change a person. `edit` gets the resource with `active` and returns the new one; without `active` that stays. So does the state
        of an account that somebody else disabled.

        `expected`: the ETags that the caller accepts, or None. `active` false ends all sessions and grants in the same write.
        """
        for _ in range(_TRIES):
            before = self.get(caller.client, user_id)
            if expected is not None and tag_of_person(before) not in expected:
                raise ScimRefusal("scim.changed", status=412)
            after = self._edited(caller.client, before, edit)
            if after == before:
                return before
            if written := self._write(caller, before, after):
                return written
        raise ScimRefusal("scim.busy", status=409)

    def delete(self, caller: Caller, user_id: str, *, expected: Collection[str] | None) -> None:
        """Erase a person, as an admin does: the id is never used again, and everything of the account is gone (threats P-07)."""
        from idp.services.audit.recorder import Actor

        found = self.get(caller.client, user_id)
        if expected is not None and tag_of_person(found) not in expected:
            raise ScimRefusal("scim.changed", status=412)
        by = Actor(caller.actor_id, caller.origin, held=frozenset())
        self._user_service().delete(user_id, scope=DEPLOYMENT, by=by, expected=None if expected is None else [found.user.version])

    def _edited(self, client: ScimClient, before: Person, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Person:
        now = self._clock()
        said, active, password = _parted(edit({**before.said.resource, "active": not before.user.disabled}))
        user = account_after(client, before, said, active, now)
        if user.email != before.user.email:
            self._domains.check(client, user.email)
        if may_decide_about(client, before.user):
            user = self._with_password(client, user, password, now)
        if user == before.user and said == before.said.resource:
            return before
        return Person(replace(before.said, resource=said, updated_at=now, version=before.said.version + 1), user)

    def _write(self, caller: Caller, before: Person, after: Person) -> Person | None:
        """Write both in one transaction. None if another request changed one of them, or none of this was written for now."""
        changed = user_changes.list_changes(before.user, after.user)
        event = self._audit.once_part(
            user_changes.choose_event_type(before.user, after.user), origin=caller.origin, actor=caller.actor_id, subject=after.user.id,
            changed=" ".join(changed),
        )  # fmt: skip
        parts = [*self._store.change_parts(before.said, after.said), event]
        try:
            written = self._users.replace(after.user, email_was=before.user.email, also=parts, once=True)
        except EmailTakenError:
            raise ScimRefusal("scim.taken", scim_type="uniqueness", status=409) from None
        if written is None:
            name = after.said.user_name
            if name != before.said.user_name and self._store.finders.by_name(caller.client.id, name) not in {"", after.said.id}:
                raise ScimRefusal("scim.taken", scim_type="uniqueness", status=409)
            return None
        if written.security_stamp != before.user.security_stamp:
            self._access().notify_ended(written, self._clock())
        return Person(after.said, written)

    def _with_password(self, client: ScimClient, user: User, password: str | None, now: int) -> User:
        if password is None or not client.sets_passwords:
            return user
        hashed = self._passwords().hash(password, user, field="password")
        return replace(user, password_hash=hashed, password_changed_at=now, security_stamp=user.security_stamp + 1)


def _parted(resource: dict[str, Any]) -> tuple[dict[str, Any], bool | None, str | None]:
    """Return what is stored as said, whether the account is active, and a new password."""
    said = {name: value for name, value in resource.items() if name not in {"active", "password"}}
    if resource.get("active", False) is None:
        said["active"] = None  # the client removed the attribute; the account stays as it is
    return said, resource.get("active"), resource.get("password")
