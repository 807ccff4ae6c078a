"""UserInfo (OIDC Core §5.3): the claims of the token's scopes and of the claims parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.errors import OAuthError
from idp.domain.requests import claims_request
from idp.oauth.resources.presented_token import challenge, read_presented_token
from idp.oauth.token.response import read_mapped
from idp.oauth.token.user_claims import claims_by_name, claims_by_scope
from idp.oauth.token.whose import Whose

if TYPE_CHECKING:
    from idp.oauth.caller import Caller
    from idp.oauth.provider import UserInfoParts


def userinfo(provider: UserInfoParts, token: str | None, caller: Caller, *, scheme: str) -> dict[str, Any] | str:
    """The claims about the token's user, or a JWT of them if the client registered that (OIDC Core §5.3).

    Raises:
        OAuthError: invalid_token (401), without a valid token.
        OAuthError: insufficient_scope (403, RFC 6750 §3.1), if the token has no user or not the scope openid.
    """
    if token is None:
        # RFC 6750 §3.1: without any authentication information, "SHOULD NOT include an error code or other error information" there.
        wanted = {"WWW-Authenticate": f'Bearer realm="userinfo", {challenge()}'}
        raise OAuthError("invalid_token", "access_token.missing", status=401, headers=wanted)
    held = read_presented_token(provider, token, scheme, caller)
    if held.user is None or "openid" not in held.scopes:
        needed = {"WWW-Authenticate": f'{"DPoP" if scheme.lower() == "dpop" else "Bearer"} error="insufficient_scope", scope="openid"'}
        raise OAuthError("insufficient_scope", "access_token.not_openid", status=403, headers=needed)
    # Claims that a client requested by name are not for another client that exchanged the token (RFC 8693).
    own = held.grant is not None and held.grant.client_id == held.client.id
    asked = claims_request.names(held.grant.claims if held.grant and own else None, "userinfo")
    whose = Whose(held.user, held.belonging)
    additional = read_mapped(provider, held.client, whose, caller.origin, "userinfo").get("userinfo", {})
    claims = {**additional, **claims_by_scope(held.user, held.scopes), **claims_by_name(held.user, asked), "sub": held.claims["sub"]}
    if held.organisation:
        claims |= {"org_id": held.organisation.id, "org_name": held.organisation.slug}
    if held.client.userinfo_signed_response_alg or held.client.userinfo_encrypted_response_alg:
        from idp.oauth.resources.answer_jwt import userinfo_jwt

        return userinfo_jwt(provider, held.client, claims) or claims
    return claims
