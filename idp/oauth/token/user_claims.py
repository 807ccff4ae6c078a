"""The claims about a user: by scope (OIDC Core §5.4) and by name (§5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.requests.scope import SCOPE_CLAIMS, claims_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idp.domain.people.user import User

_KNOWN = frozenset(claim for claims in SCOPE_CLAIMS.values() for claim in claims)


def claims_by_scope(user: User, scopes: Sequence[str]) -> dict[str, Any]:
    """The claims of the scopes (OIDC Core §5.4). A claim without a value is left out (OIDC Core §5.3.2)."""
    return dict(claims_of(scopes, _profile(user)))


def claims_by_name(user: User, names: Iterable[str]) -> dict[str, Any]:
    """The claims about the user that were requested by name. A claim without a value is left out, also an essential one (§5.5.1)."""
    profile = _profile(user)
    return {name: profile[name] for name in names if name in _KNOWN and profile.get(name) not in (None, "")}


def _profile(user: User) -> dict[str, Any]:
    return {**user.claims, "email": user.email, "email_verified": user.email_verified, "updated_at": user.updated_at}
