"""The parts of notations: numbers, base64, parameters by name."""

from __future__ import annotations

import base64
import binascii
import re

from idp.domain.factors.foreign_hash import ForeignHashError

LEAST_DIGEST, MOST_BYTES = 16, 256
"""Bytes of a digest at least, because a short one has many passwords; bytes of any part at most."""
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_PASSLIB = str.maketrans(".", "+")
_URL_SAFE = str.maketrans("-_", "+/")


def malformed(scheme: str, part: str) -> ForeignHashError:
    """Return the error for a part that cannot be read. `part` is an English word, such as salt."""
    return ForeignHashError("foreign_hash.malformed", scheme=scheme, part=part)


def number(text: str, scheme: str, part: str, *, least: int = 1) -> int:
    """Return a whole number of at most ten digits, not below `least`."""
    if not _NUMBER.fullmatch(text) or int(text) < least:
        raise malformed(scheme, part)
    return int(text)


def decode(text: str, scheme: str, part: str, *, url_safe: bool = False, passlib: bool = False) -> bytes:
    """Decode base64 (RFC 4648 §4) with or without padding. `url_safe`: also its alphabet of §5. `passlib`: "." for "+"."""
    if passlib:
        text = text.translate(_PASSLIB)
    if url_safe:
        text = text.translate(_URL_SAFE)
    bare = text.rstrip("=") if len(text) % 4 == 0 else text
    try:
        found = binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except (binascii.Error, ValueError):  # ValueError: a character outside ASCII
        raise malformed(scheme, part) from None
    return bounded(found, scheme, part)


def bounded(found: bytes, scheme: str, part: str) -> bytes:
    """Return a salt, digest or key if its length may be: MOST_BYTES at most, and LEAST_DIGEST of a digest at least."""
    if len(found) > MOST_BYTES or (part == "digest" and len(found) < LEAST_DIGEST):
        raise malformed(scheme, part)
    return found


def unpadded(some: bytes) -> str:
    """Encode as base64 without padding."""
    return padded(some).rstrip("=")


def padded(some: bytes) -> str:
    """Encode as base64."""
    return base64.b64encode(some).decode()


def named(text: str, scheme: str, *names: str) -> list[int]:
    """Return the numbers of `a=1,b=2`. Exactly these names must be there, in any order."""
    pairs = [pair.partition("=")[::2] for pair in text.split(",")]
    found = dict(pairs)
    if len(pairs) != len(names) or set(found) != set(names):
        raise malformed(scheme, "parameters")
    return [number(found[name], scheme, name) for name in names]
