"""Who may decide which provider opens accounts: only a caller with every scope of the admin API (threats J-05, O-19, R-11).

Where the answers of a connection come from decides who each person is that is linked by it. `trusts_factors`, `link_verified` and the hook
of the type `password` decide about people who are not linked yet. People among them may be admins of the deployment or of an organisation,
so a caller who could set these members could act with the rights of each such admin. connections:write alone is enough to make a connection
under an id that was never used, which is linked to no account, and to change what opens no account: `_OPENS_NO_ACCOUNT`, and to take trust
away.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.domain.connections.connection import PASSWORD, Connection
from idp.domain.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.services.audit.recorder import Actor

_LOOKS = frozenset({"name", "logo_uri", "shown", "position"})
_OPENS_NO_ACCOUNT = _LOOKS | {
    "apps", "domains", "accounts", "email_trust", "secret", "key_id", "keeps_tokens", "token_apps", "token_incarnations", "response_mode",
}  # fmt: skip
"""Members that decide about new accounts, about the upstream's trust in us, or about tokens of it. A member that is not here needs every
scope."""
_LESS: Mapping[str, Any] = {"enabled": False, "link_verified": False, "trusts_factors": False}
"""The values that let fewer people in than any other."""


def require_power_over_people(before: Connection | None, after: Connection, by: Actor) -> None:
    """Check that the caller may make this connection, or change it from `before`. Whether a deleted one had the id is checked at the write.

    Raises:
        Forbidden: it could open accounts that exist, and the caller's token has not every scope.
    """
    if before is None:
        if _opens_accounts(after):
            _require_every_scope(by)
        return
    less = replace(before, **{name: value for name, value in _LESS.items() if getattr(after, name) == value})
    may_change = _LOOKS if _opens_accounts(less) else _OPENS_NO_ACCOUNT
    changed = {f.name for f in fields(Connection) if getattr(less, f.name) != getattr(after, f.name)}
    if not changed <= may_change:
        _require_every_scope(by)


def _opens_accounts(made: Connection) -> bool:
    """Return whether it decides about accounts to which it is not linked, or about their second factor."""
    return made.type == PASSWORD or made.link_verified or made.trusts_factors


def has_every_scope(by: Actor) -> bool:
    """Return whether the caller's token has every scope of the admin API."""
    return by.held >= admin_scopes.ALL


def _require_every_scope(by: Actor) -> None:
    if not has_every_scope(by):
        raise Forbidden("connection.needs_every_scope")
