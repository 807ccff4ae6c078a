"""The pages of sign-up: the address, the code, what the account needs, and the way to sign in for an address that has an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.apps.sign_up_offer import is_offered
from idp.domain.message import Message
from idp.domain.people.terms import TERMS_FIELDS
from idp.http.form_error import FormError
from idp.http.pages import render
from idp.http.passkey_fields import passkey_fields
from idp.http.profile_fields import choices
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.first_page import connection_fields, sign_in_page
from idp.http.sign_in.sealed_request import page_fields
from idp.services.people.sign_up.rules import required_terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params


def address_page(
    request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page that asks for the address."""
    return render(
        request, "sign_up.html", status=status, client=client, email=email or asked.login_hint or "", error=error,
        connection=waiting(asked).name if asked.upstream else "",
        challenge=services(request).challenge.new(services(request).clock()),
        **{**page_fields(request, asked), **(connection_fields(request, asked) if not asked.upstream else {})},
    )  # fmt: skip


def code_page(
    request: Request, asked: AuthorizationRequest, sealed: str, *, email: str, client: Client | None, error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The page that asks for the code. `sealed`: the field of `asked_mail`."""
    return render(
        request, "sign_up_code.html", status=status, client=client, email=email, asked=sealed, error=error, **page_fields(request, asked)
    )


def finish_page(
    request: Request, asked: AuthorizationRequest, handle: str, *, email: str, client: Client | None, sent: Mapping[str, str],
    error: FormError | None = None, status: int = 200, invited: bool = False,
) -> Response:  # fmt: skip
    """The page that asks for a password or a passkey, the claims and the terms.

    `handle`: the proof of the address. `sent`: what was typed before.
    """
    s = services(request)
    opened = s.tickets.open(handle, now=s.clock()) if s.settings.allows_passwordless else None
    offer = s.passkey_in_place_of_password.offer_sign_up(email, opened.ticket_id) if opened else None
    passkey: dict[str, Any] = {**passkey_fields(offer)} if offer else {}
    claims = [(each, sent.get(each.field, "")) for each in s.sign_up.claims]
    return render(
        request, "sign_up_finish.html", status=status, client=client, email=email, ticket=handle, error=error, claims=claims, sent=sent,
        invited=invited, user_agent=origin(request).user_agent, **passkey,
        minimum=s.settings.password_min_length, terms=required_terms(s.settings, client), **choices(s.settings),
        **page_fields(request, asked),
    )  # fmt: skip


def waiting(asked: AuthorizationRequest) -> PendingLink:
    """The upstream identity that waits for an account."""
    from idp.domain.connections.pending_link import from_payload  # only a sign-in by a connection loads it

    return from_payload(asked.upstream or [])


def exists_page(request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "") -> Response:
    """The sign-in page, for an address that has an account by now, or a page that was used before."""
    error = FormError(Message("sign_up.account_exists" if email else "sign_up.over"))
    again = not email and is_offered(services(request).settings.sign_up, client)
    return sign_in_page(request, asked, client=client, email=email, reason="", error=error, status=422, may_sign_up=again)


def typed_values(request: Request, sent: Params) -> dict[str, str]:
    """What a person typed about the account, by name of the field."""
    names = [*(each.field for each in services(request).sign_up.claims), *TERMS_FIELDS]
    return {name: sent.get(name) or "" for name in names}
