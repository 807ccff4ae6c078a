"""The phases of an authorization request. /authorize, the pushed request endpoint and the device endpoint share them, in this order.

1. authenticate the client: `accept`; at /authorize the client is only identified (see `endpoints`)
2. find the parameters: as sent, pushed, or in a request object
3. check the redirect URI: until it is known to be the client's, an error is a page
4. check that the client may use this grant, and that it is registered as its FAPI profile requires
5. run the checks, without those that the endpoint leaves out
6. check authorization_details against their types, by one read
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import OAuthError, PageError
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.sessions.sign_in_rules import asks_for_email
from idp.oauth.authorization.checks import CHECKS, redirect_uri, response_mode, state
from idp.oauth.authorization.endpoints import AUTHORIZE
from idp.oauth.authorization.error_response import AuthorizationError
from idp.oauth.clients.authenticated_client import authenticate_caller
from idp.oauth.clients.fapi2 import require_profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.authorization.endpoints import AuthorizationEndpoint
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import BackChannelParts, DetailParts, FrontChannelParts

    FindParams = Callable[[BackChannelParts, Params, Client], Params]


class Accepted(NamedTuple):
    """A request that passed every phase. `params` are those that count; `draft` is what the checks read."""

    client: Client
    params: Params
    draft: Draft


def accept(
    endpoint: AuthorizationEndpoint, provider: BackChannelParts, params: Params, caller: Caller, *, find_params: FindParams | None = None
) -> Accepted:
    """A request that the client itself sends, after all phases. `find_params`: phase 2, where parameters may be elsewhere.

    Raises:
        OAuthError: as RFC 6749 §5.2 and §4.1.2.1 name it. The client reads it in the answer, so nothing is redirected.
    """
    client = authenticate_caller(provider, params, caller)
    asked = find_params(provider, params, client) if find_params else params
    draft: Draft = {}
    try:
        _check(endpoint, provider, asked, client, draft)
    except PageError as error:
        raise OAuthError("invalid_request", error.message) from None
    return Accepted(client, asked, draft)


def authorization_request(provider: FrontChannelParts, params: Params, client: Client, *, request_id: str) -> AuthorizationRequest:
    """A request that a browser sends to /authorize, after phases 3 to 6. `client` is live and not authenticated.

    See OIDC Core §3.1.2.6, RFC 6749 §4.1.2.1.

    Raises:
        PageError: the redirect URI is not the client's: nothing is redirected.
        AuthorizationError: anything else, to be sent to the redirect URI.
    """
    draft: Draft = {}
    try:
        _check(AUTHORIZE, provider, params, client, draft)
    except OAuthError as error:
        raise AuthorizationError(
            error.code,
            error.message,
            client_id=client.id,
            redirect_uri=draft["redirect_uri"],
            response_mode=response_mode.of_error(params),
            state=state.of_error(params),
            issuer=provider.settings.issuer,
        ) from None
    made = AuthorizationRequest(id=request_id, received_at=provider.clock(), client_id=client.id, client_stamp=client.stamp, **draft)
    return replace(made, needs_verified_email=True) if provider.settings.verifies_email_first and asks_for_email(made) else made


def _check(endpoint: AuthorizationEndpoint, provider: DetailParts, params: Params, client: Client, draft: Draft) -> None:
    """Phases 3 to 6."""
    if redirect_uri.check not in endpoint.left_out:
        redirect_uri.check(params, client, draft)
    if endpoint.grant_type not in client.grant_types:
        raise OAuthError("unauthorized_client", "client.grant_type_not_registered", grant_type=endpoint.grant_type)
    require_profile(client)
    for check in CHECKS:
        if check not in endpoint.left_out:
            check(params, client, draft)
    if details := draft.get("authorization_details"):
        from idp.oauth.authorization.details import require_types

        require_types(provider, details)
