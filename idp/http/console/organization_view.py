"""What every page about one organisation shows: which it is, and the parts of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.domain.texts import marked
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.organisations.profile import OrganisationProfile
    from idp.http.console.visit import Visit

ORGANIZATIONS = f"{HOME}/organizations"
HERE = ORGANIZATIONS + "/{org_id}"
READ, WRITE = ("organizations:read",), ("organizations:write",)
"""What the pages need, as the routes of the admin API do."""
_TABS = (
    ("", marked("Overview")), ("/members", marked("Members")), ("/roles", marked("Roles")), ("/invitations", marked("Invitations")),
    ("/domains", marked("Domains")), ("/connections", marked("Connections")), ("/clients", marked("Machine clients")),
    ("/scim-clients", marked("SCIM clients")),
)  # fmt: skip


def path_of(org_id: str) -> str:
    """Return the address of an organisation's page."""
    return f"{ORGANIZATIONS}/{quote(org_id, safe='')}"


def find(request: Request, visit: Visit) -> OrganisationProfile:
    """Return the organisation that the address names, read strongly.

    Raises:
        NotFound: there is none, or the admin administers another one.
    """
    return services(request).organisation_service.get(request.path_params["org_id"], scope=visit.scope)


def back(request: Request, word: str, tab: str = "") -> Response:
    """Redirect to a page of this organisation, with a notice."""
    return see_other(f"{path_of(request.path_params['org_id'])}{tab}?done={word}")


def show_organization(
    request: Request, visit: Visit, it: OrganisationProfile, template: str, tab: str, *, status: int = 200, **context: Any
) -> Response:  # fmt: skip
    """Render one of the pages about an organisation. `tab`: the end of its address, which the tabs mark."""
    path, texts = path_of(it.id), texts_of(request)
    return show(
        request, template, status=status, at=ORGANIZATIONS, it=it, path=path, tab=tab,
        tabs=[(end, path + end, texts.text(words)) for end, words in _TABS], deployment=not visit.scope.organisation,
        may=visit.may(*WRITE), **context,
    )  # fmt: skip
