"""Client authentication: client_secret_basic, client_secret_post, none (RFC 6749 §2.3, OIDC Core §9)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from idp.domain.errors import InvalidClient, OAuthError

if TYPE_CHECKING:
    from idp.domain.client import Client
    from idp.oauth.caller import Caller
    from idp.oauth.params import Params


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who the caller says it is, and how it would prove it. Nothing is proved yet."""

    client_id: str
    method: str
    secret: str | None = None


def credentials(params: Params, caller: Caller) -> Credentials:
    """Read them from the Authorization header or the form.

    Raises:
        InvalidClient: there are none, or they can't be read.
        OAuthError: invalid_request, when two methods are used at once (RFC 6749 §2.3).
    """
    if params.get("client_assertion") or params.get("client_assertion_type"):
        raise InvalidClient("client_assertion is not supported.")
    in_body, authorization = params.get("client_id"), caller.authorization
    if authorization is not None:
        client_id, secret = _basic(authorization)
        if "client_secret" in params:
            raise OAuthError("invalid_request", "Authenticate in the header or in the body, not in both.")
        if in_body is not None and in_body != client_id:
            raise OAuthError("invalid_request", "The client_id of the body is not the one that authenticates.")
        return Credentials(client_id, "client_secret_basic", secret)
    if in_body is None:
        raise InvalidClient("Client authentication is missing.")
    if "client_secret" in params:
        return Credentials(in_body, "client_secret_post", params.raw("client_secret"))
    return Credentials(in_body, "none")


def authenticate(given: Credentials, client: Client | None, now: int) -> Client:
    """The client, proved.

    Raises:
        InvalidClient: unknown, disabled, another method than it registered, or a wrong, empty or expired secret. One answer for all.
    """
    digest = hashlib.sha256((given.secret or "").encode()).hexdigest()
    live = [s.digest for s in client.secrets if s.expires_at is None or now < s.expires_at] if client else []
    # Every secret is compared, and a made-up one where there is none, so that time tells nothing (E-06).
    proved = sum(hmac.compare_digest(digest, known) for known in (live or ["0" * 64])) > 0
    if client is None or client.disabled or given.method not in client.auth_methods:
        raise InvalidClient(detail="unknown, disabled, or another method")
    if given.method != "none" and not (given.secret and proved):
        raise InvalidClient(detail="secret")
    return client


def _basic(header: str) -> tuple[str, str]:
    """RFC 7617 with the form-urlencoding of RFC 6749 §2.3.1, strictly."""
    scheme, _, value = header.strip(" ").partition(" ")
    value = value.lstrip(" ")
    if scheme.lower() != "basic":
        raise InvalidClient("Use the Basic scheme in the Authorization header.")
    try:
        decoded = base64.b64decode(value, validate=True)
        client_id, colon, secret = decoded.decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        raise InvalidClient("The Authorization header can't be read.") from None
    if not colon or not client_id or base64.b64encode(decoded).decode() != value:  # unused bits, too much padding: one spelling only
        raise InvalidClient("The Authorization header can't be read.")
    return _decoded(client_id), _decoded(secret)


def _decoded(value: str) -> str:
    try:
        return unquote_to_bytes(value.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise InvalidClient("The Authorization header can't be read.") from None
