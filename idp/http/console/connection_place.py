"""Whose connections a page is about: those of the deployment, or of the organisation in its address (threats Q-17).

The pages are the same. The services of each decide what may be set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.connections.of_organisation import PRESET_NAMES
from idp.domain.connections.presets import PRESETS
from idp.domain.texts import marked
from idp.http.console.organization_view import ORGANIZATIONS, find, path_of, show_organization
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.language import texts_of
from idp.http.services import services
from idp.services.connections.managed import of_deployment, of_organisation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.connection import Connection
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.http.console.visit import Visit
    from idp.services.connections.managed import Managed

CONNECTIONS = f"{HOME}/connections"
TAB = "/connections"
"""The end of the address of an organisation's connections."""


class Place(NamedTuple):
    """`path`: of the list. `calls`: of the service.

    `may_set`: whether the admin may do more than switch a connection off and delete it. `offered`: how many an organisation may have.
    """

    path: str
    calls: Managed
    presets: tuple[str, ...]
    may_set: bool
    org: OrganisationProfile | None = None
    offered: int = 0

    @property
    def org_id(self) -> str:
        """Return the id of the organisation, or ""."""
        return self.org.id if self.org else ""

    def path_of(self, it: Connection) -> str:
        """Return the address of a connection's page."""
        return f"{self.path}/{quote(it.own_id, safe='')}"


def place_of(request: Request, visit: Visit) -> Place:
    """Return the place that the address names.

    Raises:
        NotFound: there is no such organisation, or the admin administers another one.
    """
    s = services(request)
    if "org_id" not in request.path_params:
        return Place(CONNECTIONS, of_deployment(s.connection_service), tuple(PRESETS), visit.may("connections:write"))
    org, own = find(request, visit), s.organisation_connections
    may_set = bool(own.offered) and visit.may(*ORGANISATION_SCOPES)
    return Place(path_of(org.id) + TAB, of_organisation(own, org.id), PRESET_NAMES, may_set, org, own.offered)


def show_at(
    request: Request, visit: Visit, place: Place, template: str, *, status: int = 200, below: Iterable[tuple[str, str]] = (), **context: Any
) -> Response:  # fmt: skip
    """Render a page. `below`: address and words of the pages between the list and this one."""
    words, org = texts_of(request).text, place.org
    crumbs = [(place.path, words(marked("Connections"))), *below]
    common = {"new": f"{place.path}/_new", "listed_at": place.path, "may_set": place.may_set, **context}
    if org is None:
        may = visit.may("connections:write")
        return show(
            request, template, status=status, at=CONNECTIONS, frame="console/connection_layout.html", crumbs=crumbs, may=may, org_id="",
            **common,
        )  # fmt: skip
    above = [] if visit.scope.organisation else [(ORGANIZATIONS, words(marked("Organisations")))]
    crumbs = [*above, (path_of(org.id), org.name), *crumbs]
    return show_organization(
        request, visit, org, template, TAB, status=status, frame="console/organization_layout.html", crumbs=crumbs, org_id=org.id,
        offered=place.offered, **common,
    )  # fmt: skip
