"""Recovery codes (NIST SP 800-63B-4 §3.1.2 look-up secrets): how they are made, parsed and stored.

A code has 80 bits: sixteen symbols are typed quickly, and guesses are throttled. Its HMAC is stored, under a key of the deployment and
with the user as its salt. So a guess cannot be checked with a copy of the table alone. OWASP ASVS 6.5.2 asks for a password hash below 112
bits. That protects against the same copy, but an Argon2 run for every code would slow down the sign-in.

Sets of an earlier release have a salted SHA-256 instead. Some of their codes have 120 bits in 24 symbols. They are still accepted.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

COUNT = 10
PURPOSE = "recovery codes"
"""The purpose of the derived key for the HMAC."""

# Crockford's base32: without I, L, O and U. A typed I or L is read as 1, an O as 0.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("ILO", "110")
_BYTES = 10
_SYMBOLS = 16
_EARLIER_SYMBOLS = 24
_GROUP = 4
_MAX_TYPED = 64

_CODE = re.compile(rf"(?:[{_ALPHABET}]{{{_SYMBOLS}}}|[{_ALPHABET}]{{{_EARLIER_SYMBOLS}}})", re.ASCII)
# Spaces, hyphens, and the dashes that phones put in place of hyphens.
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")


def generate(n: int = COUNT, *, randbytes: Callable[[int], bytes]) -> list[str]:
    """Make a set of codes in the form that is shown once: four groups of four symbols."""
    return [_shown(int.from_bytes(randbytes(_BYTES))) for _ in range(n)]


def canonical(typed: str) -> str | None:
    """Return the canonical form of a typed or pasted code: case, grouping and look-alikes do not count. None if it is not a code."""
    if len(typed) > _MAX_TYPED:
        return None
    symbols = _SEPARATORS.sub("", typed)
    if not symbols.isascii():
        return None
    code = symbols.upper().translate(_LOOK_ALIKES)
    return code if _CODE.fullmatch(code) else None


def digest(key: bytes, user_id: str, code: str) -> str:
    """Return the HMAC of a canonical code under a key of the deployment, with the user as its salt. It is stored, and a use removes it."""
    return hmac.digest(key, f"{user_id}\0{code}".encode(), "sha256").hex()


def earlier_digest(user_id: str, code: str) -> str:
    """Return the hash that an earlier release stored, without a key."""
    return hashlib.sha256(f"{user_id}\0{code}".encode()).hexdigest()


def _shown(number: int) -> str:
    symbols = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_SYMBOLS)))
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _SYMBOLS, _GROUP))
