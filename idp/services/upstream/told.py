"""What an upstream told about a person, read by type: a value of another type counts as absent (threats O-05).

The names are those of the standard claims (OIDC Core §5.1). A connection can map them to other names of its upstream.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Invalid
from idp.domain.people import standard_claims
from idp.domain.people.email import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_NAMES: Mapping[str, str] = MappingProxyType({})
TAKEN = (
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "gender", "profile", "picture", "website",
    "birthdate", "zoneinfo", "locale", "phone_number", "address",
)  # fmt: skip
"""The claims that a new account may take over. `phone_number_verified` is not among them: only this provider says that to its apps."""
MOST_AMR, LONGEST_VALUE = 10, 255


class Told:
    """The members of one answer by our names. `members`: as the upstream sent them. `names`: `Connection.claims`, or none."""

    def __init__(self, members: Mapping[str, Any], names: Mapping[str, str] = NO_NAMES) -> None:
        self.members, self._names = members, names

    def get(self, name: str) -> Any:
        """Return the value of a standard claim, of any type; None if it is absent."""
        return self.members.get(self._names.get(name, name))

    def text(self, name: str) -> str:
        """Return a text of 1 to 255 readable characters, else ""."""
        value = self.get(name)
        return value if standard_claims.is_text(value, LONGEST_VALUE) else ""

    def subject(self) -> str:
        """Return `sub` as a text; "" if it is no usable subject. An integer is one, too: GitHub's ids are numbers."""
        value = self.get("sub")
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        usable = isinstance(text, str) and 0 < len(text) <= LONGEST_VALUE and text.isascii() and text.isprintable()
        return text if usable else ""

    def email(self) -> str | None:
        """Return the address in the canonical form, or None."""
        return address_of(self.get("email"))

    def email_verified(self, *, texts: bool = False) -> bool:
        """Return whether the address is verified: only for the JSON value true. `texts`: also for the text "true"."""
        return is_true(self.get("email_verified"), texts=texts)

    def claims(self) -> dict[str, Any]:
        """Return the claims that have the right type. All of them are left out if they are too large together."""
        found = {name: value for name in TAKEN if (value := self.get(name)) is not None and _is_sound(name, value)}
        return found if len(json.dumps(found)) <= standard_claims.MOST_BYTES else {}

    def methods(self) -> tuple[str, ...]:
        """Return `amr` (RFC 8176): at most ten short texts."""
        value = self.members.get("amr")
        return tuple(each for each in value[:MOST_AMR] if standard_claims.is_text(each, 64)) if isinstance(value, list) else ()


def is_true(value: object, *, texts: bool = False) -> bool:
    """Return whether it is the JSON value true. `texts`: the text "true" is, too."""
    return value is True or (texts and value == "true")


def address_of(value: object) -> str | None:
    """Return an email address in the canonical form; None for anything else."""
    try:
        return normalise(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_sound(name: str, value: object) -> bool:
    try:
        standard_claims.check_claims({name: value})
    except (Invalid, TypeError, ValueError, RecursionError):
        return False
    return True
