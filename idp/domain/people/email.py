"""The canonical form of an email address. Accounts are found by it, and it is unique.

RFC 5321 §4.5.3.1 (lengths), RFC 5322 §3.4.1 (addr-spec, dot-atom form only). Spellings that a person, a mail server or a database could
confuse must not name two accounts. So the text is normalised by NFKC first, and then only ASCII is accepted. An address in another script
keeps its xn-- domain. A local part outside ASCII (RFC 6531) is refused.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from idp.domain.errors import InvalidValue

MAX_LENGTH = 254
_MAX_LOCAL = 64
# NFKC can lengthen or shorten a text. A text that is far too long is refused before it is normalised.
_MAX_TYPED = 4 * MAX_LENGTH

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.ASCII)


def normalise(email: str) -> str:
    """Return the canonical form. Spaces around the address are removed, as an email field of a browser does. Nothing else is corrected.

    Raises:
        InvalidValue: it is not an email address. The message does not contain the text.
    """
    if len(email) > _MAX_TYPED:
        raise InvalidValue("email.too_long")
    typed = email.strip(" ")
    if _has_invisible(typed):
        raise InvalidValue("email.invisible_character")
    # The check for ASCII comes before casefold, because casefold turns a sharp s into ss, which is another address.
    address = unicodedata.normalize("NFKC", typed)
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
    """Return the key under which attempts with this text are counted.

    It is the canonical form of the address. For a text that is not an address it is a key that no account can have.
    """
    try:
        return normalise(typed)
    except ValueError:
        return "?" + hashlib.sha256(typed.encode("utf-8", "surrogatepass")).hexdigest()


def _has_invisible(text: str) -> bool:
    """Return whether a character is a control, format (zero-width), surrogate, private use, unassigned or separator character."""
    if text.isascii():  # the answer is the same, many times faster
        return " " in text or not text.isprintable()
    return any(unicodedata.category(character)[0] in "CZ" for character in text)
