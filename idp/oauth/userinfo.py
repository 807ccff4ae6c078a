"""UserInfo (OIDC Core §5.3): the claims that the token's scopes ask for, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidToken, OAuthError
from idp.domain.scope import claims_of
from idp.oauth.bearer import bearer

if TYPE_CHECKING:
    from idp.oauth.caller import Caller
    from idp.oauth.provider import Provider


def userinfo(provider: Provider, token: str | None, caller: Caller) -> dict[str, Any]:
    """The claims about the token's user.

    Raises:
        InvalidToken: the token is not good (401), or there is none.
        OAuthError: insufficient_scope (403, RFC 6750 §3.1), when it lacks openid or has no user.
    """
    del caller
    if token is None:
        raise InvalidToken("An access token is needed.")
    held = bearer(provider, token)
    if held.user is None or "openid" not in held.scopes:
        challenge = 'Bearer error="insufficient_scope", scope="openid"'
        raise OAuthError(
            "insufficient_scope", "The access token needs the scope openid.", status=403, headers={"WWW-Authenticate": challenge}
        )
    user = held.user
    profile = {**user.claims, "email": user.email, "email_verified": user.email_verified, "updated_at": user.updated_at}
    return {"sub": user.id, **claims_of(held.scopes, profile)}
