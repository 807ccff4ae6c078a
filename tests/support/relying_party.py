"""Apps that sign people in, on a site of their own: another host than the provider's, so that a browser sees two sites.

with relying_parties(idp) as apps:
    shop = apps.register("Shop", scope="openid email")
    page.goto(shop.home); page.click("#sign-in")        # … the provider's pages …
    claims = shop.redeem(shop.answer(page)).claims
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from tests.support.site import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from starlette.types import Receive, Scope, Send

    from tests.support.served_provider import ServedProvider

EVERYTHING = "openid profile email address phone offline_access"


@dataclass(frozen=True)
class Attempt:
    """The values that an app keeps from the request until the callback."""

    nonce: str
    verifier: str
    redirect_uri: str


@dataclass(frozen=True)
class Tokens:
    """The token response for a code, and the claims of its ID Token (checked by OIDC Core §3.1.3.7: signature, issuer, audience, nonce)."""

    answer: dict[str, Any]
    claims: dict[str, Any]


@dataclass
class App:
    """One client of the provider."""

    issuer: str
    name: str
    client_id: str
    secret: str | None
    home: str
    scope: str
    attempts: dict[str, Attempt] = field(default_factory=dict)
    moves_to: str = ""
    """The address to which its callback and its page after logout redirect, if any: for example a frontend on another host."""

    @property
    def redirect_uri(self) -> str:
        return self.home + "callback"

    @property
    def goodbye(self) -> str:
        """Its post_logout_redirect_uri."""
        return self.home + "goodbye"

    def leave(self, **parameters: str) -> str:
        """The URL of a new authorization request with these additional parameters."""
        state = parameters.get("state") or secrets.token_urlsafe(16)
        attempt = self.attempts[state] = Attempt(secrets.token_urlsafe(16), secrets.token_urlsafe(48), self.redirect_uri)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        own = {
            "client_id": self.client_id, "redirect_uri": attempt.redirect_uri, "response_type": "code", "scope": self.scope, "state": state,
            "nonce": attempt.nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self.issuer}/authorize?{urlencode(own | parameters)}"

    def link(self, **parameters: str) -> str:
        """The address of the app that redirects to that URL."""
        return f"{self.home}leave?{urlencode(parameters)}"

    def answer(self, page: Page) -> dict[str, str]:
        """The parameters of the callback, read from the page that the app shows."""
        page.wait_for_url(lambda url: url.startswith(self.redirect_uri))
        received: dict[str, str] = json.loads(page.locator("#answer").inner_text())
        assert received["state"] in self.attempts, "the answer is to a request of this app"
        assert received["iss"] == self.issuer, "RFC 9207: the answer names the issuer"
        return received

    def redeem(self, answer: dict[str, str]) -> Tokens:
        """The tokens for a code."""
        attempt = self.attempts[answer["state"]]
        sent = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": attempt.redirect_uri}
        response = self.token(**sent, code_verifier=attempt.verifier)
        assert response.status_code == 200, response.text
        tokens = response.json()
        keys = KeySet.import_key_set(httpx.get(self.issuer + "/jwks").json())
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
        assert (claims["iss"], claims["aud"], claims["nonce"]) == (self.issuer, self.client_id, attempt.nonce)
        return Tokens(tokens, claims)

    def refresh(self, tokens: Tokens) -> httpx.Response:
        """The answer to a refresh."""
        return self.token(grant_type="refresh_token", refresh_token=tokens.answer["refresh_token"])

    def token(self, **sent: str) -> httpx.Response:
        """A request to the token endpoint with the credentials of this client."""
        own = (self.client_id, self.secret) if self.secret else None
        return httpx.post(self.issuer + "/token", data=sent if own else {**sent, "client_id": self.client_id}, auth=own)

    def logout(self, **parameters: str) -> str:
        """The URL of a logout request."""
        return f"{self.issuer}/logout?{urlencode(parameters)}"


class RelyingParties:
    """The site of all apps. Each app has a home page, a logout link, a callback and a page after logout."""

    def __init__(self, idp: ServedProvider) -> None:
        self.idp, self.origin = idp, ""
        self.apps: dict[str, App] = {}
        self.pages: dict[str, str] = {}

    def register(self, name: str = "Shop", *, scope: str = "openid profile email", **metadata: Any) -> App:
        """A new client with its app."""
        client_id = f"{name.lower().replace(' ', '-')}-{secrets.token_hex(3)}"
        home = f"{self.origin}/{client_id}/"
        client, secret = self.idp.client(
            **{
                "client_id": client_id,
                "client_name": name,
                "redirect_uris": [home + "callback"],
                "post_logout_redirect_uris": [home + "goodbye"],
                "scope": EVERYTHING,
                **metadata,
            }
        )
        app = self.apps[client_id] = App(self.idp.issuer, name, client.id, secret, home, scope)
        return app

    def publish(self, path: str, body: str) -> str:
        """Add a page, for example of an attacker. Returns its address."""
        self.pages[path] = body
        return self.origin + path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The site, as an ASGI app."""
        if scope["type"] == "http":
            request = Request(scope, receive)
            await self._answer(request, await request.body())(scope, receive, send)

    def _answer(self, request: Request, body: bytes) -> Response:
        if request.url.path in self.pages:
            return HTMLResponse(self.pages[request.url.path])
        _, client_id, what = [*request.url.path.split("/", 2), "", ""][:3]
        app = self.apps.get(client_id)
        if app is None:
            return PlainTextResponse("", 404)
        if what == "leave":
            return RedirectResponse(app.leave(**dict(request.query_params)), 303)
        if what == "callback":
            return _called_back(app, request, body)
        if what == "goodbye":
            return _after_sign_out(app, request)
        return _page(app.name, '<a id="sign-in" href="leave">Sign in</a>')


def _after_sign_out(app: App, request: Request) -> Response:
    if app.moves_to:
        return RedirectResponse(app.moves_to, 303)
    return _page(f"Goodbye from {app.name}", f'<pre id="state">{html.escape(request.query_params.get("state", ""))}</pre>')


def _called_back(app: App, request: Request, body: bytes) -> Response:
    if app.moves_to:
        return RedirectResponse(f"{app.moves_to}?{request.url.query}", 303)
    received = dict(parse_qsl(request.url.query if request.method == "GET" else body.decode()))
    return _page(f"Back in {app.name}", f'<pre id="answer">{html.escape(json.dumps({**received, "method": request.method}))}</pre>')


def _page(title: str, content: str) -> Response:
    title = html.escape(title)
    icon = '<link rel="icon" href="data:,">'
    return HTMLResponse(f'<!doctype html><html lang="en"><title>{title}</title>{icon}<main><h1>{title}</h1>{content}</main></html>')


@contextlib.contextmanager
def relying_parties(idp: ServedProvider) -> Iterator[RelyingParties]:
    """The site, until the `with` ends."""
    parties = RelyingParties(idp)
    with site(lambda _: parties, host="127.0.0.1") as origin:
        parties.origin = origin
        yield parties
