"""What a browser sends after a ceremony: the JSON forms of WebAuthn Level 3 §5.1.4 (RegistrationResponseJSON, AuthenticationResponseJSON).

The size is checked first, the JSON is strict, and base64url has one spelling. Everything else is a refusal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from idp.domain.passkeys.passkey import LONGEST_ID, TRANSPORTS
from idp.domain.passkeys.refusal import MalformedResponse
from idp.verify import base64url, strict_json

LARGEST = 16 * 1024
"""Bytes of the JSON text. The largest valid answer, with a credential id of 1,023 bytes and an RSA key, has about 6 KB."""
_LONGEST_USER_HANDLE = 64


@dataclass(frozen=True, slots=True)
class Registration:
    """The answer to `navigator.credentials.create()`."""

    credential_id: bytes
    client_data: bytes
    attestation_object: bytes
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """The answer to `navigator.credentials.get()`. `user_handle`: None if the authenticator sent none."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes | None


def parse_registration(text: str) -> Registration:
    """Parse the answer to a registration.

    Raises:
        MalformedResponse: it has another form.
    """
    credential_id, response = _credential(text)
    named = response.get("transports", [])
    if not isinstance(named, list):
        raise MalformedResponse("transports")
    transports = tuple(sorted({name for name in named if isinstance(name, str)} & TRANSPORTS))
    return Registration(credential_id, _bytes(response, "clientDataJSON"), _bytes(response, "attestationObject"), transports)


def parse_assertion(text: str) -> Assertion:
    """Parse the answer to an authentication.

    Raises:
        MalformedResponse: it has another form.
    """
    credential_id, response = _credential(text)
    handle = None if response.get("userHandle") is None else _bytes(response, "userHandle")
    if handle is not None and not 0 < len(handle) <= _LONGEST_USER_HANDLE:
        raise MalformedResponse("user_handle")
    return Assertion(
        credential_id, _bytes(response, "clientDataJSON"), _bytes(response, "authenticatorData"), _bytes(response, "signature"), handle
    )


def _credential(text: str) -> tuple[bytes, dict[str, Any]]:
    """The credential id, and the member `response`."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise MalformedResponse("too_large")
    try:
        sent = strict_json.loads(text.encode())
    except ValueError:
        raise MalformedResponse("json") from None
    if sent.get("type") != "public-key" or not isinstance(sent.get("response"), dict):
        raise MalformedResponse("type")
    if sent.get("id") != sent.get("rawId"):
        raise MalformedResponse("id")
    credential_id = _bytes(sent, "rawId")
    if not 0 < len(credential_id) <= LONGEST_ID:
        raise MalformedResponse("id")
    response: dict[str, Any] = sent["response"]
    return credential_id, response


def _bytes(members: dict[str, Any], name: str) -> bytes:
    text = members.get(name)
    try:
        if isinstance(text, str):
            return base64url.decode(text)
    except ValueError:
        pass
    raise MalformedResponse(name)
