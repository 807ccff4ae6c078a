"""The token endpoint (RFC 6749 §3.2): who calls, which grant, and nothing before both are read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.oauth.client_authentication import credentials

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.oauth.caller import Caller
    from idp.oauth.client_authentication import Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.token_response import TokenResponse

    Grant = Callable[[Provider, Params, Credentials, Caller], TokenResponse]

GRANTS = frozenset({"authorization_code", "refresh_token", "client_credentials"})
"""Each is a module of `grants` with a function of its name, and loads when it is first asked for."""


def token(provider: Provider, params: Params, caller: Caller) -> TokenResponse:
    """Answer a token request.

    Raises:
        OAuthError: as RFC 6749 §5.2 names it.
    """
    grant_type = params.one("grant_type")
    if grant_type not in GRANTS:
        raise OAuthError("unsupported_grant_type", "The grant_type is not supported.")
    grant: Grant = getattr(import_module(f"idp.oauth.grants.{grant_type}"), grant_type)
    return grant(provider, params, credentials(params, caller), caller)
