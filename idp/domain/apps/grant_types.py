"""The grants of this provider: by their names on the wire, the modules of `oauth.grants` that give them (RFC 6749 §1.3, §4.5)."""

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
"""Each module has a function of its own name, and loads when it is first asked for."""


def list_offered(*, jwt_bearer: bool) -> tuple[str, ...]:
    """Those that a deployment has switched on."""
    return tuple(name for name in MODULES if jwt_bearer or name != JWT_BEARER)
