"""From one step of a sign-in to the next. Each step proves its fact, then comes here; the dispatcher decides what is next."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import PageError
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.sessions.sign_in_step import Step, next_step
from idp.http.browser import browser
from idp.http.redirect import authorization_response, see_other
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import set_session
from idp.oauth.authorization.request_source import use_up
from idp.oauth.authorization.response import new_grant, still_valid, success
from idp.store import grants

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.oauth.params import Params
    from idp.store.tables import Item

REQUEST = "authorization_request"
"""The purpose under which a request is sealed."""
PAGES = frozenset({"/account"})
"""Pages of our own that may ask for a sign-in."""


def seal_request(request: Request, made: AuthorizationRequest) -> str:
    """The request for the hidden field of a page."""
    return services(request).keyring.sealer().seal(REQUEST, made.to_payload())


def open_request(request: Request, sent: Params) -> AuthorizationRequest:
    """The request that the page was about. Whether it was sealed for this browser, `of_this_browser` says.

    Raises:
        PageError: it is forged, or older than a sign-in may last.
    """
    s = services(request)
    payload = s.keyring.sealer().open(REQUEST, sent.get("request") or "")
    made = AuthorizationRequest.from_payload(payload) if isinstance(payload, dict) else None
    if made is None or s.clock() >= made.received_at + s.settings.sign_in_lifetime:
        app = s.clients.get(made.client_id) if made and made.client_id else None
        raise PageError("expired", "This page has expired. Go back to the app and sign in again.", app=app)
    return made


def of_this_browser(request: Request, made: AuthorizationRequest) -> bool:
    """Whether the request was sealed for the browser that sends it (login CSRF, B-17)."""
    return hmac.compare_digest(made.browser, browser(request).digest)


def proceed(
    request: Request,
    made: AuthorizationRequest,
    *,
    session: Session | None,
    stored: bool,
    user: User | None,
    client: Client | None,
    consent: Consent | None,
    replaces: Session | None = None,
) -> Response:
    """The next page, or the answer for the app.

    `session` is live: `stored` says whether it lies in the store already; otherwise it is written here, together with what else is written,
    and its cookie is set. `replaces` is the session whose place it takes.
    """
    if client is not None or made.client_id:
        client = still_valid(client, made)
    made = with_known_hint(request, made, client=client, user=user)
    step = next_step(made, client=client, user=user, session=session, consent=consent)
    response: Response
    granted: list[Item]
    if step is Step.RESPOND and session is not None:
        response, *granted = _answer(request, made, session, client)
    else:
        response, granted = _page(request, step, made, client=client, user=user, session=session, given=consent), []
    if session is not None and not stored:
        _begin(request, response, session, granted, made, replaces)
    elif granted:
        services(request).database.put(granted[0])
    return response


def with_known_hint(request: Request, made: AuthorizationRequest, *, client: Client | None, user: User | None) -> AuthorizationRequest:
    """A hint at this very user, said in the client's own pairwise name for them, is a hint at the user (OIDC Core §8.1)."""
    if made.hinted_sub is None or client is None or user is None or made.hinted_sub == user.id:
        return made
    return replace(made, hinted_sub=user.id) if services(request).subjects.of(client, user.id) == made.hinted_sub else made


def _answer(request: Request, made: AuthorizationRequest, session: Session, client: Client | None) -> tuple[Any, ...]:
    """The redirect, and the grant that has to be written before it is sent."""
    if made.page:
        return (see_other(made.page if made.page in PAGES else "/account"),)
    provider = services(request).provider
    if client is not None and client.provisional_until is not None:
        provider.registration.keep(client, scope=DEPLOYMENT)
    if made.device:
        from idp.http.account import device

        return (device.approve(request, made, session, client),)
    if made.pushed_id:
        use_up(provider, made)
    grant = new_grant(provider, made, session, client)
    return authorization_response(request, success(provider, made, grant, client)), grants.item(grant)


def _page(request: Request, step: Step, made: AuthorizationRequest, **known: Any) -> Response:  # each page takes what it shows
    from idp.http.account import steps  # the pages and their templates load when the first one is shown

    return steps.show(request, step, made, **known)


def _begin(
    request: Request, response: Response, session: Session, granted: list[Item], made: AuthorizationRequest, replaces: Session | None
) -> None:
    s = services(request)
    s.session_service.write(session, *granted, replaces=replaces, client_id=made.client_id, request_id=origin(request).request_id)
    set_session(request, response, session)
