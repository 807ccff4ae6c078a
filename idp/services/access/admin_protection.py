"""Admins are protected from callers that have fewer rights than they have (threats J-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access import admin_scopes
from idp.domain.errors import Forbidden

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor


def require_power_over(user: User, by: Actor) -> None:
    """Check that the caller `by` may change the user. Only a token with every scope of the admin API may change an admin.

    A caller that can change an admin can become one.

    Raises:
        Forbidden: the user is an admin, and the caller's token has not every scope.
    """
    if user.admin:
        require_every_scope(by)


def require_every_scope(by: Actor) -> None:
    """Check that the caller holds every scope of the admin API: only who holds all may say what another admin may do.

    Raises:
        Forbidden: a scope is missing, in the token or by the caller's own `admin_scopes`.
    """
    if not by.held >= admin_scopes.ALL:
        raise Forbidden("user.admin_needs_every_scope")
