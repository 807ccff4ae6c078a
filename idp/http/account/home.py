"""The front door: what this is, and where the account page is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.pages import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def home(request: Request) -> Response:
    """GET /."""
    return render(request, "home.html")
