"""Invitations (`state`), in one partition, so that they can be listed. The link of an invitation is a ticket (`tickets`).

Those into an organisation are in the partition of the organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.people.invitation import Invitation
from idp.store import keys
from idp.store.attributes import TextMapAttribute
from idp.store.organisation_keys import INVITE, org_pk, organisation_invitation
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.transport import Raw

KEPT = 30 * 86400
"""Seconds for which an expired invitation is still listed, so that it can be sent again."""


class InvitationItem(StateItem):
    """The item of an invitation. It is removed when the invitation is accepted or withdrawn."""

    kind_name = "invitation"
    invitation_id = UnicodeAttribute()
    email = UnicodeAttribute()
    invited_by = UnicodeAttribute()
    roles = TextMapAttribute(null=True)
    groups = TextMapAttribute(null=True)
    client_id = UnicodeAttribute(default="")
    created_at = NumberAttribute()
    sent_at = NumberAttribute()
    expires_at = NumberAttribute()
    org_id = UnicodeAttribute(null=True)
    admin = BooleanAttribute(null=True)

    def invitation(self) -> Invitation:
        """Convert it to the domain's class."""
        return Invitation(
            id=self.invitation_id, email=self.email, invited_by=self.invited_by, roles=self.roles or {}, groups=self.groups or {},
            client_id=self.client_id, created_at=int(self.created_at), sent_at=int(self.sent_at), expires_at=int(self.expires_at),
            org_id=self.org_id or "", admin=bool(self.admin),
        )  # fmt: skip


def place(invitation_id: str, org_id: str = "") -> tuple[type[InvitationItem], Key]:
    """The key of an invitation, to be read together with other items."""
    return InvitationItem, _key(invitation_id, org_id)


def _key(invitation_id: str, org_id: str) -> Key:
    return organisation_invitation(org_id, invitation_id) if org_id else keys.invitation(invitation_id)


class Invitations:
    """Reads invitations, and makes the parts of the transactions that write them together with their tickets."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, invitation_id: str, org_id: str = "") -> Invitation | None:
        """The invitation, read strongly, or None."""
        found = self._db.get(*place(invitation_id, org_id))
        return found.invitation() if found else None

    def listing(self, *, org_id: str = "", limit: int = 50, start: Raw | None = None) -> tuple[list[Invitation], Raw | None]:
        """One page of invitations, and the key of the next page. `org_id`: those into this organisation."""
        pk, begins = (org_pk(org_id), INVITE) if org_id else (keys.INVITATIONS, "")
        found, more = self._db.query("state", pk, sk_begins=begins, limit=limit, start=start)
        return [item.invitation() for item in InvitationItem.readable(found)], more

    def all(self) -> list[Invitation]:
        """All invitations."""
        return [item.invitation() for item in InvitationItem.readable(self._db.query_all("state", keys.INVITATIONS))]

    def create_part(self, invitation: Invitation) -> Raw:
        """The part of a transaction that writes a new invitation."""
        it = invitation
        item = InvitationItem.new(
            _key(it.id, it.org_id), invitation_id=it.id, email=it.email, invited_by=it.invited_by, roles=dict(it.roles) or None,
            groups=dict(it.groups) or None, client_id=it.client_id, created_at=it.created_at, sent_at=it.sent_at, expires_at=it.expires_at,
            ttl=it.expires_at + KEPT, org_id=it.org_id or None, admin=it.admin or None,
        )  # fmt: skip
        return self._db.put_part(item, InvitationItem.pk.does_not_exist())

    def sent_part(self, invitation: Invitation) -> Raw:
        """The part of a transaction that writes the times of a newer mail, if the invitation is still there."""
        actions = [
            InvitationItem.sent_at.set(invitation.sent_at), InvitationItem.expires_at.set(invitation.expires_at),
            InvitationItem.ttl.set(invitation.expires_at + KEPT),
        ]  # fmt: skip
        return self._db.update_part(InvitationItem, _key(invitation.id, invitation.org_id), actions, InvitationItem.pk.exists())

    def remove_part(self, invitation_id: str, org_id: str = "") -> Raw:
        """The part of a transaction that removes an invitation, if it is still there."""
        return self._db.delete_part(InvitationItem, _key(invitation_id, org_id), InvitationItem.pk.exists())

    def remove(self, *parts: Raw) -> bool:
        """Apply a transaction that begins with `remove_part`. False if the invitation was gone; then nothing was removed."""
        return self._db.transact(*parts) is None
