"""The claims that a user's profile may have: OpenID Connect Core §5.1, each with its type and a limit on its length.

`sub`, `email`, `email_verified` and `updated_at` are not in this list. They have members and rules of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from idp.domain.errors import Invalid
from idp.domain.message import Message
from idp.domain.readable_text import is_readable

LONGEST_TEXT = 255
LONGEST_ADDRESS = 1024
LONGEST_URL = 2048
MOST_BYTES = 8 * 1024

_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9(). ;=a-z-]{3,40}", re.ASCII)
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NO_YEAR = re.compile(r"^0000-", re.ASCII)


def check_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims if all of them are known and of the right type.

    Raises:
        Invalid: a claim is unknown, has the wrong type, or all claims together are too large. `field` names the claim.
    """
    for name, value in claims.items():
        if name not in _RULES:
            raise Invalid("profile_claim.unknown", field=_field(name))
        holds, problem = _RULES[name]
        if not holds(value):
            raise Invalid(problem, field=_field(name))
    if len(json.dumps(claims)) > MOST_BYTES:
        raise Invalid("profile_claim.too_many", bytes=MOST_BYTES, field="claims")
    return dict(claims)


def is_text(value: object, longest: int = LONGEST_TEXT) -> bool:
    """Return whether it is a text of 1 to `longest` characters, without line breaks, other controls and direction marks."""
    return isinstance(value, str) and 0 < len(value) <= longest and is_readable(value)


def is_web_url(value: object, schemes: tuple[str, ...] = ("https", "http")) -> bool:
    """Return whether it is an absolute URL with one of these schemes. Other schemes run code or read files if it is shown as a link."""
    if not isinstance(value, str) or not is_text(value, LONGEST_URL) or not value.isascii() or set(value) & set(' <>"\\^`{|}'):
        return False
    try:
        url = urlsplit(value)
        return url.scheme in schemes and bool(url.hostname) and "@" not in url.netloc and (url.port or 1) > 0
    except ValueError:
        return False


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_birthdate(value: object) -> bool:
    if not isinstance(value, str):
        return False
    if _YEAR.fullmatch(value):
        return True
    try:
        # The year 2000 replaces 0000, because it has a 29 February.
        return _DAY.fullmatch(value) is not None and bool(date.fromisoformat(_NO_YEAR.sub("2000-", value)))
    except ValueError:
        return False


def _is_zone(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and bool(_ZONE.fullmatch(value))


def _is_locale(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and bool(_TAG.fullmatch(value.replace("_", "-")))


def _is_phone(value: object) -> bool:
    return isinstance(value, str) and bool(_PHONE.fullmatch(value))


def _is_address(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(part in _ADDRESS and _is_lines(text) for part, text in value.items())


def _is_lines(value: object) -> bool:
    # §5.1.1: formatted and street_address "MAY contain multiple lines, separated by newlines".
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ADDRESS and is_readable(value.replace("\r\n", " ").replace("\n", " "))


def _field(name: str) -> str:
    return f"claims.{name[:40]}" if name.isprintable() else "claims"


_TEXT = (is_text, Message("profile_claim.not_text", longest=LONGEST_TEXT))
_URL = (is_web_url, Message("profile_claim.not_url", longest=LONGEST_URL))
_ADDRESS = frozenset({"formatted", "street_address", "locality", "region", "postal_code", "country"})
_RULES: Mapping[str, tuple[Callable[[object], bool], Message]] = MappingProxyType(
    {
        **dict.fromkeys(("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "gender"), _TEXT),
        **dict.fromkeys(("profile", "picture", "website"), _URL),
        "birthdate": (_is_birthdate, Message("profile_claim.not_date")),
        "zoneinfo": (_is_zone, Message("profile_claim.not_time_zone")),
        "locale": (_is_locale, Message("profile_claim.not_language")),
        "phone_number": (_is_phone, Message("profile_claim.not_phone_number")),
        "phone_number_verified": (_is_bool, Message("value.not_boolean")),
        "address": (_is_address, Message("profile_claim.not_address", members=", ".join(sorted(_ADDRESS)))),
    }
)
