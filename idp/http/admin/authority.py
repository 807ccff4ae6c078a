"""The authority of a caller of the admin API: the part of the deployment, and the OAuth scopes there. This module alone decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access import admin_scopes
from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES, delegated
from idp.domain.access.tenancy import DEPLOYMENT, Deployment, Organisation

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.oauth.token.live_access_token import LiveAccessToken


def determine_scope(held: LiveAccessToken) -> Scope:
    """Return the part of the deployment that the holder of this token administers: the organisation that the token or its client names, or
    the whole deployment if neither names one.
    """
    org_id = held.claims.get("org_id") or held.client.org_id
    return Organisation(str(org_id)) if org_id else DEPLOYMENT


def determine_power(held: LiveAccessToken, scope: Scope) -> frozenset[str]:
    """Return the OAuth scopes that the holder may use within `scope`, whatever the token has. Empty if they administer nothing there.

    The facts were read strongly with the token: the person's own limit, the organisation and the membership.
    """
    if isinstance(scope, Deployment):
        if held.user is None:
            return admin_scopes.ALL
        return admin_scopes.usable(held.user.admin_scopes) if held.user.is_live_admin else frozenset()
    if held.client.org_id not in {"", scope.id}:
        return frozenset()  # the client of one organisation with a token for another
    if held.user is None:
        mine = held.client.org_id == scope.id and held.organisation is not None and held.organisation.id == scope.id
        return ORGANISATION_SCOPES if mine and held.organisation and held.organisation.live else frozenset()
    belonging = held.belonging
    if belonging is None or (belonging.membership.org_id, belonging.membership.user_id) != (scope.id, held.user.id):
        return frozenset()
    return delegated(belonging.membership) if belonging.organisation.live else frozenset()
