"""The connections of an organisation: the list, and the pages of the deployment's connections for this place (threats Q-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console import connection, connection_edit, connections
from idp.http.console.connection_place import TAB, place_of, show_at
from idp.http.console.organization_view import HERE, READ, WRITE
from idp.http.console.pages import Page
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit


def page(request: Request, visit: Visit) -> Response:
    """GET …/connections: all of them, with the domains that lead there."""
    place, s = place_of(request, visit), services(request)
    claims = s.domain_service.listing(place.org_id, scope=visit.scope)
    return show_at(
        request, visit, place, "organization_connections.html",
        listed=[
            (
                one.name, place.path_of(one), one.id, connections.title_of(one.preset), one.enabled,
                [each.domain for each in claims if each.connection_id == one.id],
            )
            for one in place.calls.listing(scope=visit.scope)
        ],
    )  # fmt: skip


_BOTH = (*READ, *WRITE)
_ONE = f"{HERE}{TAB}/{{connection_id}}"
PAGES = (
    Page(f"{HERE}{TAB}", "GET", page, READ, organisation=True),
    Page(f"{HERE}{TAB}/_new", "GET", connections.page, _BOTH, organisation=True),
    Page(f"{HERE}{TAB}/_new", "POST", connections.create, _BOTH, fresh=True, organisation=True),
    *connection.pages_below(_ONE, READ, WRITE, organisation=True),
    Page(f"{_ONE}/edit", "GET", connection_edit.page, _BOTH, organisation=True),
    Page(f"{_ONE}/edit", "POST", connection_edit.change, _BOTH, fresh=True, organisation=True),
)
