"""Disabling, enabling and deleting an app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.app_view import APP, APPS, find, home_of, show_app
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit
    from idp.oauth.params import Params


def _switch(word: str, *, disabled: bool) -> Callable[[Request, Visit, Params], Response]:
    """Return the handler of a button that disables or enables the app."""

    def act(request: Request, visit: Visit, sent: Params) -> Response:
        client_id = request.path_params["client_id"]
        services(request).client_service.patch(
            client_id, {"disabled": disabled}, by=visit.by, expected=expected(sent), scope=visit.scope
        )  # fmt: skip
        return see_other(f"{home_of(client_id)}?done={word}")

    return act


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete: what a deletion takes away, before it is asked for."""
    return show_app(request, visit, find(request, visit), "app_delete.html", "/delete")


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    services(request).client_service.delete(request.path_params["client_id"], by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{APPS}?done=app-deleted")


_WRITE = ("clients:write",)
PAGES = (
    Page(f"{APP}/disable", "POST", _switch("app-disabled", disabled=True), _WRITE, fresh=True),
    Page(f"{APP}/enable", "POST", _switch("app-enabled", disabled=False), _WRITE, fresh=True),
    Page(f"{APP}/delete", "GET", ask_to_delete, ("clients:read", *_WRITE)),
    Page(f"{APP}/delete", "POST", delete, _WRITE, fresh=True),
)
