"""The grant types of this provider: their names on the wire and the modules of `idp.oauth.token.grants` that implement them (RFC 6749 §1.3,
§4.5).
"""

from __future__ import annotations

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

MODULES = {
    "authorization_code": "authorization_code",
    "refresh_token": "refresh_token",
    "client_credentials": "client_credentials",
    DEVICE_CODE: "device_code",
    TOKEN_EXCHANGE: "token_exchange",
    JWT_BEARER: "jwt_bearer",
}
"""A module is loaded with the first request for its grant."""


def list_offered(*, jwt_bearer: bool) -> tuple[str, ...]:
    """Return the grant types that the deployment has switched on."""
    return tuple(name for name in MODULES if jwt_bearer or name != JWT_BEARER)
