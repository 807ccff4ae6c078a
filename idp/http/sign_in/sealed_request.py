"""The authorization request in a hidden field of the sign-in pages: sealed, and bound to one browser."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, TypedDict

from idp.domain.errors import PageError
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.http.browser import browser
from idp.http.language import ask_for
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.oauth.params import Params

PURPOSE = "authorization_request"
"""The purpose under which a request is sealed."""


class PageFields(TypedDict):
    """What every page of a sign-in passes to `render`. `leads_away`: a form of the page may end at an app."""

    request_field: str
    leads_away: bool


def page_fields(request: Request, asked: AuthorizationRequest) -> PageFields:
    """The sealed request, and whether the answer to it leaves this site."""
    sealed = services(request).keyring.sealer().seal(PURPOSE, asked.to_payload())
    return {"request_field": sealed, "leads_away": bool(asked.redirect_uri)}


def open_request(request: Request, sent: Params) -> AuthorizationRequest:
    """The request that the page was about. `is_of_this_browser` says whether it was sealed for this browser.

    Raises:
        PageError: it is forged, or older than a sign-in may last.
    """
    return open_sealed(request, sent.get("request") or "")


def open_sealed(request: Request, sealed: str) -> AuthorizationRequest:
    """The same for the sealed value itself."""
    s = services(request)
    payload = s.keyring.sealer().open(PURPOSE, sealed)
    asked = AuthorizationRequest.from_payload(payload) if isinstance(payload, dict) else None
    if asked:
        ask_for(request, asked.ui_locales)
    if asked is None or s.clock() >= asked.received_at + s.settings.sign_in_lifetime:
        app = s.clients.get(asked.client_id) if asked and asked.client_id else None
        raise PageError("expired", "sign_in.expired", app=app)
    return asked


def pending_request(request: Request, sealed: str) -> AuthorizationRequest | None:
    """The request that a ticket keeps, if it keeps one that is of this browser and not too old."""
    if not sealed:
        return None
    try:
        asked = open_sealed(request, sealed)
    except PageError:
        return None
    return asked if is_of_this_browser(request, asked) else None


def is_of_this_browser(request: Request, asked: AuthorizationRequest) -> bool:
    """Whether the request was sealed for the browser that sends it (login CSRF, B-17)."""
    return hmac.compare_digest(asked.browser, browser(request).digest)
