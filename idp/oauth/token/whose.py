"""Whose roles and attributes a token has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User


class Whose(NamedTuple):
    """Whose roles and attributes are mapped: a user, in the organisation that the token is for; or the client, which may belong to one."""

    user: User | None
    belonging: Belonging | None = None
    own_organisation: OrganisationProfile | None = None

    @property
    def organisation(self) -> OrganisationProfile | None:
        """The organisation whose roles count in place of those of the deployment, or None."""
        return self.belonging.organisation if self.belonging else self.own_organisation
