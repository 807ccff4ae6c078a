"""What the person who accepts an invitation into an organisation gets: a membership, with an account that exists or a new one.

What the invitation gives is checked again then: the inviter may have lost the right to give it, and a role may be gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from idp.domain.access import admin_scopes
from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES, delegated
from idp.domain.errors import Conflict, Invalid
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, Membership
from idp.domain.people.user import may_be_user_id
from idp.services.apps.client_rules.power import admin_power
from idp.services.audit.recorder import SYSTEM, Actor
from idp.store import keys
from idp.store.invitations import place as invitation_place
from idp.store.memberships import AlreadyMemberError, OrganisationGoneError, TooManyMembershipsError, UserGoneError, explain
from idp.store.organisation_items import organisation_place
from idp.store.user_items import EmailItem

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import NewId
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.invitation import Invitation
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tickets.ticket import Ticket
    from idp.services.audit.recorder import Audit
    from idp.services.tickets.tickets import Tickets
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.database import Database, Raw
    from idp.store.invitations import Invitations
    from idp.store.memberships import Memberships
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.users import Users

INVITATION, ORGANISATION = "invitation", "organization"
"""The details of a ticket that name its invitation and the organisation."""


class IsOwned(Protocol):
    """Tells whether the verified address of a user is in a domain that an organisation proved (`MemberService.is_owned`)."""

    def __call__(self, org_id: str, user: User, now: int, *, scope: Scope) -> bool:
        """Read the owner of the domain. One call, or none."""
        ...


class Joining(NamedTuple):
    """What the person who accepts gets now. `user`: the account of the address, or None if there is none."""

    ticket: Ticket
    invitation: Invitation
    organisation: OrganisationProfile
    roles: dict[str, str]
    user: User | None


class OrganisationJoining:
    """Checks and accepts invitations into organisations."""

    def __init__(
        self, *, settings: Settings, database: Database, invitations: Invitations, tickets: Tickets, users: Users, clients: Clients,
        memberships: Memberships, is_owned: IsOwned, roles: OrganisationRoles, audit: Audit, new_id: NewId,
    ) -> None:  # fmt: skip
        self._settings, self._db, self._invitations, self._tickets = settings, database, invitations, tickets
        self._users, self._clients, self._memberships, self._is_owned, self._roles = users, clients, memberships, is_owned, roles
        self._audit, self._new_id = audit, new_id

    def admit(self, ticket: Ticket, *, scope: Scope) -> Joining | None:
        """Return what this ticket gives now. Nothing is used up.

        None: the invitation was withdrawn, the organisation is gone or disabled, the inviter may not give this any more, or the account
        of the address cannot join: it is disabled, or never proved the address, so it may be a stranger's.
        """
        scope.require_deployment()
        org_id = ticket.details.get(ORGANISATION, "")
        item, found, taken = self._db.batch_get(
            invitation_place(ticket.details.get(INVITATION, ""), org_id or "-"), organisation_place(org_id),
            (EmailItem, keys.email(ticket.email)),
        )  # fmt: skip
        invitation, organisation = item.invitation() if item else None, found.profile() if found else None
        if invitation is None or organisation is None or invitation.email != ticket.email or not organisation.live:
            return None
        if not self._may_give(invitation):
            return None
        user = self._users.get(taken.user_id) if taken and taken.reserved_until is None else None
        if user and (user.disabled or not user.email_verified):
            return None
        return Joining(ticket, invitation, organisation, self._live_roles(invitation), user)

    def accept(self, joining: Joining, *, attempt: str, origin: Origin, now: int, scope: Scope) -> None:
        """Make the account of the address a member. One transaction uses the ticket up, and removes the invitation.

        Raises:
            Invalid: `ticket.expired`: it was used or replaced meanwhile, or the account is gone.
            Conflict: the person is in too many organisations.
        """
        scope.require_deployment()
        user = joining.user
        if user is None:
            raise Invalid("ticket.expired")
        new = self._membership(joining, user, now, scope=scope)
        parts = [
            *self._memberships.add_parts(new), self._tickets.use_part(joining.ticket, attempt=attempt, now=now),
            self._invitations.remove_part(joining.invitation.id, new.org_id),
            *self._event(joining, user, origin, scope),
        ]  # fmt: skip
        refused = self._db.transact(*parts)
        if self._db.was_applied(refused):
            return
        try:
            explain(refused or [])
        except TooManyMembershipsError:
            raise Conflict("membership.too_many", maximum=MOST_MEMBERSHIPS) from None
        except (AlreadyMemberError, OrganisationGoneError, UserGoneError):
            pass
        raise Invalid("ticket.expired")

    def new_account_parts(self, joining: Joining, user: User, *, origin: Origin, now: int, scope: Scope) -> list[Raw]:
        """Return the parts of the transaction that creates `user`, by which the new account is a member. `user.memberships` is 1.

        The caller uses the ticket up in the same transaction.
        """
        scope.require_deployment()
        new = self._membership(joining, user, now, scope=scope)
        return [
            *self._memberships.add_parts(new, new_user=True), self._invitations.remove_part(joining.invitation.id, new.org_id),
            *self._event(joining, user, origin, scope),
        ]  # fmt: skip

    def _membership(self, joining: Joining, user: User, now: int, *, scope: Scope) -> Membership:
        invitation = joining.invitation
        owned = self._is_owned(invitation.org_id, user, now, scope=scope)
        return Membership(
            self._new_id(), invitation.org_id, user.id, roles=joining.roles, admin=invitation.admin, owned=owned, source="invitation",
            joined_at=now,
        )  # fmt: skip

    def _event(self, joining: Joining, user: User, origin: Origin, scope: Scope) -> list[Raw]:
        it = joining.invitation
        return self._audit.act_parts(
            "membership.added", Actor(user.id, origin, frozenset()), scope=scope, subject=user.id, org_id=it.org_id, invitation=it.id,
            invited_by=it.invited_by, admin=str(it.admin).lower(),
        )  # fmt: skip

    def _live_roles(self, it: Invitation) -> dict[str, str]:
        if not it.roles:
            return {}
        there = self._roles.model(it.org_id).roles
        return {name: id_ for name, id_ in it.roles.items() if name in there and there[name].id == id_}

    def _may_give(self, it: Invitation) -> bool:
        """Return whether the inviter may still invite people into the organisation, and make the person an admin if the invitation does."""
        by, needed = it.invited_by, ORGANISATION_SCOPES if it.admin else frozenset({"organizations:write"})
        if by == SYSTEM.id:
            return True
        user = self._users.get(by) if may_be_user_id(by) else None
        if user is None:
            client = self._clients.get(by)
            if client is None or client.disabled or client.org_id not in {"", it.org_id}:
                return False
            return needed <= admin_power(client, self._settings.admin_resource)
        if user.disabled:
            return False
        if user.is_live_admin and needed <= admin_scopes.usable(user.admin_scopes):
            return True
        membership = self._memberships.get(user.id, it.org_id)
        return membership is not None and needed <= delegated(membership)
