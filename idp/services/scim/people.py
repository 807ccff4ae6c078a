"""The people of a SCIM client: made, read, changed and deleted. Each change is one transaction, with its audit event.

read    BatchGet  what the client said, user
create  Query     SCIM clients, and
        Get, Get  the domains of connections, and the owner of the domain, if the client has no domains
        Transact  user, address, what was said, finders, count, audit event
change  BatchGet  what the client said, user
        Query …   as above, if the address changes
        Transact  both if they are unchanged, finders, addresses, audit event

A client of an organisation reads the membership, too, and the owner of a domain in place of the other domains. It makes account and
membership in one transaction. What it does to people who do not belong to the organisation alone is in `organisation_members`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import NotFound, PreconditionFailed
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
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.people.users import UserService
    from idp.services.scim.address_domains import AddressDomains
    from idp.services.scim.organisation_members import OrganisationMembers
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


def actor(caller: Caller) -> Actor:
    """Return the caller for services of admins: it has no right of the admin API."""
    from idp.services.audit.recorder import Actor

    return Actor(caller.actor_id, caller.origin, held=frozenset())


class ScimPeople:
    """Manages the people of SCIM clients. Methods raise ScimRefusal or NotFound; then nothing was written."""

    def __init__(
        self, *, store: ScimPeopleStore, users: Users, user_service: Callable[[], UserService], passwords: Callable[[], NewPasswords],
        access: Callable[[], Access], domains: AddressDomains, audit: Audit, clock: Clock, new_id: NewId,
        organisation_people: Callable[[], OrganisationPeople], members: OrganisationMembers,
    ) -> None:  # fmt: skip
        self._domains, self._organisation_people, self._members = domains, organisation_people, members
        self._store, self._users, self._user_service, self._passwords = store, users, user_service, passwords
        self._access, self._audit, self._clock, self._new_id = access, audit, clock, new_id

    def read(self, client: ScimClient, user_ids: Sequence[str]) -> list[Person]:
        """Return those of the people whom the client made, except admins of the deployment (threats P-03).

        A client of an organisation has only its members: who left is not there (threats Q-03).
        """
        id_, org_id = client.id, client.org_id
        found = self._store.read_members(id_, org_id, user_ids) if org_id else self._store.read(id_, user_ids)
        return [each for each in found if not each.user.admin]

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
        now, id_ = self._clock(), ID_PREFIX + self._new_id()
        said, active, password = _parted(resource)
        email = sign_in_address(said, id_)
        client = self._domains.with_proven(caller.client, email)
        self._domains.check(client, email)
        user = User(
            id=id_, email=email, email_verified=client.vouches_for(email), disabled=active is False, claims=acceptable({}, claims(said)),
            created_at=now, updated_at=now, deactivated_by=client.id if active is False else "",
        )  # fmt: skip
        user, member = self._members.new(client, self._with_password(client, user, password, now), now)
        made = ScimUser(id_, client.id, said, now, now)
        event = self._audit.act_parts(
            "user.created", actor(caller), scope=DEPLOYMENT, subject=id_, org_id=client.org_id, admin="false",
            active=str(not user.disabled).lower(),
        )  # fmt: skip
        if not self._users.create(user, also=[*member, *self._store.create_parts(made), *event]):
            raise ScimRefusal("scim.taken", scim_type="uniqueness", status=409)
        return Person(made, user)

    def change(
        self, caller: Caller, user_id: str, edit: Callable[[dict[str, Any]], dict[str, Any]], *, expected: Collection[str] | None
    ) -> Person:  # fmt: skip
        """Change a person. `edit` gets the resource with `active` and returns the new one; without `active` that stays. So does the state
        of an account that somebody else disabled.

        `expected`: the ETags that the caller accepts, or None. `active` false ends all sessions and grants in the same write. Of a person
        who does not belong to the organisation of the client alone, it ends the membership in place of that, and the account stays.

        Raises:
            Forbidden: the person administers an organisation. A client that could set the password could do what they may (threats J-05).
                Without access to the account it gets no information about other organisations. It only cannot end an admin's membership.
        """
        for _ in range(_TRIES):
            before = self.get(caller.client, user_id)
            if expected is not None and tag_of_person(before) not in expected:
                raise ScimRefusal("scim.changed", status=412)
            after = self._edited(caller.client, before, edit)
            if after == before:
                return before
            if before.user.memberships and not self._members.is_guest(before):
                self._organisation_people().require_power_over(before.user, actor(caller), scope=DEPLOYMENT)
            if before.membership and after.membership is None:
                if self._members.end(before, actor(caller)):
                    return after
            elif written := self._write(caller, before, after):
                return written
        raise ScimRefusal("scim.busy", status=409)

    def delete(self, caller: Caller, user_id: str, *, expected: Collection[str] | None) -> None:
        """Erase a person, as an admin does: the id is never used again, and everything of the account is gone (threats P-07).

        Of a person who does not belong to the organisation of the client alone, only the membership ends.
        """
        for _ in range(_TRIES):
            found = self.get(caller.client, user_id)
            if expected is not None and tag_of_person(found) not in expected:
                raise ScimRefusal("scim.changed", status=412)
            if self._members.is_guest(found):
                if self._members.end(found, actor(caller)):
                    return
            elif self._erase(caller, found, same=expected is not None or found.membership is not None):
                return
            elif expected is not None:
                raise ScimRefusal("scim.changed", status=412)
        raise ScimRefusal("scim.busy", status=409)

    def _erase(self, caller: Caller, found: Person, *, same: bool) -> bool:
        """Erase the account. `same`: only if it is as it was judged, else False. The person may join another organisation meanwhile."""
        by, client = actor(caller), caller.client
        try:
            self._user_service().delete(found.said.id, scope=DEPLOYMENT, by=by, expected=[found.user.version] if same else None)
        except PreconditionFailed:
            return False
        if client.org_id:
            self._audit.act("membership.removed", by, scope=DEPLOYMENT, subject=found.said.id, org_id=client.org_id)
        return True

    def _edited(self, client: ScimClient, before: Person, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Person:
        now = self._clock()
        said, active, password = _parted(edit({**before.said.resource, "active": not before.user.disabled}))
        if self._members.is_guest(before):
            if active is False:  # the membership ends, also if another authority disabled the account
                return before._replace(user=replace(before.user, disabled=True), membership=None)
            return self._person_after(before, said, before.user, now)
        client = self._domains.with_proven(client, before.user.email, sign_in_address(said, before.user.id))
        user = account_after(client, before, said, now, active=active)
        if user.email != before.user.email:
            self._domains.check(client, user.email)
        if may_decide_about(client, before.user):
            user = self._with_password(client, user, password, now)
        return self._person_after(before, said, user, now)

    @staticmethod
    def _person_after(before: Person, said: dict[str, Any], user: User, now: int) -> Person:
        if user == before.user and said == before.said.resource:
            return before
        return before._replace(said=replace(before.said, resource=said, updated_at=now, version=before.said.version + 1), user=user)

    def _write(self, caller: Caller, before: Person, after: Person) -> Person | None:
        """Write both in one transaction. None if another request changed one of them, or none of this was written for now."""
        changed = user_changes.list_changes(before.user, after.user)
        event = self._audit.act_parts(
            user_changes.choose_event_type(before.user, after.user), actor(caller), scope=DEPLOYMENT, subject=after.user.id,
            org_id=caller.client.org_id, changed=" ".join(changed),
        )  # fmt: skip
        parts = [*self._store.change_parts(before.said, after.said), *self._members.same_parts(before), *event]
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
        return after._replace(user=written)

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
