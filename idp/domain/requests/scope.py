"""Scopes: RFC 6749 §3.3 (their syntax), §6 (a refresh adds none), OpenID Connect Core §5.4 (the claims that each requests)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from idp.domain.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_TOKENS = 100

# scope-token = 1*( %x21 / %x23-5B / %x5D-7E ): printable ASCII without space, quote and backslash.
_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+", re.ASCII)

# OpenID Connect Core §5.4; address is one claim, an object (§5.1.1).
SCOPE_CLAIMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "profile": (
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ),
        "email": ("email", "email_verified"),
        "address": ("address",),
        "phone": ("phone_number", "phone_number_verified"),
    }
)

STANDARD = ("openid", *SCOPE_CLAIMS, "offline_access")
"""The scopes of OpenID Connect Core §5.4 and §11."""


def parse(value: str) -> tuple[str, ...]:
    """Return the values of the `scope` parameter in the order sent, each once.

    An empty parameter means the same as no parameter (§3.1). Two spaces separate like one.

    Raises:
        InvalidValue: it does not have the syntax of RFC 6749 §3.3, or has too many values.
    """
    tokens = [token for token in value.split(" ") if token]
    if len(tokens) > MAX_TOKENS:
        raise InvalidValue("scope.too_many_values", maximum=MAX_TOKENS)
    if not all(_TOKEN.fullmatch(token) for token in tokens):
        raise InvalidValue("scope.malformed")
    return tuple(dict.fromkeys(tokens))


def narrow(asked: Iterable[str], granted: Iterable[str]) -> tuple[str, ...] | None:
    """Return the scopes of a request within an earlier grant; None if it asks for more than was granted.

    RFC 6749 §6: "The requested scope MUST NOT include any scope not originally granted by the resource owner, and if
    omitted is treated as equal to the scope originally granted".
    """
    wanted, had = tuple(dict.fromkeys(asked)), tuple(dict.fromkeys(granted))
    if not wanted:
        return had
    return None if beyond(wanted, had) else wanted


def keep(asked: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """Return the requested scopes that are allowed, in the order of the request."""
    limit = frozenset(allowed)
    return tuple(token for token in dict.fromkeys(asked) if token in limit)


def beyond(asked: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    """Return the requested scopes that are not allowed, in the order of the request."""
    limit = frozenset(allowed)
    return tuple(token for token in dict.fromkeys(asked) if token not in limit)


def claims_of(scopes: Iterable[str], profile: Mapping[str, object]) -> dict[str, object]:
    """Return the claims of a profile that the scopes give access to.

    OpenID Connect Core §5.3.2: a claim that has no value is left out: "it SHOULD NOT be present with a null or empty
    string value". False is a value.
    """
    names = (name for scope in scopes for name in SCOPE_CLAIMS.get(scope, ()))
    return {name: profile[name] for name in names if profile.get(name) not in (None, "", {})}
