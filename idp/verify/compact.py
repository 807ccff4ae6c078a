"""Strict parsing of JWS Compact Serialization (RFC 7515 §3.1, §7.1). The signature is not checked here."""

from __future__ import annotations

from typing import Any

from idp.verify import base64url, strict_json
from idp.verify.record import Record

MAX_LENGTH = 8192
"""Characters. A longer token is refused before it is parsed."""
HEADER = frozenset({"alg", "typ", "kid"})
"""The header members that an access token may have. Any other member could be a key, an address of keys or an unknown rule: crit, b64, zip,
jwk, jku, x5u, x5c (RFC 8725 §3.1, §3.10)."""
_PARTS = 3
_MAX_NAME = 256


class Compact(Record):
    """The decoded parts. `signed`: the bytes that `signature` covers."""

    header: dict[str, Any]
    payload: bytes
    signed: bytes
    signature: bytes


def parse(token: str, *, members: frozenset[str] | None = HEADER, limit: int = MAX_LENGTH) -> Compact:
    """Parse a token. `members`: the allowed header members; None allows all. `limit`: the greatest length in characters.

    See RFC 7515 §3.1, §4, §7.1.

    Raises:
        ValueError: it is not one JWS in this form, or its header has other members.
    """
    if len(token) > limit:
        raise ValueError("too long")
    parts = token.split(".")
    if len(parts) != _PARTS or not all(parts):
        raise ValueError("not three parts")
    header = strict_json.loads(base64url.decode(parts[0]))
    if members is not None and not header.keys() <= members:
        raise ValueError("header")
    if not all(isinstance(header.get(name, ""), str) and len(header.get(name, "")) <= _MAX_NAME for name in HEADER):
        raise ValueError("header")
    return Compact(header, base64url.decode(parts[1]), token[: -len(parts[2]) - 1].encode("ascii"), base64url.decode(parts[2]))
