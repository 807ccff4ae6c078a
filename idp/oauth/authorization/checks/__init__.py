"""The rules of an authorization request, in order. Until the redirect URI is known to be the client's, an error is a page; then a redirect.

Each rule is a function of (params, client, draft) that raises or adds what it read to the draft.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.oauth.authorization.checks import (
    acr_values,
    authorization_details,
    claims,
    display,
    dpop_jkt,
    fapi2,
    hints,
    max_age,
    nonce,
    pkce,
    prompt,
    resource,
    response_mode,
    response_type,
    scope,
    state,
    unsupported,
)
from idp.oauth.authorization.checks.client import live_client
from idp.oauth.authorization.checks.redirect_uri import redirect_uri
from idp.oauth.authorization.error_response import AuthorizationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params

if TYPE_CHECKING:
    Checks = tuple[Callable[[Params, Client, Draft], None], ...]

PIPELINE: Checks = (
    state.check,
    response_mode.check,
    unsupported.check,
    response_type.check,
    scope.check,
    resource.check,
    nonce.check,
    pkce.check,
    prompt.check,
    max_age.check,
    acr_values.check,
    display.check,
    hints.check,
    dpop_jkt.check,
    fapi2.check,
    claims.check,
    authorization_details.check,
)
"""For /authorize and for pushed requests. Neither leaves a check out."""
DEVICE_PIPELINE: Checks = (scope.check, resource.check, authorization_details.check)
"""For the device endpoint (RFC 8628 §3.1). It leaves out the checks of parameters that a device request does not have: those of the
redirect (state, response_mode, response_type, PKCE) and those of the sign-in page and the ID Token (nonce, prompt, max_age, acr_values,
display, hints, claims). It leaves out dpop_jkt, because the token request shows the key. `require_profile` applies the rules of FAPI."""


def checked(checks: Checks, params: Params, client: Client) -> Draft:
    """What the request asks for, after each check in order.

    Raises:
        OAuthError: the first check that failed.
    """
    draft: Draft = {}
    for check in checks:
        check(params, client, draft)
    return draft


def authorization_request(params: Params, client: Client | None, *, request_id: str, received_at: int, issuer: str) -> AuthorizationRequest:
    """The request, checked.

    Raises:
        PageError: the client or its redirect URI is not known: nothing is redirected.
        AuthorizationError: anything else, to be sent to the redirect URI.
    """
    known = live_client(client)
    uri, given = redirect_uri(params, known)
    try:
        draft = checked(PIPELINE, params, known)
    except OAuthError as error:
        raise AuthorizationError(
            error.code,
            error.description,
            client_id=known.id,
            redirect_uri=uri,
            response_mode=response_mode.of_error(params),
            state=state.of_error(params),
            issuer=issuer,
        ) from None
    return AuthorizationRequest(
        id=request_id,
        received_at=received_at,
        client_id=known.id,
        client_stamp=known.stamp,
        redirect_uri=uri,
        redirect_uri_given=given,
        **draft,
    )
