"""The page with all ways to sign in. Forms of the first step show it when they end without a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.mail_code_offer import is_offered
from idp.domain.sessions.sign_in_rules import may_begin_by_mail
from idp.http.pages import render
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError

PASSKEY_SET = "passkey_set"
"""The reason of the page after a reset by a new passkey."""


def sign_in_page(
    request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str, reason: str, error: FormError | None, status: int,
    may_sign_up: bool,
) -> Response:  # fmt: skip
    """The page with all ways to sign in. `may_sign_up`: it leads to a new account, too.

    While an upstream identity waits for the sign-in to an account, the page offers no other connection and no new account.
    """
    connections: dict[str, Any]
    if asked.upstream:
        from idp.domain.connections.pending_link import from_payload  # only a sign-in by a connection loads it

        reason, may_sign_up, connections = "link", False, {"connection": from_payload(asked.upstream).name}
    else:
        connections = connection_fields(request, asked)
    only = client is not None and client.connections_only and not asked.upstream
    if only and reason == "reauthenticate":
        reason = ""  # no password is asked for
    return render(
        request, "login.html", status=status, client=client, email=email or asked.login_hint or "", reason=reason, error=error,
        connections_only=only, can_reset=services(request).settings.resets_passwords,
        mail_code=not only and _offers_mail_code(request, asked, client), may_sign_up=may_sign_up and not only,
        offers_passkeys=services(request).settings.offers_passkeys, upgrades_passkeys=services(request).settings.upgrades_passkeys,
        **({} if only else _passkey_alone(request, asked)), **{**page_fields(request, asked), **connections},
    )  # fmt: skip


def connection_fields(request: Request, asked: AuthorizationRequest) -> dict[str, Any]:
    """The buttons of connections, and whether an address leads to one. Such a page leads away from this site."""
    buttons = services(request).connection_buttons
    shown, organisations = buttons.shown(asked.client_id), buttons.has_domains(asked.client_id)
    return {"connections": shown, "organisations": organisations, "leads_away": True} if shown or organisations else {}


def _offers_mail_code(request: Request, asked: AuthorizationRequest, client: Client | None) -> bool:
    """Whether the page leads to a sign-in with a code from a mail."""
    settings = services(request).settings
    offered = settings.sends_mail and is_offered(client, by_default=settings.signs_in_by_mail)
    return offered and may_begin_by_mail(asked, client)


def _passkey_alone(request: Request, asked: AuthorizationRequest) -> dict[str, Any]:
    """The challenge for a passkey alone, if the deployment has passkeys."""
    s = services(request)
    if s.settings.passkeys != "on":
        return {}
    from idp.http.passkey_fields import passkey_fields
    from idp.services.passkeys.sign_in_request import sign_in_request

    return {**passkey_fields(sign_in_request(s.settings, s.passkey_challenges, asked.browser, asked.id))}
