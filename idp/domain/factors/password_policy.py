"""Which passwords are accepted: NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 6.2.

The length counts, a blocklist, and common words (`known_words`); there are no rules of composition. Each code point is one
character, and spaces are kept. Only new passwords are checked: an older, shorter one still signs in.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from idp.domain.errors import InvalidValue
from idp.domain.factors import known_words
from idp.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

MIN_LENGTH = 15
"""Characters of a password that is the only factor. §3.1.1.2: "a minimum of 15 characters"."""
MIN_LENGTH_MFA = 8
"""Characters of a password that is used with a second factor. §3.1.1.2: "a minimum of eight characters"."""
MAX_LENGTH = 1024
# NFKC composes at most four code points into one, so a longer input is too long in its NFKC form too.
_MAX_TYPED = 4 * MAX_LENGTH


def normalise(password: str) -> str:
    """Return the form that is hashed and compared: NFKC, so that a password is the same on two keyboards.

    Spaces are kept, and the text is not truncated.

    Raises:
        InvalidValue: it is longer than the maximum, or has a lone surrogate, which JSON can encode and UTF-8 cannot.
    """
    if len(password) > _MAX_TYPED:
        raise InvalidValue("password.too_long", maximum=MAX_LENGTH)
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise InvalidValue("password.broken_character")
    normal = unicodedata.normalize("NFKC", password)
    if len(normal) > MAX_LENGTH:
        raise InvalidValue("password.too_long", maximum=MAX_LENGTH)
    return normal


def problem(password: str, *, minimum: int, email: str, names: Iterable[str] = (), blocklist: Container[str]) -> Message | None:
    """Return why a *new* password is refused, or None.

    `minimum`: characters. `email`: the address of the person. `names`: of the service and the app. `blocklist`: casefolded passwords; only
    a whole password matches.
    """
    try:
        normal = normalise(password)
    except InvalidValue as error:
        return error.message
    folded = normal.casefold()
    if len(normal) < minimum:
        return Message("password.too_short", minimum=minimum)
    if folded in blocklist:
        return Message("password.common")
    if known_words.are_most_of(folded, email=email, names=names):
        return Message("password.known_words")
    return None
