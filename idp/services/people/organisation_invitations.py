"""Invitations into an organisation: the owner of an address gets a link, by which they become a member (`organisation_joining`).

Only the mail has the link (threats Q-04). It proves the address, so accepting it needs no sign-in, and it makes only the account of this
address a member.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.errors import Conflict, Forbidden, NotFound, Throttled
from idp.domain.people.invitation import LIFETIME_DAYS, Invitation
from idp.domain.requests.own_pages import CONSOLE
from idp.domain.tickets.ticket import JOIN, LIFETIMES, Ticket
from idp.services.access import assignments
from idp.services.audit.recorder import SYSTEM, Actor
from idp.services.mail.recipient_language import language_for
from idp.services.people.organisation_joining import INVITATION, ORGANISATION
from idp.services.people.user_changes import parse_email
from idp.store import keys
from idp.store.organisation_items import organisation_place
from idp.store.user_items import EmailItem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.services.audit.recorder import Audit
    from idp.services.mail.mailer import Mailer
    from idp.services.tickets.limits import TicketLimits
    from idp.services.tickets.tickets import Tickets
    from idp.settings import Settings
    from idp.store.database import Database, Raw
    from idp.store.invitations import Invitations
    from idp.store.memberships import Memberships
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.tickets import TicketItem

_SLOT = 32
_HOUR = 3600


class OrganisationInvitations:
    """Makes, sends again and withdraws invitations into organisations."""

    def __init__(
        self, settings: Settings, database: Database, invitations: Invitations, tickets: Tickets, memberships: Memberships,
        roles: OrganisationRoles, mailer: Mailer, audit: Audit, clock: Clock, new_id: NewId, limits: Callable[[], TicketLimits],
    ) -> None:  # fmt: skip
        self._settings, self._db, self._invitations, self._tickets = settings, database, invitations, tickets
        self._memberships, self._roles, self._mailer, self._audit = memberships, roles, mailer, audit
        self._clock, self._new_id, self._limits = clock, new_id, limits

    def create(
        self, org_id: str, email: str, *, scope: Scope, roles: Sequence[str] = (), admin: bool = False, by: Actor = SYSTEM
    ) -> Invitation:  # fmt: skip
        """Invite an address, and send it the link. The answer is the same with and without an account of this address.

        Raises:
            NotFound: there is no such organisation.
            Invalid: the address or a role is not valid.
            Conflict: the person is a member, or has a valid invitation into this organisation.
            Forbidden: the caller does not hold what an admin of the organisation gets.
            Throttled: the organisation's admins sent too many in this hour.
        """
        scope.require_organisation(org_id)
        address, now = parse_email(email), self._clock()
        owner, slot = self._tickets.address_owner(address), _slot(org_id)
        found, taken, item = self._db.batch_get(
            organisation_place(org_id), (EmailItem, keys.email(address)), self._tickets.place(owner, JOIN, slot)
        )
        organisation = _live(found.profile() if found else None)
        if admin and not by.held >= ORGANISATION_SCOPES:
            raise Forbidden("membership.scopes_not_held")
        if taken and taken.reserved_until is None and self._memberships.get(taken.user_id, org_id):
            raise Conflict("membership.exists")
        if item and item.ticket().live(now):
            raise Conflict("invitation.exists")
        model = self._roles.model(org_id) if roles else None
        made = Invitation(
            id=self._new_id(), email=address, invited_by=by.id, created_at=now, sent_at=now, expires_at=now + LIFETIMES[JOIN],
            roles=assignments.resolve_names(list(roles), model.roles if model else {}, "roles"), org_id=org_id, admin=admin,
        )  # fmt: skip
        event = self._audit.act_parts(
            "invitation.created", by, scope=scope, target=made.id, org_id=org_id, roles=" ".join(made.roles), admin=str(admin).lower()
        )
        self._require_room(org_id, owner, scope, now)
        self._send(made, organisation, item, [self._invitations.create_part(made), *event])
        return made

    def get(self, org_id: str, invitation_id: str, *, scope: Scope) -> Invitation:
        """Return the invitation.

        Raises:
            NotFound: it was accepted or withdrawn, or never made.
        """
        scope.require_organisation(org_id)
        found = self._invitations.get(invitation_id, org_id)
        if found is None:
            raise NotFound("invitation.unknown")
        return found

    def listing(self, org_id: str, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[Invitation], Raw | None]:
        """Return one page of invitations that were not accepted yet, and the start of the next page. One call."""
        scope.require_organisation(org_id)
        return self._invitations.listing(org_id=org_id, limit=limit, start=start)

    def resend(self, org_id: str, invitation_id: str, *, scope: Scope, by: Actor = SYSTEM) -> Invitation:
        """Send a new link, which is valid for seven days from now. The former link ends.

        Raises:
            NotFound: it was accepted or withdrawn, or never made.
            Throttled: the organisation's admins sent too many in this hour.
        """
        scope.require_organisation(org_id)
        before, now = self.get(org_id, invitation_id, scope=scope), self._clock()
        after = replace(before, sent_at=now, expires_at=now + LIFETIMES[JOIN])
        owner = self._tickets.address_owner(after.email)
        found, item = self._db.batch_get(organisation_place(org_id), self._tickets.place(owner, JOIN, _slot(org_id)))
        self._require_room(org_id, owner, scope, now)
        event = self._audit.act_parts("invitation.resent", by, scope=scope, target=after.id, org_id=org_id)
        self._send(after, _live(found.profile() if found else None), item, [self._invitations.sent_part(after), *event])
        return after

    def withdraw(self, org_id: str, invitation_id: str, *, scope: Scope, by: Actor = SYSTEM) -> None:
        """Remove the invitation. Its link ends.

        Raises:
            NotFound: it was accepted or withdrawn, or never made.
        """
        scope.require_organisation(org_id)
        owner = self._tickets.address_owner(self.get(org_id, invitation_id, scope=scope).email)
        (item,) = self._db.batch_get(self._tickets.place(owner, JOIN, _slot(org_id)))
        mine = item is not None and item.ticket().details.get(INVITATION) == invitation_id
        ends = [self._tickets.drop_part(owner, JOIN, _slot(org_id))] if mine else []
        event = self._audit.act_parts("invitation.withdrawn", by, scope=scope, target=invitation_id, org_id=org_id)
        refused = self._db.transact(self._invitations.remove_part(invitation_id, org_id), *ends, *event)
        if not self._db.was_applied(refused):
            raise NotFound("invitation.unknown")

    def _require_room(self, org_id: str, owner: str, scope: Scope, now: int) -> None:
        """Count a mail of an organisation's admin, who could otherwise send any number to addresses of strangers. One call.

        Raises:
            Throttled: the organisation, or the address in it, had as many in this hour as it may.
        """
        if scope.organisation and self._db.transact(*self._limits().of_organisation(org_id, owner, now)) is not None:
            seconds = _HOUR - now % _HOUR
            raise Throttled(seconds, "invitation.too_many_mails", minutes=-(-seconds // 60))

    def _send(self, it: Invitation, organisation: OrganisationProfile, item: TicketItem | None, parts: list[Raw]) -> None:
        """Write the ticket together with the invitation, and send the mail. An earlier link into this organisation ends."""
        owner, details = self._tickets.address_owner(it.email), {INVITATION: it.id, ORGANISATION: it.org_id}
        draft = Ticket(owner, JOIN, it.email, details=details, slot=_slot(it.org_id))
        issued = self._tickets.issue(draft, item, now=self._clock(), also=parts, limited=False)
        if issued is None:
            raise Conflict("service.try_again")
        console = f"{self._settings.issuer}{CONSOLE}" if it.admin and self._settings.has_console else ""
        context = {
            "link": issued.link, "organisation": organisation.name, "brand": self._settings.brand, "days": str(LIFETIME_DAYS),
            "lang": language_for(self._settings), "console": console,
        }  # fmt: skip
        self._mailer.send(issued.ticket.email, "organization_invitation", context)


def _live(organisation: OrganisationProfile | None) -> OrganisationProfile:
    if organisation is None or organisation.deleting_since:
        raise NotFound("organisation.unknown")
    return organisation


def _slot(org_id: str) -> str:
    """Each organisation has its own link to an address, so an invitation does not show or end that of another organisation."""
    return hashlib.sha256(org_id.encode()).hexdigest()[:_SLOT]
