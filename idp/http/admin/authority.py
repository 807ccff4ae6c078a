"""What part of the deployment a caller of the admin API administers. No other module of this package decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.oauth.token.live_access_token import LiveAccessToken


def determine_scope(_: LiveAccessToken) -> Scope:
    """Return the scope of authority of the app or person whose token this is: today the whole deployment, for each of them."""
    return DEPLOYMENT
