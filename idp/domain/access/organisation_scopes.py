"""The OAuth scopes of the admin API that an admin of one organisation can use, and which of them a member has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.admin_scopes import DESCRIPTIONS

if TYPE_CHECKING:
    from idp.domain.organisations.membership import Membership

ORGANISATION_SCOPES = frozenset(DESCRIPTIONS) & {
    "users:read", "users:write", "sessions:write", "audit:read", "organizations:read", "organizations:write",
}  # fmt: skip
"""Each scope of them has a route that serves an organisation. With any other scope every route refuses its admin."""


def delegated(membership: Membership) -> frozenset[str]:
    """Return the OAuth scopes that this member may use as an admin of the organisation: none if the member is no admin."""
    if not membership.admin:
        return frozenset()
    return ORGANISATION_SCOPES if membership.admin_scopes is None else ORGANISATION_SCOPES & membership.admin_scopes
