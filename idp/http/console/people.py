"""The list of people, and finding one by a part of the name or the address, or by the id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, NotFound
from idp.domain.people.user import may_be_user_id
from idp.domain.search_text import LONGEST
from idp.http.console import organisation_people
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE, path_of, row
from idp.http.console.show import show
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import LONGEST as LONGEST_CURSOR
from idp.services.admin.cursors import Cursors

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit

ON_A_PAGE = 50


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/people. `q`: what to find; `cursor`: the next page of the same list."""
    s, sent = services(request), query(request)
    words, cursor = (sent.get("q") or "").strip()[:LONGEST], sent.get("cursor")
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise Invalid("cursor.unknown", field="cursor")
    if visit.scope.organisation:
        return organisation_people.listing(request, visit, words, cursor)
    if may_be_user_id(words) and (there := _by_id(request, visit, words)):
        return there
    cursors, place = Cursors(s.keyring), (visit.key, "people", words)
    found = s.user_service.search(text=words, limit=ON_A_PAGE, start=cursors.open(place, cursor), scope=visit.scope)
    return show(
        request, "people.html", at=PEOPLE, words=words, people=[row(user, visit) for user in found.items],
        following=cursors.seal(place, found.more), searched=found.searched, later=cursor is not None,
    )  # fmt: skip


def _by_id(request: Request, visit: Visit, words: str) -> Response | None:
    """Return a redirect to the person with this id; None if there is none."""
    try:
        return see_other(path_of(services(request).user_service.get(words, scope=visit.scope).id))
    except NotFound:
        return None


PAGES = (Page(PEOPLE, "GET", listing, needs=("users:read",), organisation=True),)
