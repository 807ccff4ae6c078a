"""The endpoints that take authorization requests, in one table: which grant the client needs, and which checks an endpoint leaves out.

An endpoint that names no reason leaves nothing out. Client authentication is not in the table: `pipeline.accept` always does it, and
`/authorize` cannot, because a browser sends that request. The client authenticates when it redeems the code (RFC 6749 §4.1.3).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.apps.grant_types import DEVICE_CODE
from idp.oauth.authorization.checks import (
    acr_values,
    claims,
    connection,
    display,
    dpop_jkt,
    fapi2,
    login_hint,
    max_age,
    nonce,
    pkce,
    prompt,
    redirect_uri,
    response_mode,
    response_type,
    state,
    unsupported,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.oauth.authorization.checks import Check


class AuthorizationEndpoint(NamedTuple):
    """`grant_type`: the client must be registered for it. `left_out`: the reason by check."""

    grant_type: str
    left_out: Mapping[Check, str] = MappingProxyType({})


_NO_REDIRECT = "A device has no redirect URI: the user answers in another browser (RFC 8628 §3.3)."
_NO_SIGN_IN_PAGE = "A device asks with client_id and scope (RFC 8628 §3.1). It has no say in how the user signs in."

AUTHORIZE = AuthorizationEndpoint("authorization_code")
"""The authorization endpoint (RFC 6749 §3.1)."""
PUSHED_REQUEST = AuthorizationEndpoint("authorization_code")
"""The pushed authorization request endpoint: the checks of /authorize (RFC 9126 §2.1)."""
DEVICE = AuthorizationEndpoint(
    DEVICE_CODE,
    {
        redirect_uri.check: _NO_REDIRECT,
        state.check: _NO_REDIRECT,
        response_mode.check: _NO_REDIRECT,
        response_type.check: _NO_REDIRECT,
        pkce.check: "There is no code that a redirect could leak. The device code stays with the device.",
        dpop_jkt.check: "The token request shows the key.",
        fapi2.check: "Its rules are about the redirect URI. The rules about the client apply.",
        unsupported.check: _NO_SIGN_IN_PAGE,
        nonce.check: _NO_SIGN_IN_PAGE,
        prompt.check: _NO_SIGN_IN_PAGE,
        max_age.check: _NO_SIGN_IN_PAGE,
        acr_values.check: _NO_SIGN_IN_PAGE,
        display.check: _NO_SIGN_IN_PAGE,
        login_hint.check: _NO_SIGN_IN_PAGE,
        connection.check: _NO_SIGN_IN_PAGE,
        claims.check: _NO_SIGN_IN_PAGE,
    },
)
"""The device authorization endpoint (RFC 8628 §3.1): scope, resource and authorization_details."""
