"""The pages that a person sees: the steps of a sign-in, and their own account. A module per page, loaded when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route, Router

from idp.http.lazy import lazy_endpoint

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from idp.http.interfaces.account import AccountServices

_FORMS_OF_THE_ACCOUNT = (
    "/account/confirm", "/account/totp/enrol", "/account/totp/confirm", "/account/totp/remove", "/account/recovery-codes",
    "/account/sessions/end", "/account/grants/revoke",
)  # fmt: skip
"""Addresses that take a form only. A browser stays at the address of a form, so it may be opened again: it leads to the account page."""
_ENDPOINTS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("/", "home", "home", ["GET"]),
    ("/login", "login", "start", ["GET"]),
    ("/login", "login", "login", ["POST"]),
    *((path, "step_form", "opened", ["GET"]) for path in ("/totp", "/recovery-code", "/enrol", "/recovery-codes", "/consent")),
    ("/totp", "totp", "totp", ["POST"]),
    ("/recovery-code", "recovery_code", "recovery_code", ["POST"]),
    ("/enrol", "enrol", "enrol", ["POST"]),
    ("/recovery-codes", "recovery_codes", "recovery_codes", ["POST"]),
    ("/consent", "consent", "consent", ["POST"]),
    ("/device", "device", "show", ["GET"]),
    ("/device", "device", "type_code", ["POST"]),
    ("/account", "overview", "overview", ["GET"]),
    ("/account", "overview", "back", ["POST"]),
    *((path, "signed_in", "home", ["GET"]) for path in _FORMS_OF_THE_ACCOUNT),
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


def _at(path: str) -> Route:
    """One route for all methods of a path: what is refused is then told all that is not (RFC 9110 §15.5.6, Allow)."""
    by_method = {
        method: lazy_endpoint(f"{__name__}.{module}", name) for at, module, name, methods in _ENDPOINTS if at == path for method in methods
    }

    def endpoint(request: Request) -> Response:
        response: Response = by_method["GET" if request.method == "HEAD" else request.method](request)
        return response

    return Route(path, endpoint, methods=list(by_method))


ROUTES = [
    Route("/static/{name}", lazy_endpoint("idp.http.static_files", "static"), methods=["GET"]),
    *map(_at, dict.fromkeys(path for path, *_ in _ENDPOINTS)),
]


def build(services: AccountServices) -> ASGIApp:
    """A router; errors go to the app around it."""
    del services  # handlers find them at that app
    return Router(ROUTES, redirect_slashes=False)
