"""Client authentication: client_secret_basic, client_secret_post and none (RFC 6749 §2.3, OIDC Core §9).

private_key_jwt and both methods of mutual TLS are modules of `idp.oauth.clients.methods`. They load when a client first uses them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from idp.domain.errors import InvalidClient, OAuthError
from idp.oauth.caller import Credentials
from idp.telemetry import record

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params
    from idp.oauth.provider import ClientParts

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECRET_METHODS = ("client_secret_basic", "client_secret_post")
TLS_METHODS = ("tls_client_auth", "self_signed_tls_client_auth")


def parse_credentials(params: Params, caller: Caller) -> Credentials:
    """Read the credentials from the Authorization header or the form.

    Raises:
        InvalidClient: they are missing or cannot be parsed.
        OAuthError: invalid_request, when two methods are used at once (RFC 6749 §2.3).
    """
    if "client_assertion" in params or "client_assertion_type" in params:
        return _assertion(params, caller)
    in_body, authorization = params.get("client_id"), caller.authorization
    if authorization is not None:
        client_id, secret = _basic(authorization)
        if "client_secret" in params:
            raise OAuthError("invalid_request", "client_authentication.two_places")
        if in_body is not None and in_body != client_id:
            raise OAuthError("invalid_request", "client_authentication.other_client_id")
        return Credentials(client_id, "client_secret_basic", secret)
    if in_body is None:
        raise InvalidClient("client_authentication.missing")
    if "client_secret" in params:
        return Credentials(in_body, "client_secret_post", params.get("client_secret"))
    return Credentials(in_body, "none", caller=caller)


def authenticate(provider: ClientParts, sent: Credentials, client: Client | None) -> Client:
    """The client, authenticated. A client assertion is used up by one write. There is no other call to the store.

    Raises:
        InvalidClient: the client is unknown or disabled, uses a method that it is not registered for, or its credentials are wrong. The
            answer is the same for all reasons. Only a caller with a correct secret learns the registered methods.
    """
    now = provider.clock()
    digest = hashlib.sha256((sent.secret or "").encode()).hexdigest()
    live = [s.digest for s in client.secrets if s.expires_at is None or now < s.expires_at] if client else []
    # Every secret is compared, and a dummy without one, so that the time reveals nothing (E-06).
    proved = sum(hmac.compare_digest(digest, known) for known in (live or ["0" * 64])) > 0
    if client is None or client.disabled:
        raise InvalidClient(detail="unknown or disabled")
    record.client(client.id)
    method = _method(sent, client)
    if method not in client.auth_methods:
        raise _build_method_refusal(method, client, proved=proved)
    if method in SECRET_METHODS:
        if not (sent.secret and proved):
            raise InvalidClient(detail="secret")
    elif method != "none":
        import_module(f"idp.oauth.clients.methods.{method}").prove(provider, sent, client)
    return client


def _build_method_refusal(method: str, client: Client, *, proved: bool) -> InvalidClient:
    """The refusal of a method that is not registered. A caller with a correct secret reads the registered methods (E-06)."""
    if method in SECRET_METHODS and proved:
        registered = " or ".join(client.auth_methods)
        return InvalidClient("client_authentication.other_method", registered=registered, method=method, detail="another method")
    return InvalidClient(detail="another method")


def _method(sent: Credentials, client: Client) -> str:
    """The method of the request. With mutual TLS it has only client_id, as of a public client; the registration decides (RFC 8705 §2)."""
    tls = [method for method in TLS_METHODS if method in client.auth_methods]
    return tls[0] if sent.method == "none" and tls else sent.method


def _assertion(params: Params, caller: Caller) -> Credentials:
    """The credentials of a client assertion (RFC 7521 §4.2, RFC 7523 §2.2). Without client_id its unverified subject is the client id."""
    # RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
    if caller.authorization is not None or "client_secret" in params:
        raise OAuthError("invalid_request", "client_authentication.two_methods")
    assertion = params.get("client_assertion")
    if assertion is None or params.get("client_assertion_type") != ASSERTION_TYPE:
        raise InvalidClient("client_authentication.assertion_type", type=ASSERTION_TYPE)
    client_id = params.get("client_id")
    if client_id is None:
        from idp.oauth.clients.assertion_subject import client_id_of

        client_id = client_id_of(assertion)
    if client_id is None:
        raise InvalidClient("client_authentication.assertion_unreadable")
    return Credentials(client_id, "private_key_jwt", assertion=assertion, caller=caller)


def _basic(header: str) -> tuple[str, str]:
    """Client id and secret of Basic credentials (RFC 7617, RFC 7235 §2.1), form-urlencoded (RFC 6749 §2.3.1). Parsed strictly."""
    scheme, _, value = header.strip(" ").partition(" ")
    value = value.lstrip(" ")
    if scheme.lower() != "basic":
        raise InvalidClient("client_authentication.not_basic")
    try:
        decoded = base64.b64decode(value, validate=True)
        client_id, colon, secret = decoded.decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        raise InvalidClient("client_authentication.header_unreadable") from None
    if (
        not colon or not client_id or base64.b64encode(decoded).decode() != value
    ):  # one spelling only: no unused bits, no additional padding
        raise InvalidClient("client_authentication.header_unreadable")
    return _decode(client_id), _decode(secret)


def _decode(value: str) -> str:
    try:
        return unquote_to_bytes(value.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise InvalidClient("client_authentication.header_unreadable") from None
