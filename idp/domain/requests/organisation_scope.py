"""The organisation that a request asks for, by the scope `organization` or by the parameter of that name (docs/organizations.md).

`organization` asks which organisation the person acts for. `organization:` with an id or a slug asks for exactly that one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

SCOPE = "organization"
"""The scope as apps register it, and as grants store it for each organisation."""
PREFIX = f"{SCOPE}:"
ANY = "*"
"""A request for an organisation that does not say which. It is neither an id nor a slug."""
NONE, ALLOWED, REQUIRED = KINDS = ("none", "allowed", "required")
"""`Client.organization`: the app never asks for an organisation; it asks when it wants; each of its sign-ins is for one."""


def plain(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes with `organization` in place of each `organization:…`, each once, in the order of the request."""
    return tuple(dict.fromkeys(SCOPE if scope.startswith(PREFIX) else scope for scope in scopes))


def names_one(scopes: Iterable[str]) -> bool:
    """Return whether one of the scopes names an organisation."""
    return any(scope.startswith(PREFIX) for scope in scopes)


def asked(scopes: Iterable[str], parameter: str = "") -> str:
    """Return the id or slug that is asked for, ANY if none is named, or "" if no organisation is asked for.

    `parameter`: the value of the parameter `organization`, or "". The scope and the parameter may name the same one.

    Raises:
        InvalidValue: a name is neither an id nor a slug, or several organisations are named.
    """
    sent = tuple(scopes)
    named = dict.fromkeys(
        [*(scope.removeprefix(PREFIX) for scope in sent if scope.startswith(PREFIX)), *([parameter] if parameter else [])]
    )
    if len(named) > 1:
        raise InvalidValue("organization.several")
    for name in named:
        return _checked(name)
    return ANY if SCOPE in sent else ""


def _checked(name: str) -> str:
    from idp.domain.organisations.profile import is_slug, may_be_org_id  # almost no request names one

    if not may_be_org_id(name) and not is_slug(name):
        raise InvalidValue("organization.malformed")
    return name
