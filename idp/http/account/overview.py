"""The account page. Each of its parts has a module with `rows`, and a template in `templates/account/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.message import Message
from idp.http import csrf
from idp.http.account import apps, connections, passkeys, profile, protection, remembered_devices, sessions, welcome
from idp.http.account.signed_in import signed_in
from idp.http.pages import render
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.visitor import Visitor

NOTICES = {
    welcome.DONE: Message("notice.account_created"),
    "password": Message("notice.password_changed"),
    "password-set": Message("notice.password_set"),
    "password-removed": Message("notice.password_removed"),
    "confirmed": Message("notice.confirmed"),
    "email": Message("notice.email_changed"),
    "verified": Message("notice.email_verified"),
    "profile": Message("notice.profile_changed"),
    "factor-added": Message("notice.factor_added"),
    "app-removed": Message("notice.app_removed"),
    "factor-removed": Message("notice.factor_removed"),
    "connected": Message("notice.connected"),
    "disconnected": Message("notice.disconnected"),
    "not-connected": Message("notice.not_connected"),
    "passkey-added": Message("notice.passkey_added"),
    "first-passkey-added": Message("notice.first_passkey_added"),
    "codes-replaced": Message("notice.codes_replaced"),
    "passkey-removed": Message("notice.passkey_removed"),
    "passkey-renamed": Message("notice.passkey_renamed"),
    "session": Message("notice.session_ended"),
    "sessions": Message("notice.sessions_ended"),
    "device-forgotten": Message("notice.device_forgotten"),
    "devices-forgotten": Message("notice.devices_forgotten"),
    "grant": Message("notice.access_ended"),
}
"""The notices of the page, by the value of `done` in its address. No other text of an address is shown (F-10)."""


@signed_in
def overview(request: Request, visitor: Visitor) -> Response:
    """GET /account."""
    s, user, done = services(request), visitor.user, request.query_params.get("done", "")
    held = s.account_items.of(user)
    return render(
        request, "account.html", csrf=csrf.token(request, visitor.session.id), notice=NOTICES.get(done),
        totp_enabled=user.totp_enabled, recovery_left=held.recovery_left, **profile.rows(request, user),
        has_password=user.password_hash is not None, may_remove_password=bool(user.passkeys) and s.own_password.may_remove(user),
        can_delete=s.settings.deletes_selves, console=s.settings.has_console and (user.is_live_admin or held.administers),
        **protection.rows(request, user, held), **passkeys.rows(request, user, held.passkeys, removed=done == "passkey-removed"),
        **sessions.rows(request, visitor), **remembered_devices.rows(request, user), **apps.rows(request, user, held),
        **welcome.rows(request), **connections.rows(request, held),
    )  # fmt: skip


def back(request: Request) -> Response:
    """POST /account: the button below the recovery codes, which are shown once."""
    csrf.same_origin(request)
    done = request.query_params.get("done", "")
    return see_other(f"/account?done={done if done in NOTICES else 'factor-added'}")
