"""UserInfo (OIDC Core §5.3): the claims that the token's scopes ask for, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import OAuthError
from idp.domain.requests import claims_request
from idp.oauth.resources.presented_token import challenge, read_presented_token
from idp.oauth.token.response import mapped
from idp.oauth.token.user_claims import claims_by_name, claims_by_scope

if TYPE_CHECKING:
    from idp.oauth.caller import Caller
    from idp.oauth.provider import UserInfoParts


def userinfo(provider: UserInfoParts, token: str | None, caller: Caller, *, scheme: str) -> dict[str, Any] | str:
    """The claims about the token's user, or a JWT of them where the client registered for one (OIDC Core §5.3).

    Raises:
        OAuthError: invalid_token, when it is not good or there is none (401).
        OAuthError: insufficient_scope (403, RFC 6750 §3.1), when it lacks openid or has no user.
    """
    if token is None:
        # RFC 6750 §3.1: without any authentication information, "SHOULD NOT include an error code or other error information" there.
        wanted = {"WWW-Authenticate": f'Bearer realm="userinfo", {challenge()}'}
        raise OAuthError("invalid_token", "An access token is needed.", status=401, headers=wanted)
    held = read_presented_token(provider, token, scheme, caller)
    if held.user is None or "openid" not in held.scopes:
        needed = {"WWW-Authenticate": f'{"DPoP" if scheme.lower() == "dpop" else "Bearer"} error="insufficient_scope", scope="openid"'}
        raise OAuthError("insufficient_scope", "The access token needs the scope openid.", status=403, headers=needed)
    # What the user's own client asked for by name is not for another one that has its token by exchange (RFC 8693).
    own = held.grant is not None and held.grant.client_id == held.client.id
    asked = claims_request.names(held.grant.claims if held.grant and own else None, "userinfo")
    told = mapped(provider, held.client, held.user, caller.origin, "userinfo").get("userinfo", {})
    claims = {**told, **claims_by_scope(held.user, held.scopes), **claims_by_name(held.user, asked), "sub": held.claims["sub"]}
    if held.client.userinfo_signed_response_alg or held.client.userinfo_encrypted_response_alg:
        from idp.oauth.resources.answer_jwt import userinfo_jwt

        return userinfo_jwt(provider, held.client, claims) or claims
    return claims
