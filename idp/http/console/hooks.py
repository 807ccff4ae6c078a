"""The hooks: what is set and where from, when each is asked, and what counts without an answer (docs/hooks.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.hook_view import HOOKS, failures_of, row
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.services import services
from idp.settings.listing import listing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit

_SETTINGS = frozenset({"IDP_HOOKS", "IDP_HOOKS_FUNCTIONS"})


def page(request: Request, visit: Visit) -> Response:
    """GET /console/hooks."""
    s, texts = services(request), texts_of(request)
    failures = failures_of(request, visit, texts)
    return show(
        request, "hooks.html", at=HOOKS, is_on=s.settings.hooks == "on",
        hooks=[row(request, each, texts, failures or []) for each in s.hook_service.listing(scope=visit.scope)],
        settings=[each for each in listing(s.settings) if each.name in _SETTINGS],
    )  # fmt: skip


PAGES = (Page(HOOKS, "GET", page, needs=("hooks:read",)),)
