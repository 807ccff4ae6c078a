"""The pages that a person sees: the steps of a sign-in (`idp.http.sign_in`), and their own account (this package).

A page is one module, which loads at the first request for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route, Router

from idp.domain.sessions import sign_in_step
from idp.http.lazy import lazy_endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from idp.http.interfaces.account import AccountServices

_FORMS_OF_THE_ACCOUNT = (
    "/account/confirm", "/account/totp/enrol", "/account/totp/confirm", "/account/totp/remove", "/account/recovery-codes",
    "/account/sessions/end", "/account/grants/revoke", "/account/passkeys/add", "/account/passkeys/confirm", "/account/passkeys/rename",
    "/account/passkeys/remove", "/account/password/remove", "/account/email", "/account/email/ask", "/account/data/export",
    "/account/delete", "/account/delete/confirm", "/delete-undo", "/email-undo", "/not-me", "/join",
    "/account/devices/forget", "/account/verify-email", "/account/connections/link", "/account/connections/unlink",
)  # fmt: skip
"""Addresses that take a form only. A browser stays at the address of a form, so it may be opened again: it leads to the account page."""
_ENDPOINTS: tuple[tuple[str, str, str, list[str]], ...] = (
    ("/", "account.home", "home", ["GET"]),
    ("/.well-known/webauthn", "account.related_origins", "show", ["GET"]),
    ("/upstream/{connection}/callback", "sign_in.upstream_callback", "come_back", ["GET"]),
    ("/upstream/{connection}/callback", "sign_in.upstream_callback", "repost", ["POST"]),
    ("/upstream/{connection}/metadata.xml", "sign_in.upstream_metadata", "show", ["GET"]),
    ("/upstream/{connection}/backchannel-logout", "sign_in.upstream_signed_out", "signed_out", ["POST"]),
    ("/link/{handle}", "tickets.link", "open_link", ["GET"]),
    ("/device", "sign_in.device", "show", ["GET"]),
    ("/device", "sign_in.device", "type_code", ["POST"]),
    ("/account", "account.overview", "overview", ["GET"]),
    ("/account", "account.overview", "back", ["POST"]),
    *((path, "account.signed_in", "home", ["GET"]) for path in _FORMS_OF_THE_ACCOUNT),
    ("/account/confirm", "account.factors", "confirm", ["POST"]),
    ("/account/password", "account.password", "show", ["GET"]),
    ("/account/password", "account.password", "change", ["POST"]),
    ("/account/data", "account.data", "show", ["GET"]),
    ("/account/data/export", "account.data", "download", ["POST"]),
    ("/account/profile", "account.profile", "show", ["GET"]),
    ("/account/profile", "account.profile", "change", ["POST"]),
    ("/account/password/remove", "account.password", "remove", ["POST"]),
    ("/account/email", "account.factors", "act", ["POST"]),
    ("/account/email/ask", "account.email", "ask", ["POST"]),
    ("/account/email/code", "account.email", "show_code", ["GET"]),
    ("/account/email/code", "account.email", "commit", ["POST"]),
    ("/account/delete", "account.factors", "act", ["POST"]),
    ("/account/delete/confirm", "account.delete", "delete", ["POST"]),
    ("/delete-undo", "tickets.delete_undo", "undo", ["POST"]),
    ("/account/verify-email", "account.verify_email", "ask", ["POST"]),
    ("/account/verify-email/code", "account.verify_email", "show_code", ["GET"]),
    ("/account/verify-email/code", "account.verify_email", "check", ["POST"]),
    ("/email-undo", "tickets.email_undo", "undo", ["POST"]),
    ("/not-me", "tickets.not_me", "end_everything", ["POST"]),
    ("/join", "tickets.join", "accept", ["POST"]),
    ("/account/totp/enrol", "account.factors", "act", ["POST"]),
    ("/account/totp/confirm", "account.factors", "confirm_enrolment", ["POST"]),
    ("/account/totp/remove", "account.factors", "act", ["POST"]),
    ("/account/recovery-codes", "account.factors", "act", ["POST"]),
    ("/account/passkeys/add", "account.factors", "act", ["POST"]),
    ("/account/passkeys/confirm", "account.passkeys", "confirm", ["POST"]),
    ("/account/passkeys/rename", "account.passkeys", "rename", ["POST"]),
    ("/account/passkeys/remove", "account.factors", "act", ["POST"]),
    ("/account/connections/link", "account.factors", "act", ["POST"]),
    ("/account/connections/unlink", "account.factors", "act", ["POST"]),
    ("/account/sessions/end", "account.end_access", "end_sessions", ["POST"]),
    ("/account/devices/forget", "account.remembered_devices", "forget", ["POST"]),
    ("/account/grants/revoke", "account.end_access", "revoke_grant", ["POST"]),
)
"""Path, module of http, function, methods."""


def _steps() -> Iterator[tuple[str, str, str, list[str]]]:
    """The addresses of the steps of a sign-in, as the table of steps has them."""
    for step in sign_in_step.STEPS:
        for path in step.forms:
            shown = "start" if path == "/login" else "open_form" if step is sign_in_step.LOGIN else "reopen"
            yield path, "sign_in.endpoint", shown, ["GET"]
            yield path, "sign_in.endpoint", "submit", ["POST"]


def _route(path: str, endpoints: Sequence[tuple[str, str, str, list[str]]]) -> Route:
    """One route for all methods of a path, so that the refusal of another method names all of them (RFC 9110 §15.5.6, Allow)."""
    by_method = {
        method: lazy_endpoint(f"idp.http.{module}", name) for at, module, name, methods in endpoints if at == path for method in methods
    }

    def endpoint(request: Request) -> Response:
        response: Response = by_method["GET" if request.method == "HEAD" else request.method](request)
        return response

    return Route(path, endpoint, methods=list(by_method))


def routes() -> list[Route]:
    """A route for each address."""
    endpoints = (*_ENDPOINTS, *_steps())
    return [
        Route("/static/{name}", lazy_endpoint("idp.http.static_files", "static"), methods=["GET"]),
        Route("/theme/{version}/{name}", lazy_endpoint("idp.http.looks.theme_files", "theme_file"), methods=["GET"]),
        *(_route(path, endpoints) for path in dict.fromkeys(path for path, *_ in endpoints)),
    ]


def build(services: AccountServices) -> ASGIApp:
    """A router; errors go to the app around it."""
    del services  # handlers find them at that app
    return Router(routes(), redirect_slashes=False)
