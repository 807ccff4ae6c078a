"""The routes of the demo app: home, login, callback, refresh and logout."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from authlib.integrations.base_client.errors import OAuthError
from joserfc.errors import JoseError
from requests import RequestException
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

from idp.cli.dev_server.demo_app.pages import page
from idp.cli.dev_server.demo_app.relying_party import Attempt, RelyingParty, SignedIn, SignInError
from idp.http.static_files import static

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

COOKIE = "demo_app"
_MOST_VISITS, _MOST_ATTEMPTS = 1000, 10
_ERRORS = (SignInError, OAuthError, JoseError, RequestException)


@dataclass
class Visit:
    """A browser: the sign-ins it has begun, by state (one per tab), and its finished sign-in."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    attempts: OrderedDict[str, Attempt] = field(default_factory=OrderedDict)
    signed_in: SignedIn | None = None


class DemoApp:
    """Keeps visits in memory. The cookie only names one."""

    def __init__(self, party: RelyingParty) -> None:
        self._party = party
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    def home(self, request: Request) -> Response:
        """Show the signed-in person, or a link to sign in."""
        visit = self._visits.get(request.cookies.get(COOKIE, ""))
        if visit and visit.signed_in:
            return page("demo/demo_userinfo.html", self._policy(), signed_in=visit.signed_in, csrf=visit.csrf)
        return page("demo/demo_home.html", self._policy(), issuer=self._party.issuer)

    def login(self, request: Request) -> Response:
        """Redirect to the provider."""
        name = request.cookies.get(COOKIE, "")
        visit = self._visits.get(name)
        if visit is None:
            name, visit = secrets.token_urlsafe(24), Visit()
            self._visits[name] = visit
            if len(self._visits) > _MOST_VISITS:
                self._visits.popitem(last=False)
        try:
            url, attempt = self._party.leave()
        except _ERRORS as error:
            return self._show_error(error)
        visit.attempts[attempt.state] = attempt
        if len(visit.attempts) > _MOST_ATTEMPTS:
            visit.attempts.popitem(last=False)
        response = RedirectResponse(url, 303)
        response.set_cookie(COOKIE, name, httponly=True, samesite="lax")
        return response

    def callback(self, request: Request) -> Response:
        """Handle the provider's answer. A new cookie replaces the old one, so a fixed old cookie gives no access."""
        visit = self._visits.pop(request.cookies.get(COOKIE, ""), None)
        attempt = visit.attempts.pop(request.query_params.get("state", ""), None) if visit else None
        try:
            if visit is None or attempt is None:
                raise SignInError("This answer does not belong to a sign-in that began here.")
            visit.signed_in = self._party.come_back(attempt, str(request.url))
        except _ERRORS as error:
            return self._show_error(error)
        name = secrets.token_urlsafe(24)
        self._visits[name] = visit
        response = RedirectResponse("/", 303)
        response.set_cookie(COOKIE, name, httponly=True, samesite="lax")
        return response

    async def refresh(self, request: Request) -> Response:
        """Refresh the tokens."""
        from starlette.concurrency import run_in_threadpool

        visit = await self._posting(request)
        if visit and visit.signed_in:
            try:
                visit.signed_in = await run_in_threadpool(self._party.refresh, visit.signed_in)
            except _ERRORS as error:
                visit.signed_in = None
                return self._show_error(error)
        return RedirectResponse("/", 303)

    async def logout(self, request: Request) -> Response:
        """Sign the person out here, then at the provider."""
        visit = await self._posting(request)
        if visit is None or visit.signed_in is None:
            return RedirectResponse("/", 303)
        url = self._party.sign_out_url(visit.signed_in)
        visit.signed_in = None
        return RedirectResponse(url, 303)

    async def _posting(self, request: Request) -> Visit | None:
        visit = self._visits.get(request.cookies.get(COOKIE, ""))
        given = parse_qs((await request.body()).decode("ascii", "replace")).get("csrf", [""])[0]
        return visit if visit and hmac.compare_digest(given.encode(), visit.csrf.encode()) else None

    def _show_error(self, error: Exception) -> Response:
        return page("demo/demo_home.html", self._policy(), status=400, issuer=self._party.issuer, error=str(error))

    def _policy(self) -> str:
        issuer = urlsplit(self._party.issuer)
        return (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self' {issuer.scheme}://{issuer.netloc}"
        )


def build(party: RelyingParty) -> ASGIApp:
    """Return the app."""
    demo = DemoApp(party)
    return Starlette(
        routes=[
            Route("/", demo.home),
            Route("/login", demo.login),
            Route("/callback", demo.callback),
            Route("/refresh", demo.refresh, methods=["POST"]),
            Route("/logout", demo.logout, methods=["POST"]),
            Route("/static/{name}", static),
        ]
    )
