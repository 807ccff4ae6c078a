"""Recovery codes (NIST SP 800-63B-4 §3.1.2 look-up secrets): how they are made, read back and stored.

A code has 80 bits: sixteen symbols are typed quickly, and guesses are throttled. At rest it is an HMAC under a key of the deployment, with
the user as its salt: a copy of the table alone checks no guess. OWASP ASVS 6.5.2 asks for a password hash below 112 bits; it protects
against the same copy, and an Argon2 run for every code would slow down the sign-in.

Sets of an earlier release have a salted SHA-256 instead, some of them of codes of 120 bits in 24 symbols. They are still accepted.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

COUNT = 10
PURPOSE = "recovery codes"
"""Of the derived key that codes are hashed under."""

# Crockford's base32: without I, L, O and U, and the first three read as what they look like.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans("ILO", "110")
_BYTES = 10
_SYMBOLS = 16
_EARLIER_SYMBOLS = 24
_GROUP = 4
_MAX_TYPED = 64

_CODE = re.compile(rf"(?:[{_ALPHABET}]{{{_SYMBOLS}}}|[{_ALPHABET}]{{{_EARLIER_SYMBOLS}}})", re.ASCII)
# Spaces and hyphens, and the dashes that phones make of them.
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")


def generate(n: int = COUNT, *, randbytes: Callable[[int], bytes]) -> list[str]:
    """Make a set of codes as they are shown, once: four groups of four."""
    return [_shown(int.from_bytes(randbytes(_BYTES))) for _ in range(n)]


def canonical(typed: str) -> str | None:
    """Read what a person typed or pasted: case, grouping and look-alikes do not matter. None when it can be no code."""
    if len(typed) > _MAX_TYPED:
        return None
    symbols = _SEPARATORS.sub("", typed)
    if not symbols.isascii():
        return None
    code = symbols.upper().translate(_LOOK_ALIKES)
    return code if _CODE.fullmatch(code) else None


def digest(key: bytes, user_id: str, code: str) -> str:
    """Hash a canonical code under a key of the deployment, with the user as its salt: what is stored, and what a use removes."""
    return hmac.digest(key, f"{user_id}\0{code}".encode(), "sha256").hex()


def earlier_digest(user_id: str, code: str) -> str:
    """The same as an earlier release stored it, without a key."""
    return hashlib.sha256(f"{user_id}\0{code}".encode()).hexdigest()


def _shown(number: int) -> str:
    symbols = "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_SYMBOLS)))
    return "-".join(symbols[start : start + _GROUP] for start in range(0, _SYMBOLS, _GROUP))
