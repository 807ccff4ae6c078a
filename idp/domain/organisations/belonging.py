"""A person in an organisation, as far as a sign-in and its tokens depend on it: both items as they are stored now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from idp.domain.organisations.membership import Membership
    from idp.domain.organisations.profile import OrganisationProfile


class Belonging(NamedTuple):
    """`membership` is the person's in `organisation`. `Belonging.of` refuses two items that do not belong together."""

    organisation: OrganisationProfile
    membership: Membership

    @classmethod
    def of(cls, organisation: OrganisationProfile | None, membership: Membership | None) -> Belonging | None:
        """Return both, or None if one is missing, the organisation is not live, or the membership is in another organisation."""
        if organisation is None or membership is None or not organisation.live or membership.org_id != organisation.id:
            return None
        return cls(organisation, membership)
