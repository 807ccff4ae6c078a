"""The pages that a person sees: the steps of a sign-in, and their own account. A module per page, loaded when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route, Router

from idp.http.lazy import lazy_endpoint

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from idp.http.services import Services

_ENDPOINTS = (
    ("/", "home", "home", ["GET"]),
    ("/login", "login", "start", ["GET"]),
    ("/login", "login", "login", ["POST"]),
    ("/totp", "totp", "totp", ["POST"]),
    ("/recovery-code", "recovery_code", "recovery_code", ["POST"]),
    ("/enrol", "enrol", "enrol", ["POST"]),
    ("/recovery-codes", "recovery_codes", "recovery_codes", ["POST"]),
    ("/consent", "consent", "consent", ["POST"]),
    ("/device", "device", "show", ["GET"]),
    ("/device", "device", "type_code", ["POST"]),
    ("/account", "overview", "overview", ["GET"]),
    ("/account", "overview", "back", ["POST"]),
    ("/account/confirm", "factors", "confirm", ["POST"]),
    ("/account/password", "password", "show", ["GET"]),
    ("/account/password", "password", "change", ["POST"]),
    ("/account/totp/enrol", "factors", "act", ["POST"]),
    ("/account/totp/confirm", "factors", "confirm_enrolment", ["POST"]),
    ("/account/totp/remove", "factors", "act", ["POST"]),
    ("/account/recovery-codes", "factors", "act", ["POST"]),
    ("/account/sessions/end", "access", "end_sessions", ["POST"]),
    ("/account/grants/revoke", "access", "revoke_grant", ["POST"]),
)
"""Path, module, function, methods."""

ROUTES = [
    Route("/static/{name}", lazy_endpoint("idp.http.static_files", "static"), methods=["GET"]),
    *(Route(path, lazy_endpoint(f"{__name__}.{module}", function), methods=methods) for path, module, function, methods in _ENDPOINTS),
]


def build(services: Services) -> ASGIApp:
    """A router; errors go to the app around it."""
    del services  # handlers find them at that app
    return Router(ROUTES, redirect_slashes=False)
