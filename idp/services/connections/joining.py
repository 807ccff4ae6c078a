"""Just-in-time membership: a sign-in by the connection of an organisation makes the person its member, if its policy says so.

    sign in  the owner of the domain is read with the link, organisation and membership with the user: no call of their own
             Transact  both items of the membership, the counts, the audit event: once, for a person who is no member yet
    create   BatchGet  domain and organisation, only for an address that an organisation's domain leads here

No other sign-in costs more calls than without organisations.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, Membership
from idp.domain.organisations.person import OrganisationPerson
from idp.domain.people import email as emails
from idp.services.audit.recorder import Actor
from idp.services.connections.unclaimed_domains import UnclaimedDomains
from idp.store.memberships import AlreadyMemberError, OrganisationGoneError, TooManyMembershipsError, UserGoneError
from idp.store.organisation_domains import domain_place
from idp.store.organisation_items import membership_place, organisation_place
from idp.telemetry.record import note

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.store.database import Database, Raw
    from idp.store.memberships import Memberships
    from idp.store.organisation_domains import OrganisationDomainItem
    from idp.store.organisation_items import MembershipItem, OrganisationItem


class ConnectionMembers:
    """Makes people members of the organisation whose proven domain leads to the connection by which they signed in.

    What counts is the address that the connection vouches for (`PendingLink.trusted`), never one that the person typed, and the domain
    has to lead to this connection: another upstream that vouches for the address makes no member.
    """

    def __init__(self, database: Database, memberships: Memberships, audit: Audit, new_id: NewId) -> None:
        self._db, self._memberships, self._audit, self._new_id = database, memberships, audit, new_id
        self._unclaimed = UnclaimedDomains()

    def wanted(self, pending: PendingLink) -> list[tuple[type[Any], Any]]:
        """Return the place of the owner of the domain, to be read with other items; none for an address that does not count."""
        return [domain_place(_domain(pending.trusted))] if pending.trusted else []

    def wanted_at_sign_in(self, connection: Connection, pending: PendingLink, now: int) -> list[tuple[type[Any], Any]]:
        """Return the same. None, too, with a popular connection, if the domain had no owner in the last minute (`UnclaimedDomains`)."""
        unclaimed = bool(connection.copies) and self._unclaimed.knows(_domain(pending.trusted), now)
        return [] if unclaimed else self.wanted(pending)

    def organisation_at_sign_in(
        self, connection: Connection, pending: PendingLink, owner: OrganisationDomainItem | None, now: int
    ) -> str:  # fmt: skip
        """Return what `organisation_of` returns, and remember a domain without an owner. `owner`: as read just now."""
        if owner is None and connection.copies:
            self._unclaimed.remember(_domain(pending.trusted), now)
        return self.organisation_of(connection, owner, now)

    def organisation_of(self, connection: Connection, owner: OrganisationDomainItem | None, now: int) -> str:
        """Return the id of the organisation whose proven domain leads to this connection, or that has it, or ""."""
        found = owner.owner() if owner else None
        leads_here = found is not None and (found.connection_id == connection.id or found.org_id == connection.org_id)
        return found.org_id if found and leads_here and found.counts(now) else ""

    def facts(
        self, connection: Connection, user: User, organisation: OrganisationItem | None, membership: MembershipItem | None
    ) -> tuple[bool, bool, bool]:
        """Return the facts `member`, `alone` and `joins` for a connection of an organisation; all False for any other."""
        found = membership.membership() if membership else None
        if not connection.org_id or organisation is None or organisation.org_id != connection.org_id:
            return False, False, False
        alone = found is not None and OrganisationPerson(user, found).is_owned
        return found is not None, alone, _takes(organisation)

    def may_come_in(self, user: User, org_id: str) -> bool:
        """Return whether the user is a member of the organisation, or becomes one by a sign-in by its connection. One call."""
        organisation, membership = self._db.batch_get(*self.places(user.id, org_id))
        if organisation is None:
            return False
        return membership is not None or (_takes(organisation) and user.memberships < MOST_MEMBERSHIPS)

    def takes(self, org_id: str) -> bool:
        """Return whether the organisation makes members of people who sign in by its connection. One call, or none without an id."""
        return bool(org_id) and _takes(self._db.get(*organisation_place(org_id)))

    def places(self, user_id: str, org_id: str) -> list[tuple[type[Any], Any]]:
        """Return the places of the organisation and of the membership, to be read with the user; none without an organisation."""
        return [organisation_place(org_id), membership_place(user_id, org_id)] if org_id else []

    def join(
        self, user: User, pending: PendingLink, organisation: OrganisationItem | None, membership: MembershipItem | None, *, origin: Origin,
        now: int,
    ) -> User:  # fmt: skip
        """Make the user a member, unless they are one or the policy does not say so. Return the user as they are now. One call, or none.

        `organisation`, `membership`: as read for this request. The sign-in goes on without the membership if it cannot be made.
        """
        if membership is not None or not _takes(organisation):
            return user
        new = self._membership(organisation.org_id, user, pending, now)  # type: ignore[union-attr]  # `_takes`
        try:
            made = self._memberships.add(new, also=self._event(new, pending, origin), once=True)
        except AlreadyMemberError:
            made = True  # another sign-in at the same time
        except (OrganisationGoneError, UserGoneError, TooManyMembershipsError) as refused:
            note(f"a sign-in made no membership: {type(refused).__name__}")
            return user
        return replace(user, memberships=user.memberships + 1, version=user.version + 1) if made else user

    def join_after_link(
        self, user: User, connection: Connection, pending: PendingLink, *, origin: Origin, now: int
    ) -> User:  # fmt: skip
        """Make the user, who linked the identity just now, a member as `join` does. Return the user as they are now. Two calls, or none."""
        if not pending.org_id:
            return user
        owner, organisation, membership = self._db.batch_get(*self.wanted(pending), *self.places(user.id, pending.org_id))
        if self.organisation_of(connection, owner, now) != pending.org_id:
            return user
        return self.join(user, pending, organisation, membership, origin=origin, now=now)

    def new_account_parts(
        self, user: User, connection: Connection, pending: PendingLink, *, origin: Origin, now: int
    ) -> tuple[User, list[Raw]]:  # fmt: skip
        """Return the new user, and the parts by which the transaction that creates them makes them a member; none if they become none.

        `pending.org_id` is of the time of the answer: domain and organisation are read again. One call, or none.
        """
        if not pending.org_id or user.email != pending.trusted:
            return user, []
        owner, organisation = self._db.batch_get(*self.wanted(pending), organisation_place(pending.org_id))
        if self.organisation_of(connection, owner, now) != pending.org_id or not _takes(organisation):
            return user, []
        new = self._membership(pending.org_id, user, pending, now)
        return replace(user, memberships=1), [
            *self._memberships.add_parts(new, new_user=True), *self._event(new, pending, origin)
        ]  # fmt: skip

    def _membership(self, org_id: str, user: User, pending: PendingLink, now: int) -> Membership:
        """The membership. The account is the organisation's if its own verified address is in the same domain."""
        owned = user.email_verified and _domain(user.email) == _domain(pending.trusted)
        return Membership(self._new_id(), org_id, user.id, owned=owned, source="connection", joined_at=now)

    def _event(self, new: Membership, pending: PendingLink, origin: Origin) -> list[Raw]:
        return self._audit.act_parts(
            "membership.added", Actor(new.user_id, origin, frozenset()), scope=DEPLOYMENT, subject=new.user_id, org_id=new.org_id,
            connection=pending.connection_id, admin="false",
        )  # fmt: skip


def _takes(organisation: OrganisationItem | None) -> bool:
    """Return whether the organisation is live, and its policy makes members of people who sign in by its connection."""
    profile = organisation.profile() if organisation else None
    return profile is not None and profile.live and profile.policy.joins_by_connection


def _domain(email: str) -> str:
    return emails.identity(email).rpartition("@")[2]
