"""How this provider authenticates at the token endpoint of an upstream (RFC 6749 §2.3.1, OIDC Core §9, RFC 7523 §2.2).

A signed secret is made for each request, so that nothing has to be renewed. It is valid for five minutes.
"""

from __future__ import annotations

from base64 import b64encode
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from idp.services.upstream.refusal import misconfigured
from idp.services.upstream.secret import open_secret

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring

LIFETIME = 300
APPLE = "https://appleid.apple.com"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def authenticate(keyring: Keyring, connection: Connection, now: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return the headers and the members of the form that authenticate this client. `now`: epoch seconds.

    Raises:
        UpstreamRefused: the connection has no secret, or a key that cannot sign.
    """
    method, own = connection.client_auth, {"client_id": connection.client_id}
    if method == "none":
        return {}, own
    secret = open_secret(keyring, connection)
    if method == "client_secret_post":
        return {}, {**own, "client_secret": secret}
    if method == "apple":
        return {}, {**own, "client_secret": _signed(connection, secret, connection.team_id, APPLE, now)}
    if method == "private_key_jwt":
        return {}, {
            **own,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": _signed(connection, secret, connection.client_id, _audience(connection), now),
        }
    # RFC 6749 §2.3.1: both are encoded as application/x-www-form-urlencoded first, so that a colon in the id does not end it
    pair = f"{quote_plus(connection.client_id)}:{quote_plus(secret)}"
    return {"Authorization": "Basic " + b64encode(pair.encode("ascii")).decode()}, {}


def _audience(connection: Connection) -> str:
    """Return the audience of an assertion: the issuer (draft-ietf-oauth-rfc7523bis), but the token endpoint where Microsoft wants it."""
    return connection.token_endpoint if connection.preset == "microsoft" or not connection.issuer else connection.issuer


def _signed(connection: Connection, pem: str, issuer: str, audience: str, now: int) -> str:
    """Return a JWT about this client, signed with the key of the connection (RFC 7523 §3)."""
    from idp.services.keys import jose

    claims: dict[str, Any] = {
        "iss": issuer, "sub": connection.client_id, "aud": audience, "iat": now, "exp": now + LIFETIME, "jti": token_urlsafe(16),
    }  # fmt: skip
    try:
        key, alg = jose.key_of_pem(pem, connection.key_id)
    except ValueError as error:
        raise misconfigured(connection, "the signing key cannot be read") from error
    if connection.client_auth == "apple" and alg != "ES256":
        raise misconfigured(connection, "the signing key is not one for ES256")
    return jose.sign(claims, key, kid=connection.key_id, alg=alg, typ="JWT")
