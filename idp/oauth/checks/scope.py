"""scope: well formed, and each value the client's own (RFC 6749 §3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain import scope as rules
from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.client import Client
    from idp.oauth.checks import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Values that the client is not registered for are refused; offline_access without a refresh grant is ignored (OIDC Core §11)."""
    try:
        asked = rules.parse(params.get("scope") or "")
    except ValueError as problem:
        raise OAuthError("invalid_scope", str(problem)) from None
    if rules.beyond(asked, client.scopes):
        raise OAuthError("invalid_scope", "This client is not registered for a scope that it asks for.")
    if "refresh_token" not in client.grant_types:
        asked = tuple(scope for scope in asked if scope != "offline_access")
    draft["scopes"] = asked
