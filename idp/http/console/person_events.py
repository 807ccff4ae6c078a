"""The events about a person, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.audit.filter import AuditFilter
from idp.http.console.event_words import tell
from idp.http.console.names import names_in
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE, find, show_person
from idp.http.language import texts_of
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit

_TAB, ON_A_PAGE = "/events", 50


def page(request: Request, visit: Visit) -> Response:
    """GET …/events. `failed` shows failures alone; `cursor`: the next page."""
    s, user, sent, texts = services(request), find(request, visit), query(request), texts_of(request)
    failed = bool(sent.get("failed"))
    cursors, place = Cursors(s.keyring), (visit.key, "events", user.id, str(failed))
    found = s.audit_trail.page(
        user_id=user.id, since=None, until=None, place=cursors.open(place, sent.get("cursor")), limit=ON_A_PAGE,
        wanted=AuditFilter(outcome="failure" if failed else ""), scope=visit.scope,
    )  # fmt: skip
    return show_person(
        request, visit, user, "person_events.html", _TAB, events=[tell(event, texts, visit) for event in found.events], failed=failed,
        names=names_in(request, visit, found.events, user), following=cursors.seal(place, found.more), later=sent.get("cursor") is not None,
    )  # fmt: skip


PAGES = (Page(PEOPLE + "/{user_id}/events", "GET", page, needs=("users:read", "audit:read"), organisation=True),)
