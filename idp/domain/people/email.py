"""The one canonical form of an email address: what an account is found by and what makes it unique.

RFC 5321 §4.5.3.1 (lengths), RFC 5322 §3.4.1 (addr-spec, its dot-atom form only). Two spellings that a person, a mail
server or a database could take for one another are one identity here, or none: NFKC first, then only ASCII is accepted.
An address in another script keeps its xn-- domain; a local part outside ASCII (RFC 6531) is refused rather than confused.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from idp.domain.errors import InvalidValue

MAX_LENGTH = 254
_MAX_LOCAL = 64
# NFKC may lengthen or shorten a text; what is far too long is refused before the work is done.
_MAX_TYPED = 4 * MAX_LENGTH

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def normalise(email: str) -> str:
    """The canonical form. Spaces around the address are dropped, as a browser's email field does; nothing else is repaired.

    Raises:
        InvalidValue: it is not an address. The message does not contain the address.
    """
    if len(email) > _MAX_TYPED:
        raise InvalidValue("email.too_long")
    if any(_is_invisible(character) for character in email.strip(" ")):
        raise InvalidValue("email.invisible_character")
    # ASCII is demanded before the case is folded: casefold would make of a sharp s the ss of another person's address.
    address = unicodedata.normalize("NFKC", email.strip(" "))
    if not address.isascii():
        raise InvalidValue("email.not_ascii")
    address = address.lower()
    local, _, domain = address.partition("@")
    if len(address) > MAX_LENGTH or len(local) > _MAX_LOCAL:
        raise InvalidValue("email.too_long")
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise InvalidValue("email.malformed")
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
