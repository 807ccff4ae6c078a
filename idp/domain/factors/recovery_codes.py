"""Recovery codes (NIST SP 800-63B-4 §3.1.2 look-up secrets): how they are made, parsed and stored.

A code has 80 bits: sixteen symbols are typed quickly, and guesses are throttled. Its HMAC is stored, under a key of the deployment and
with the user as its salt. So a guess cannot be checked with a copy of the table alone. OWASP ASVS 6.5.2 asks for a password hash below 112
bits. That protects against the same copy, but an Argon2 run for every code would slow down the sign-in.

Sets of an earlier release have a salted SHA-256 instead. Some of their codes have 120 bits in 24 symbols. They are still accepted.

Codes of other systems may be imported: 8 to 48 letters and digits, at least one letter among them if they are shorter than 12. Such a code
has 32 bits or more (hexadecimal), usually 40. NIST asks for 20 bits and a limit of attempts. After some wrong codes there is one attempt an
hour, so a year of guesses finds one of twenty codes of 32 bits with 0.004 %. Six or eight digits are codes of authenticators and of mails.
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
_GROUP = 4
_MAX_TYPED = 64
MOST = 20
"""Codes of a person that an import takes."""

_CODE = re.compile(r"(?=[0-9]*[A-Z]|[0-9]{12})[0-9A-Z]{8,48}", re.ASCII)
# Spaces, hyphens, and the dashes that phones put in place of hyphens.
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015]+")


def generate(n: int = COUNT, *, randbytes: Callable[[int], bytes]) -> list[str]:
    """Make a set of codes in the form that is shown once: four groups of four symbols."""
    return [_shown(int.from_bytes(randbytes(_BYTES))) for _ in range(n)]


def canonical(typed: str) -> str | None:
    """Return the canonical form of a typed or pasted code: case, grouping and look-alikes do not count. None if it is not a code.

    A code of another system has the same canonical form when it is imported and when it is typed.
    """
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
