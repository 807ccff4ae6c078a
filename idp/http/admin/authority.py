"""The scope of authority of a caller of the admin API. This module alone decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.oauth.token.live_access_token import LiveAccessToken


def determine_scope(_: LiveAccessToken) -> Scope:
    """Return the part of the deployment that the holder of this token administers: today always the whole deployment."""
    return DEPLOYMENT
