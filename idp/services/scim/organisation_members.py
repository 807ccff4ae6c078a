"""The memberships that SCIM clients of organisations make and end (threats Q-02, Q-03).

Such a client acts on the account only while that belongs to its organisation alone. Otherwise it acts on the membership: what it did to
the account would reach beyond the organisation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.organisation_scopes import delegated
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Forbidden
from idp.domain.organisations.membership import SCIM, Membership
from idp.domain.organisations.person import OrganisationPerson

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.scim.client import ScimClient
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.database import Raw
    from idp.store.memberships import Memberships
    from idp.store.scim.people import Person


class OrganisationMembers:
    """Makes and ends memberships."""

    def __init__(self, memberships: Memberships, audit: Audit, new_id: NewId) -> None:
        self._memberships, self._audit, self._new_id = memberships, audit, new_id

    def new(self, client: ScimClient, user: User, now: int) -> tuple[User, list[Raw]]:
        """Return the new user as a member whom the organisation owns, and the parts that write the membership in the user's transaction.

        A client of the deployment gets the user as given, and no parts.
        """
        if not client.org_id:
            return user, []
        made = Membership(self._new_id(), client.org_id, user.id, owned=True, source=SCIM, joined_at=now)
        return replace(user, memberships=1), self._memberships.add_parts(made, new_user=True)

    @staticmethod
    def is_guest(person: Person) -> bool:
        """Return whether the account does not belong to the organisation of the client alone. Never for a client of the deployment."""
        return person.membership is not None and not OrganisationPerson(person.user, person.membership).is_owned

    def same_parts(self, person: Person) -> list[Raw]:
        """Return the part that refuses a transaction if the membership is not the one that was judged."""
        return [self._memberships.same_part(person.membership)] if person.membership else []

    def end(self, person: Person, by: Actor) -> bool:
        """End the membership, and remove what the client said about the person. The account stays as it is.

        False, with nothing written, if another request changed the membership meanwhile.

        Raises:
            Forbidden: the person administers the organisation (threats J-05).
        """
        gone = person.membership
        if gone is None:
            return False
        if delegated(gone):
            raise Forbidden("organisation.admin_with_more_rights")
        event = self._audit.act_parts("membership.removed", by, scope=DEPLOYMENT, subject=gone.user_id, org_id=gone.org_id)
        return self._memberships.remove(gone, also=event, once=True)
