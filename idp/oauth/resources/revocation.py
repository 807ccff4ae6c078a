"""Token revocation (RFC 7009). Unknown tokens and tokens of other clients get the same answer, and are not changed (§2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidToken
from idp.oauth.clients.authenticated_client import authenticate_caller
from idp.services.tokens.issuing import REFRESH

if TYPE_CHECKING:
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import RevocationParts


def revoke(provider: RevocationParts, params: Params, caller: Caller) -> None:
    """Revoke one token. A refresh token ends its whole grant with all access tokens. An access token ends alone (§2.1).

    See RFC 6749 §5.2, RFC 7009 §2, §2.2.
    """
    token = params.one("token")
    client = authenticate_caller(provider, params, caller)
    handle = provider.tokens.open(REFRESH, token)
    if handle:
        grant = provider.grants.get(handle.user_id, handle.grant_id)
        if grant and client.holds(grant):
            provider.revocation.revoke_grant(grant, origin=caller.origin)
        return
    try:
        claims = provider.tokens.verify_access_token(token)
    except InvalidToken:
        return
    if claims["client_id"] == client.id:
        provider.revocation.revoke_access_token(claims["jti"], claims["exp"])
