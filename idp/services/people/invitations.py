"""Invitations: an admin invites an address; only the mail has the link; the account gets the roles of the invitation.

What the invitation gives is checked again when it is accepted: the inviter may have lost the right to give it, and a role may be gone
(threats J-05). The link proves the address, so no second mail is sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.access import admin_scopes
from idp.domain.apps.sign_up_offer import INVITED, OPEN
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from idp.domain.people.invitation import LIFETIME_DAYS, Invitation
from idp.domain.people.user import may_be_user_id
from idp.domain.tickets.ticket import INVITE, LIFETIMES, Ticket
from idp.services.access import assignments
from idp.services.apps.client_rules.power import admin_power
from idp.services.audit.recorder import SYSTEM
from idp.services.mail.app_of_mail import app_of_mail
from idp.services.mail.recipient_language import language_for
from idp.services.people.user_changes import parse_email
from idp.store import keys
from idp.store.clients import place as client_place
from idp.store.invitations import place as invitation_place
from idp.store.user_items import EmailItem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.mail.mailer import Mailer
    from idp.services.tickets.tickets import Issued, Tickets
    from idp.settings import Settings
    from idp.store.clients import Clients
    from idp.store.database import Database, Raw
    from idp.store.invitations import Invitations
    from idp.store.roles import Roles
    from idp.store.tickets import TicketItem
    from idp.store.users import Users

_ID = "invitation"
"""The detail of a ticket that names its invitation."""


class Admission(NamedTuple):
    """What a person who accepts an invitation gets now. `client`: the app of the invitation, if it is still there."""

    invitation: Invitation
    roles: dict[str, str]
    groups: dict[str, str]
    client: Client | None


class InvitationService:
    """Makes, sends again, withdraws and checks invitations."""

    def __init__(
        self, settings: Settings, database: Database, invitations: Invitations, tickets: Tickets, users: Users, clients: Clients,
        roles: Roles, mailer: Mailer, audit: Audit, clock: Clock, new_id: NewId,
    ) -> None:  # fmt: skip
        self._settings, self._db, self._invitations, self._tickets = settings, database, invitations, tickets
        self._users, self._clients, self._roles = users, clients, roles
        self._mailer, self._audit, self._clock, self._new_id = mailer, audit, clock, new_id

    def create(
        self, email: str, *, roles: Sequence[str] = (), groups: Sequence[str] = (), client_id: str = "", scope: Scope, by: Actor = SYSTEM
    ) -> Invitation:  # fmt: skip
        """Invite an address, and send it the link.

        Raises:
            Invalid: the address, a role, a group or the app is not valid.
            Conflict: the address has an account, or a valid invitation.
            Forbidden: this deployment accepts no invitations.
        """
        scope.require_deployment()
        self._require_on()
        address, now = parse_email(email), self._clock()
        owner = self._tickets.address_owner(address)
        of_client = [client_place(client_id)] if client_id else []
        taken, item, *rest = self._db.batch_get((EmailItem, keys.email(address)), self._tickets.place(owner, INVITE), *of_client)
        client = rest[0].client() if rest and rest[0] else None
        if client_id and client is None:
            raise Invalid("invitation.unknown_app", field="client_id")
        if taken:
            raise Conflict("email.taken")
        if item and item.ticket().live(now):
            raise Conflict("invitation.exists")
        model = self._roles.model()
        made = Invitation(
            id=self._new_id(), email=address, invited_by=by.id, roles=assignments.resolve_names(list(roles), model.roles, "roles"),
            groups=assignments.resolve_names(list(groups), model.groups, "groups"), client_id=client_id, created_at=now, sent_at=now,
            expires_at=now + LIFETIMES[INVITE],
        )  # fmt: skip
        self._send(made, client, item, self._invitations.create_part(made))
        self._audit.act("invitation.created", by, target=made.id, scope=scope, roles=" ".join(made.roles), groups=" ".join(made.groups))
        return made

    def get(self, invitation_id: str, *, scope: Scope) -> Invitation:
        """Return the invitation.

        Raises:
            NotFound: it was accepted or withdrawn, or never made.
        """
        scope.require_deployment()
        found = self._invitations.get(invitation_id)
        if found is None:
            raise NotFound("invitation.unknown")
        return found

    def listing(self, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[Invitation], Raw | None]:
        """Return one page of invitations that were not accepted yet, and the start of the next page."""
        scope.require_deployment()
        return self._invitations.listing(limit=limit, start=start)

    def of(self, user_id: str, emails: Collection[str], *, scope: Scope) -> list[Invitation]:
        """List the invitations to these canonical addresses, and those that this user made. One call for 1 MB of invitations."""
        scope.require_deployment()
        return [one for one in self._invitations.all() if one.email in emails or one.invited_by == user_id]

    def resend(self, invitation_id: str, *, scope: Scope, by: Actor = SYSTEM) -> Invitation:
        """Send a new link, which is valid for seven days from now. The former link ends.

        Raises:
            NotFound: it was accepted or withdrawn, or never made.
            Forbidden: this deployment accepts no invitations.
        """
        scope.require_deployment()
        self._require_on()
        before, now = self.get(invitation_id, scope=scope), self._clock()
        after = replace(before, sent_at=now, expires_at=now + LIFETIMES[INVITE])
        of_client = [client_place(after.client_id)] if after.client_id else []
        item, *rest = self._db.batch_get(self._tickets.place(self._tickets.address_owner(after.email), INVITE), *of_client)
        self._send(after, rest[0].client() if rest and rest[0] else None, item, self._invitations.sent_part(after))
        self._audit.act("invitation.resent", by, target=after.id, scope=scope)
        return after

    def withdraw(self, invitation_id: str, *, scope: Scope, by: Actor = SYSTEM) -> None:
        """Remove the invitation. Its link ends.

        Raises:
            NotFound: it was accepted or withdrawn, or never made.
        """
        scope.require_deployment()
        owner = self._tickets.address_owner(self.get(invitation_id, scope=scope).email)
        (item,) = self._db.batch_get(self._tickets.place(owner, INVITE))
        mine = item is not None and item.ticket().details.get(_ID) == invitation_id
        ends = [self._tickets.drop_part(owner, INVITE)] if mine else []
        if not self._invitations.remove(self._invitations.remove_part(invitation_id), *ends):
            raise NotFound("invitation.unknown")
        self._audit.act("invitation.withdrawn", by, target=invitation_id, scope=scope)

    def admit(self, ticket: Ticket, *, scope: Scope) -> Admission | None:
        """Return what this ticket of an invitation gives now. Nothing is used up.

        None: the invitation was withdrawn, or its inviter may not give this any more, or this deployment accepts no invitations.
        """
        scope.require_deployment()
        if self._settings.sign_up not in {INVITED, OPEN}:
            return None
        (item,) = self._db.batch_get(invitation_place(ticket.details.get(_ID, "")))
        found = item.invitation() if item else None
        if found is None or found.email != ticket.email or not self._may_give(found):
            return None
        model = self._roles.model()
        roles = {name: id_ for name, id_ in found.roles.items() if name in model.roles and model.roles[name].id == id_}
        groups = {name: id_ for name, id_ in found.groups.items() if name in model.groups and model.groups[name].id == id_}
        return Admission(found, roles, groups, self._clients.get(found.client_id) if found.client_id else None)

    def accepted_part(self, admission: Admission) -> Raw:
        """Return the part of a transaction that removes the invitation, because it is accepted."""
        return self._invitations.remove_part(admission.invitation.id)

    def _may_give(self, invitation: Invitation) -> bool:
        """Return whether the inviter may still create users, and give them roles if the invitation does."""
        by = invitation.invited_by
        if by == SYSTEM.id:
            return True
        user = self._users.get(by) if may_be_user_id(by) else None
        needed = {"users:write", "roles:write"} if invitation.roles or invitation.groups else {"users:write"}
        if user:
            return user.is_live_admin and needed <= admin_scopes.usable(user.admin_scopes)
        client = self._clients.get(by)
        return client is not None and not client.disabled and needed <= admin_power(client, self._settings.admin_resource)

    def _require_on(self) -> None:
        if self._settings.sign_up not in {INVITED, OPEN}:
            raise Forbidden("invitation.off")

    def _send(self, invitation: Invitation, client: Client | None, item: TicketItem | None, part: Raw) -> None:
        """Write the ticket together with the invitation, and send the mail. An earlier link of this address ends."""
        draft = Ticket(self._tickets.address_owner(invitation.email), INVITE, invitation.email, details={_ID: invitation.id})
        issued = self._tickets.issue(draft, item, now=self._clock(), also=[part], limited=False)
        if issued is None:
            raise Conflict("service.try_again")
        self._mail(issued, client)

    def _mail(self, issued: Issued, client: Client | None) -> None:
        context = {
            "link": issued.link, **app_of_mail(client), "brand": self._settings.brand, "days": str(LIFETIME_DAYS),
            "lang": language_for(self._settings),
        }  # fmt: skip
        self._mailer.send(issued.ticket.email, "invitation", context)
