"""The list of apps, and finding one by words of its name or its client_id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, NotFound
from idp.domain.search_text import LONGEST
from idp.http.console.app_view import APPS, home_of, row
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import LONGEST as LONGEST_CURSOR
from idp.services.admin.cursors import Cursors
from idp.services.apps.clients import ID_PREFIX

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit

ON_A_PAGE = 50


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/apps. `q`: what to find; `cursor`: the next page of the same list."""
    s, sent = services(request), query(request)
    words, cursor = (sent.get("q") or "").strip()[:LONGEST], sent.get("cursor")
    if words.startswith(ID_PREFIX) and (there := _by_id(request, visit, words)):
        return there
    if cursor is not None and len(cursor) > LONGEST_CURSOR:
        raise Invalid("cursor.unknown", field="cursor")
    cursors, place = Cursors(s.keyring), (visit.key, "apps", words)
    found = s.client_service.search(text=words, limit=ON_A_PAGE, start=cursors.open(place, cursor), scope=visit.scope)
    return show(
        request, "apps.html", at=APPS, words=words, apps=[row(client, texts_of(request)) for client in found.items],
        following=cursors.seal(place, found.more), searched=found.searched, later=cursor is not None,
    )  # fmt: skip


def _by_id(request: Request, visit: Visit, words: str) -> Response | None:
    """Return a redirect to the app with this id; None if there is none."""
    try:
        return see_other(home_of(services(request).client_service.get(words, scope=visit.scope).id))
    except NotFound:
        return None


PAGES = (Page(APPS, "GET", listing, needs=("clients:read",)),)
