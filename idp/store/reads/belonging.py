"""A person in an organisation: the organisation and the membership, read in the same call as other facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.organisations.belonging import Belonging
from idp.store.organisation_items import MembershipItem, OrganisationItem, membership_place, organisation_place

if TYPE_CHECKING:
    from idp.store.keys import Key

    Places = list[tuple[type[OrganisationItem | MembershipItem], Key]]


def wanted(user_id: str, org_id: str) -> Places:
    """The two items to read."""
    return [organisation_place(org_id), membership_place(user_id, org_id)]


def found(organisation: OrganisationItem | None, membership: MembershipItem | None) -> Belonging | None:
    """What was found at the keys of `wanted`; None if one is missing or the organisation is not live."""
    return Belonging.of(organisation.profile() if organisation else None, membership.membership() if membership else None)
