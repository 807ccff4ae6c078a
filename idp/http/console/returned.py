"""The page after a sign-in in a second tab, while a form waits in the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit


def page(request: Request, visit: Visit) -> Response:
    """GET /console/returned."""
    del visit
    return show(request, "returned.html")


PAGES = (Page(f"{HOME}/returned", "GET", page, organisation=True),)
