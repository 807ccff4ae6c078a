"""JWS Compact Serialization (RFC 7515 §3.1, §7.1), read strictly, and nothing of it believed yet."""

from __future__ import annotations

from typing import Any

from idp.verify import base64url, strict_json
from idp.verify.record import Record

MAX_LENGTH = 8192
"""Characters. What is longer is refused unread."""
HEADER = frozenset({"alg", "typ", "kid"})
"""What an access token's header may have. Anything else would be a key, a place of keys, or a rule that is not known here: crit, b64, zip,
jwk, jku, x5u, x5c (RFC 8725 §3.1, §3.10)."""
_PARTS = 3
_MAX_NAME = 256


class Compact(Record):
    """The parts, decoded. `signed`: the bytes that `signature` is over."""

    header: dict[str, Any]
    payload: bytes
    signed: bytes
    signature: bytes


def parse(token: str, *, members: frozenset[str] | None = HEADER, limit: int = MAX_LENGTH) -> Compact:
    """The parts of a token. `members`: what its header may have; None for anything. `limit`: characters.

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
