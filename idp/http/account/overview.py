"""The account page: the person's factors, their sessions, and the apps that have access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.message import Message
from idp.http import csrf
from idp.http.account import remembered_devices
from idp.http.account.moment import moment
from idp.http.account.passkeys import rows
from idp.http.account.signed_in import signed_in
from idp.http.pages import render, shorten
from idp.http.redirect import see_other
from idp.http.services import services
from idp.http.sign_in.scope_words import words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.app_access import AppAccess
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor

NOTICES = {
    "password": Message("notice.password_changed"),
    "confirmed": Message("notice.confirmed"),
    "email": Message("notice.email_changed"),
    "profile": Message("notice.profile_changed"),
    "factor-added": Message("notice.factor_added"),
    "app-removed": Message("notice.app_removed"),
    "factor-removed": Message("notice.factor_removed"),
    "passkey-added": Message("notice.passkey_added"),
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
    sessions = [
        _describe_session(session, current=session.id == visitor.session.id) for session in s.access.sessions(user, scope=DEPLOYMENT)
    ]
    return render(
        request, "account.html", name=user.claims.get("name"), email=user.email, totp_enabled=user.totp_enabled,
        recovery_left=s.factors.recovery_codes_left(user.id) if user.has_second_factor else 0, sessions=sessions,
        apps=_describe_apps(request, s.access.apps(user, scope=DEPLOYMENT)), csrf=csrf.token(request, visitor.session.id),
        can_change_email=s.settings.sends_mail, can_edit_profile=bool(s.own_profile.claims),
        notice=NOTICES.get(done), **rows(request, user, removed=done == "passkey-removed"),
        **remembered_devices.rows(request, user),
    )  # fmt: skip


def back(request: Request) -> Response:
    """POST /account: the button below the recovery codes, which are shown once."""
    csrf.same_origin(request)
    return see_other("/account?done=factor-added")


def _describe_session(session: Session, *, current: bool) -> dict[str, Any]:
    return {
        "id": session.id, "user_agent": session.user_agent, "address": session.address, "started": moment(session.created_at),
        "last_used": moment(session.last_seen_at), "current": current,
    }  # fmt: skip


def _describe_apps(request: Request, apps: list[AppAccess]) -> list[dict[str, Any]]:
    """One row for each app, with its name. Grants of an app that does not exist any more are left out, since they give no access."""
    clients = services(request).reads.clients([app.client_id for app in apps])
    held = [(client, app.held_by(client)) for app, client in zip(apps, clients, strict=True) if client]
    shown = words_of(request, (scope for _, app in held for scope in app.scopes))
    return [
        {
            "id": client.id, "name": shorten(client.name or client.id), "scopes": [shown[scope] for scope in app.scopes],
            "since": moment(app.since),
            "last_used": moment(app.last_used_at) if app.last_used_at else None,
        }
        for client, app in held if app.grants or app.consent
    ]  # fmt: skip
