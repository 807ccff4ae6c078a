"""The one canonical form of an email address: what an account is found by and what makes it unique.

RFC 5321 §4.5.3.1 (lengths), RFC 5322 §3.4.1 (addr-spec, its dot-atom form only). Two spellings that a person, a mail
server or a database could take for one another are one identity here, or none: NFKC first, then only ASCII is accepted.
An address in another script keeps its xn-- domain; a local part outside ASCII (RFC 6531) is refused rather than confused.
"""

import hashlib
import re
import unicodedata

MAX_LENGTH = 254
_MAX_LOCAL = 64
# NFKC may lengthen or shorten a text; what is far too long is refused before the work is done.
_MAX_TYPED = 4 * MAX_LENGTH

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def normalise(email: str) -> str:
    """Give the canonical form, or raise ValueError with a sentence that says what is wrong (and never the address).

    Spaces around it are the keyboard's and are dropped, as a browser's email field does; nothing else is repaired.
    """
    if len(email) > _MAX_TYPED:
        raise ValueError("The email address is too long.")
    if any(_is_invisible(character) for character in email.strip(" ")):
        raise ValueError("The email address has a space or an invisible character.")
    # ASCII is demanded before the case is folded: casefold would make of a sharp s the ss of another person's address.
    address = unicodedata.normalize("NFKC", email.strip(" "))
    if not address.isascii():
        raise ValueError("The email address has a character outside ASCII.")
    address = address.lower()
    local, _, domain = address.partition("@")
    if len(address) > MAX_LENGTH or len(local) > _MAX_LOCAL:
        raise ValueError("The email address is too long.")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueError("The email address is not of the form name@domain.example.")
    return address


def identity(typed: str) -> str:
    """What somebody is counted by who types this as an address: its canonical form, or for what has none, a name that no account has."""
    try:
        return normalise(typed)
    except ValueError:
        return "?" + hashlib.sha256(typed.encode("utf-8", "surrogatepass")).hexdigest()


def _is_invisible(character: str) -> bool:
    """Controls, formats (zero-width), surrogates, private use, unassigned, and separators of every kind."""
    return unicodedata.category(character)[0] in "CZ"
