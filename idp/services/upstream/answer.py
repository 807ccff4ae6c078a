"""The answer of an upstream at our redirect URI (RFC 6749 §4.1.2, RFC 9207, OAuth 2.0 Form Post Response Mode)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.connections.connection import OIDC
from idp.domain.connections.tenants import issuers_of
from idp.domain.message import Message
from idp.services.upstream.refusal import UpstreamRefused, misconfigured, not_valid, unreachable
from idp.services.upstream.state import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.connections.connection import Connection
    from idp.services.keys.sealing import Sealer

POSTED = "upstream:posted"
POSTED_LIFETIME = 60
"""Seconds between the form of the upstream and the request by GET that repeats it."""
FORM_POST = "form_post"
LONGEST_CODE, LONGEST_USER = 4096, 2048
_LONGEST = {"code": LONGEST_CODE, "error": 100, "iss": 2048, "user": LONGEST_USER}
_ERROR = re.compile(r"[a-z_]{1,40}", re.ASCII)
_CANCELLED = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize", "user_cancelled_authorize_app", "user_denied"})
_AT_FAULT = frozenset({"unauthorized_client", "invalid_request", "invalid_scope", "unsupported_response_type", "invalid_client"})
_BUSY = frozenset({"server_error", "temporarily_unavailable"})


def seal_posted(sealer: Sealer, connection: Connection, form: Mapping[str, str], now: int) -> str:
    """Return the members of a form that count, sealed for a minute. Members that are too long are left out."""
    kept = {name: form[name] for name, longest in _LONGEST.items() if 0 < len(form.get(name, "")) <= longest}
    return sealer.seal(POSTED, [connection.id, now + POSTED_LIFETIME, digest(form.get("state", "")), kept], packed=True)


def read(sealer: Sealer, connection: Connection, params: Mapping[str, str], now: int) -> Mapping[str, str]:
    """Return the members of the answer. With the response mode form_post, they are sealed in `posted`.

    Raises:
        UpstreamRefused: the answer came in another way than the connection asked for, or is too old.
    """
    if connection.response_mode != FORM_POST:
        return params
    payload = sealer.open(POSTED, params.get("posted", ""))
    if (
        not isinstance(payload, list)
        or payload[:1] != [connection.id]
        or now >= payload[1]
        or payload[2] != digest(params.get("state", ""))
    ):
        raise not_valid(connection, "the form was not posted, or too long ago")
    posted: dict[str, str] = payload[3]
    return posted


def code_of(connection: Connection, answer: Mapping[str, str]) -> str:
    """Return the code.

    Raises:
        UpstreamRefused: the answer is an error, comes from another issuer, or has no usable code.
    """
    _check_issuer(connection, answer.get("iss", ""))
    if error := answer.get("error"):
        raise _refusal(connection, error)
    code = answer.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise not_valid(connection, "no code")
    return code


def _check_issuer(connection: Connection, issuer: str) -> None:
    """Compare `iss` (RFC 9207 §2.4): required if the upstream advertises it, and exact if it is there."""
    if connection.type != OIDC and not connection.iss_parameter:
        return
    if issuer and issuer not in issuers_of(connection):
        raise not_valid(connection, "the iss parameter names another issuer")
    if connection.iss_parameter and not issuer:
        raise not_valid(connection, "no iss parameter")


def _refusal(connection: Connection, error: str) -> UpstreamRefused:
    """Return the refusal for an error (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6). Descriptions and URLs of the upstream are not used."""
    told = error if _ERROR.fullmatch(error) else "an error with an invalid name"
    if error in _CANCELLED:
        return UpstreamRefused(Message("upstream.cancelled", name=connection.name), f"upstream {connection.id}: {told}")
    if error in _AT_FAULT:
        return misconfigured(connection, told)
    return unreachable(connection, told) if error in _BUSY else not_valid(connection, told)
