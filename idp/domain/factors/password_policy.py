"""Which passwords are accepted: NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 6.2.

Length and a blocklist, nothing about composition; taken whole, every code point one character, spaces kept.
"""

import unicodedata
from collections.abc import Container

MIN_LENGTH = 8
MAX_LENGTH = 1024
# NFKC composes at best four code points into one here; beyond this it would be work for nothing.
_MAX_TYPED = 4 * MAX_LENGTH

_TOO_LONG = f"Use at most {MAX_LENGTH} characters."


def normalise(password: str) -> str:
    """Give the form that is hashed and compared: NFKC, so that one password typed on two keyboards is one password.

    Raise ValueError, with a sentence, for what can be nobody's password: longer than the maximum, or with half a
    character (a lone surrogate, which JSON can spell but UTF-8 cannot). Nothing is stripped and nothing cut off.
    """
    if len(password) > _MAX_TYPED:
        raise ValueError(_TOO_LONG)
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise ValueError("The password has a broken character.")
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) > MAX_LENGTH:
        raise ValueError(_TOO_LONG)
    return normal


def problem(password: str, *, email: str, blocklist: Container[str]) -> str | None:
    """Say in a sentence why a *new* password is refused, or nothing; `blocklist` holds casefolded whole passwords."""
    try:
        normal = normalise(password)
    except ValueError as error:
        return str(error)
    folded = normal.casefold()
    address = email.casefold()
    if len(normal) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters."
    if folded in {address, address.partition("@")[0]}:
        return "Do not use your email address as the password."
    if folded in blocklist:
        return "This is one of the most common passwords, which are tried first: choose another."
    return None
