"""What every page about one app shows: its name and state, and the parts of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from idp.domain.texts import marked
from idp.http.account.moment import Moment, moment
from idp.http.console.app_kinds import kind_of
from idp.http.console.show import show
from idp.http.console.views import HOME, VIEWS
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.texts import Texts
    from idp.http.console.visit import Visit

APPS = f"{HOME}/apps"
APP = APPS + "/{client_id}"
_TABS = (
    ("", marked("Overview")), ("/edit", marked("Settings")), ("/secrets", marked("Secrets")), ("/looks", marked("Looks")),
    ("/code", marked("Code")), ("/try", marked("Try it")),
)  # fmt: skip
"""The parts of the pages: the end of the address, and the words. A part without a view is not shown."""
_TAKEN = frozenset({"new", "try"})
"""Words that follow /console/apps in addresses of their own. An app may have one of them as its client_id."""


class Row(NamedTuple):
    """An app in a list, and in the heading of its pages. `path`: what the addresses of its pages begin with; `home`: its first page."""

    id: str
    path: str
    home: str
    name: str
    kind: str
    disabled: bool
    public: bool
    dynamic: bool
    created: Moment
    version: int


def row(client: Client, texts: Texts) -> Row:
    """Return an app as a list shows it."""
    return Row(
        client.id, path_of(client.id), home_of(client.id), client.name, texts.text(kind_of(client).title), client.disabled,
        client.is_public, client.registered_by is not None, moment(client.created_at), client.version,
    )  # fmt: skip


def path_of(client_id: str) -> str:
    """Return what the addresses of an app's pages begin with."""
    return f"{APPS}/{quote(client_id, safe='')}"


def home_of(client_id: str) -> str:
    """Return the address of an app's first page."""
    return path_of(client_id) + ("/overview" if client_id in _TAKEN else "")


def find(request: Request, visit: Visit) -> Client:
    """Return the app that the address names, read strongly.

    Raises:
        NotFound: there is none.
    """
    return services(request).client_service.get(request.path_params["client_id"], scope=visit.scope)


def show_app(request: Request, visit: Visit, client: Client, template: str, tab: str, *, status: int = 200, **context: Any) -> Response:
    """Render one of the pages about an app. `tab`: the end of its address, which the tabs mark."""
    texts, one = texts_of(request), row(client, texts_of(request))
    there = {view.path: view.needs for view in VIEWS}
    tabs = [
        (end, one.path + end if end else one.home, texts.text(words))
        for end, words in _TABS
        if APP + end in there and visit.may(*there[APP + end])
    ]
    return show(request, template, status=status, at=APPS, app=one, tab=tab, tabs=tabs, **context)
