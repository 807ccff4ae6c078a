"""What an organisation's admin may set of a person. The rest belongs to the person or to the deployment (threats Q-03)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import RoleModel
from idp.domain.errors import Forbidden
from idp.domain.organisations.person import CHANGEABLE
from idp.services.people import user_changes

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.people.user import User


def require_creatable(given: Mapping[str, Any]) -> None:
    """Check that a new person is given none of these members, and no verified phone number.

    `given`: all members but the address.

    Raises:
        Forbidden: one has a value. It names them.
    """
    _refuse(sorted(name for name, value in given.items() if value and name != "claims") + _verified(given))


def require_changeable(changes: Mapping[str, Any], scope: Scope) -> None:
    """Check, for an organisation's admin, that the patch has no other members than the profile and `disabled`.

    Raises:
        Forbidden: it has one. It names them.
    """
    if scope.organisation:
        _refuse(sorted(name for name in changes if name not in CHANGEABLE and name.isidentifier()) + _verified(changes))


def apply(user: User, changes: Mapping[str, Any], now: int, org_id: str) -> User:
    """Return the user after the patch of an admin of this organisation, or the same object if nothing changes.

    Raises:
        Forbidden: it would enable an account that somebody else disabled.
        Invalid: as `user_changes.apply`.
    """
    if changes.get("disabled") is user.disabled:
        changes = {name: value for name, value in changes.items() if name != "disabled"}
    if changes.get("disabled") is False and user.deactivated_by.partition(".")[0] != org_id:  # the organisation, or its SCIM client
        raise Forbidden("organisation.disabled_by_others")
    changed = user_changes.apply(user, changes, now, RoleModel())
    return replace(changed, deactivated_by=org_id) if changed.disabled and not user.disabled else changed


def _verified(changes: Mapping[str, Any]) -> list[str]:
    """Return the claim that says that somebody checked a phone number, if the changes set it."""
    claims = changes.get("claims")
    return ["claims.phone_number_verified"] if isinstance(claims, Mapping) and claims.get("phone_number_verified") else []


def _refuse(names: list[str]) -> None:
    if names:
        raise Forbidden("organisation.member_not_allowed", members=", ".join(names))
