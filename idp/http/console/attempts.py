"""Attempts to sign in with an address, also before an account had it: a person who cannot sign in may have mistyped it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.search_text import LONGEST
from idp.http.console.event_words import tell
from idp.http.console.names import names_in
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.request import query
from idp.http.services import services
from idp.services.people.user_changes import parse_email

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit

_MOST = 50


def page(request: Request, visit: Visit) -> Response:
    """GET /console/people/attempts. `email`: the address as it was typed. The trail has a keyed hash of it, not the address."""
    texts, typed = texts_of(request), (query(request).get("email") or "")[:LONGEST]
    found = services(request).audit_trail.page(
        email=parse_email(typed), since=None, until=None, place=None, limit=_MOST, scope=visit.scope
    )  # fmt: skip
    return show(
        request, "attempts.html", at=PEOPLE, typed=typed, events=[tell(event, texts, visit) for event in found.events],
        names=names_in(request, visit, found.events),
    )  # fmt: skip


PAGES = (Page(f"{PEOPLE}/attempts", "GET", page, needs=("users:read", "audit:read")),)
