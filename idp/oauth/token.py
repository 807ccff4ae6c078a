"""The token endpoint (RFC 6749 §3.2): who calls, which grant, and nothing before both are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.oauth.client_authentication import credentials
from idp.oauth.grants.authorization_code import authorization_code
from idp.oauth.grants.client_credentials import client_credentials
from idp.oauth.grants.refresh_token import refresh_token

if TYPE_CHECKING:
    from idp.domain.origin import Origin
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.token_response import TokenResponse

GRANTS = {"authorization_code": authorization_code, "refresh_token": refresh_token, "client_credentials": client_credentials}


def token(provider: Provider, params: Params, authorization: str | None, origin: Origin) -> TokenResponse:
    """Answer a token request.

    Raises:
        OAuthError: as RFC 6749 §5.2 names it.
    """
    grant = GRANTS.get(params.one("grant_type"))
    if grant is None:
        raise OAuthError("unsupported_grant_type", "The grant_type is not supported.")
    return grant(provider, params, credentials(params, authorization), origin)
