"""The start page: what this service is, and a link to the account page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.pages import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def home(request: Request) -> Response:
    """GET /."""
    return render(request, "home.html")
