"""The token endpoint (RFC 6749 §3.2): who calls, which grant, and nothing before both are read."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.apps.grant_types import JWT_BEARER, MODULES
from idp.domain.errors import OAuthError
from idp.oauth.clients.authentication import credentials
from idp.telemetry.record import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.oauth.caller import Caller
    from idp.oauth.clients.authentication import Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.token.response import TokenResponse

    Grant = Callable[[Provider, Params, Credentials, Caller], TokenResponse]


def token(provider: Provider, params: Params, caller: Caller) -> TokenResponse:
    """Answer a token request.

    Raises:
        OAuthError: as RFC 6749 §5.2 names it.
    """
    grant_type = params.one("grant_type")
    module = MODULES.get(grant_type)
    if module is None or (grant_type == JWT_BEARER and provider.settings.jwt_bearer != "on"):
        raise OAuthError("unsupported_grant_type", "The grant_type is not supported.")
    grant: Grant = getattr(import_module(f"idp.oauth.token.grants.{module}"), module)
    issued = grant(provider, params, credentials(params, caller), caller)
    count("TokensIssued", Grant=module)
    return issued
