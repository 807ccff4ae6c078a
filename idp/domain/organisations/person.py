"""A person as the admins of one organisation reach them: the account with the membership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.organisations.membership import Membership
    from idp.domain.people.user import User

CHANGEABLE = frozenset({"claims", "disabled"})
"""The members that an organisation's admin can change of a person whom the organisation owns."""
SHOWN_CLAIMS = (
    "name", "given_name", "middle_name", "family_name", "nickname", "preferred_username", "picture", "locale", "zoneinfo",
)  # fmt: skip
"""The profile claims of a member who is not owned. The organisation's admin sees no others."""


@dataclass(frozen=True, slots=True)
class OrganisationPerson:
    """A person in one organisation."""

    user: User
    membership: Membership

    @property
    def is_owned(self) -> bool:
        """Return whether the organisation's admins may act on the account itself.

        Other memberships and admins of the deployment end that: what is done to the account would reach beyond the organisation.
        """
        return self.membership.owned and self.user.memberships == 1 and not self.user.admin
