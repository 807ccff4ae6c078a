"""The organisation of a token, and its user's membership, for verifiers outside the provider. Only the members that liveness depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.organisations.belonging import Belonging
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.store import organisation_keys as keys

if TYPE_CHECKING:
    from idp.adapters.dynamodb_reader import Item
    from idp.store.keys import Key


def places(org_id: str, user_id: str) -> list[tuple[str, Key]]:
    """Where the two items are. `user_id`: empty for a client's own token, which has no membership."""
    there = [("directory", keys.organisation(org_id))]
    return [*there, ("directory", keys.membership(user_id, org_id))] if user_id else there


def found(organisation: Item | None, membership: Item | None = None) -> tuple[OrganisationProfile | None, Belonging | None]:
    """What was found at the places."""
    it = _organisation(organisation)
    return it, Belonging.of(it, _membership(membership))


def _organisation(item: Item | None) -> OrganisationProfile | None:
    if not item or item.get("kind") != "organisation":
        return None
    return OrganisationProfile(
        item["org_id"], item["slug"], item["name"], OrganisationPolicy(), disabled=item.get("disabled", False),
        security_stamp=item.get("security_stamp", 0), deleting_since=item.get("deleting_since") or 0,
    )  # fmt: skip


def _membership(item: Item | None) -> Membership | None:
    if not item or item.get("kind") != "membership":
        return None
    return Membership(item["membership_id"], item["org_id"], item["user_id"])
