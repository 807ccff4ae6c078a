"""The first part of the account page: what protects the account, and one next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.people.protection import Protection
from idp.http.account.moment import moment
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.people.user import User
    from idp.store.account_items import HeldItems


def rows(request: Request, user: User, held: HeldItems) -> dict[str, Any]:
    """What `templates/account/protection.html` shows."""
    settings = services(request).settings
    counted = [one for one in held.passkeys if one.id in user.passkeys]
    found = Protection(
        has_password=user.password_hash is not None, password_changed_at=user.password_changed_at,
        passkeys=len(counted), synced=sum(one.backed_up for one in counted), totp=user.totp_enabled,
        recovery_left=held.recovery_left, email_verified=user.email_verified, offers_passkeys=settings.passkeys == "on",
        can_verify=settings.verifies_email,
    )  # fmt: skip
    return {
        "protection": found, "password_changed": moment(user.password_changed_at) if user.password_changed_at else None,
        "totp_since": moment(held.totp_since) if held.totp_since else None,
    }  # fmt: skip
