"""The claims that a person writes: for a new account (IDP_SIGN_UP_CLAIMS), and later in the own profile (IDP_PROFILE_CLAIMS)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid
from idp.domain.people import standard_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

ASKABLE = (
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender",
    "birthdate", "zoneinfo", "locale", "phone_number",
)  # fmt: skip
"""Claims of OpenID Connect Core §5.1 that are one line of text."""
NONE = "none"
"""The value of a setting for no claims, where the empty value means the default."""
FIELD_PREFIX = "claim_"
"""The prefix of their fields in a form."""


class AskedClaim(NamedTuple):
    """A claim that a person is asked for. `required`: no account is created without it."""

    name: str
    required: bool

    @property
    def field(self) -> str:
        """Return the name of its field in the form."""
        return FIELD_PREFIX + self.name


def parse(setting: str) -> tuple[AskedClaim, ...]:
    """Return the claims of the setting: names separated by spaces, with `!` after a required one. NONE means no claims.

    Raises:
        ValueError: a name is unknown or occurs twice.
    """
    if setting == NONE:
        return ()
    asked = tuple(AskedClaim(entry.removesuffix("!"), entry.endswith("!")) for entry in setting.split())
    names = [each.name for each in asked]
    if not set(names) <= set(ASKABLE) or len(set(names)) < len(names):
        msg = "a claim is unknown or occurs twice"
        raise ValueError(msg)
    return asked


def read(asked: tuple[AskedClaim, ...], typed: Mapping[str, str]) -> dict[str, str]:
    """Return the claims that a person typed. `typed`: texts by name of the field. Spaces around them are removed; empty ones are left out.

    Raises:
        Invalid: a required claim is missing, or a text is not valid for its claim. `field` names the field of the form.
    """
    claims: dict[str, str] = {}
    for each in asked:
        text = typed.get(each.field, "").strip()
        if not text and each.required:
            raise Invalid("profile_claim.missing", field=each.field)
        if text:
            try:
                standard_claims.check_claims({each.name: text})
            except Invalid as problem:
                raise Invalid(problem.message, field=each.field) from None
            claims[each.name] = text
    standard_claims.check_claims(claims)
    return claims
