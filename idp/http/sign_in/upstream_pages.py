"""What follows when a person comes back from a connection: the sign-in goes on, or a page asks for what is missing."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from idp.domain.connections.decision import CreateAccount, ProveAddress, ProveLocalAccount, Refuse
from idp.domain.message import Message
from idp.domain.sessions.sign_in_step import LOGIN
from idp.http import cookies
from idp.http.browser import browser
from idp.http.form_error import FormError
from idp.http.pages import render
from idp.http.profile_fields import choices
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.rendering import render_outcome
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.sign_up_pages import address_page
from idp.oauth.sign_in.proofs import FirstFactorProved
from idp.oauth.sign_in.store_proof import store_first_factor
from idp.services.connections.upstream_proof import Came
from idp.services.people.sign_up.rules import required_terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.sign_in.step_form import FirstForm
    from idp.services.connections.upstream_people import Arrived
    from idp.services.factors.password_sign_in import Proved

FAILED = 422


def came_from(request: Request, asked: AuthorizationRequest) -> Came:
    """Where the person came from."""
    settings = services(request).settings
    device = cookies.read(request, cookies.DEVICE, settings)
    remembered = cookies.read(request, cookies.REMEMBERED, settings) if settings.remember_device_days else None
    return Came(asked.client_id, device, remembered, origin(request))


def go_on(request: Request, asked: AuthorizationRequest, arrived: Arrived) -> Response:
    """The response for a person who came back."""
    pending, client = arrived.pending, arrived.client
    if arrived.proved:
        return signed_in(request, asked, arrived.proved)
    waiting = replace(asked, upstream=pending.to_payload())
    match arrived.decision:
        case CreateAccount(email):
            return _new_account(request, waiting, arrived, email)
        case ProveAddress(email):
            _wait(request, arrived)
            return address_page(request, waiting, client=client, email=email)
        case ProveLocalAccount(email):
            _wait(request, arrived)
            return login_page(request, waiting, client=client, email=email)
        case Refuse(reason):
            return login_page(request, asked, client=client, error=FormError(reason), status=403)
        case _:  # a known person was proved above
            return login_page(request, asked, client=client)


def signed_in(request: Request, asked: AuthorizationRequest, proved: Proved) -> Response:
    """The sign-in goes on with its next step, in a new session."""
    if not asked.client_id:
        proved = replace(proved, client=None)
    proof = FirstFactorProved(proved, replaces=browser(request).session)
    done = replace(asked, upstream=None)
    return render_outcome(request, store_first_factor(services(request).provider, done, proof, origin(request)))


def login_page(
    request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", error: FormError | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The sign-in page. With an identity that waits, it asks for a sign-in to the account that the person has."""
    first: FirstForm = import_module(LOGIN.page).FORM
    return first.page(request, asked, client=client, email=email, error=error, status=status)


def finish_page(
    request: Request, asked: AuthorizationRequest, pending: PendingLink, *, email: str, client: Client | None, handle: str = "",
    sent: Mapping[str, str] | None = None, error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    """The page that asks for the claims and the terms of the new account. `handle`: the proof of the address, if a mail proved it."""
    s = services(request)
    typed = {f"claim_{name}": text for name, text in pending.claims.items()} if sent is None else sent
    claims = [(each, typed.get(each.field, "")) for each in s.sign_up.claims]
    return render(
        request, "upstream_finish.html", status=status, client=client, email=email, ticket=handle, error=error, claims=claims, sent=typed,
        connection=pending.name, terms=required_terms(s.settings, client), **choices(s.settings), **page_fields(request, asked),
    )  # fmt: skip


def _new_account(request: Request, asked: AuthorizationRequest, arrived: Arrived, email: str) -> Response:
    """The new account, or the page that asks for what it needs."""
    s, pending, client = services(request), arrived.pending, arrived.client
    if not s.upstream_accounts.asks_nothing(pending, client):
        _wait(request, arrived)
        return finish_page(request, asked, pending, email=email, client=client)
    typed = {each.field: pending.claims.get(each.name, "") for each in s.sign_up.claims}
    proved = s.upstream_accounts.create(
        arrived.connection, pending, email, typed, client, came_from(request, asked), parts=arrived.parts,
        tokens=arrived.tokens, now=s.clock(),
    )  # fmt: skip
    return signed_in(request, asked, proved) if proved else taken_page(request, asked, client)


def _wait(request: Request, arrived: Arrived) -> None:
    """Keep the tokens of the connection until the person has answered the form."""
    s = services(request)
    s.token_keeper.wait(arrived.connection, arrived.pending, arrived.tokens, s.clock())


def marks(request: Request, pending: PendingLink) -> tuple[Any, ...]:
    """The part of a transaction that uses up the attempt of this identity. None for a page that an earlier release sent."""
    return (services(request).upstream_sign_in.mark_of(pending.attempt),) if pending.attempt[0] else ()


def taken_page(request: Request, asked: AuthorizationRequest, client: Client | None) -> Response:
    """The sign-in page, for an address or an identity that got an account meanwhile. The person starts again."""
    error = FormError(Message("upstream.start_again"))
    return login_page(request, replace(asked, upstream=None), client=client, error=error, status=FAILED)
