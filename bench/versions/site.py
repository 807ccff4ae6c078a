"""What flows use: the admin API, people, apps and browsers. Each request goes to the version that the pair chooses."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.providers import ISSUER
from bench.versions.pair import NEWER, OLDER, Pair
from tests.support.forms import Browser, Page, sign_in

ADMIN = "/admin/v1"
CALLBACK = "https://shop.example/cb"
APP: dict[str, Any] = {
    "client_name": "Shop", "redirect_uris": [CALLBACK], "scope": "openid email offline_access",
    "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
}  # fmt: skip


def expect(held: bool, problem: object) -> None:  # noqa: FBT001  # what has to be so
    """Raise AssertionError with the problem, unless it held."""
    if not held:
        raise AssertionError(str(problem)[:1000])


@dataclass(frozen=True)
class Person:
    """Someone with a password."""

    id: str
    email: str
    password: str


@dataclass
class App:
    """A registered app with its secret."""

    id: str
    secret: str

    @property
    def auth(self) -> tuple[str, str]:
        """What it authenticates with."""
        return self.id, self.secret


@dataclass
class Visit:
    """A browser of a person at an app. `verifier`: of PKCE, of the last request."""

    site: Site
    app: App
    browser: Browser
    verifier: str = ""

    def authorize(self, **changes: str) -> Page:
        """Send the browser to the provider."""
        self.verifier = secrets.token_urlsafe(48)
        return self.browser.open("/authorize", {**asked(self.app, self.verifier), **changes})

    def sign_in(self, person: Person, *, code: str | None = None, **changes: str) -> Page:
        """The same, and answer the pages."""
        return sign_in(self.browser, self.authorize(**changes), email=person.email, password=person.password, code=code)

    def redeem(self, page: Page) -> dict[str, Any]:
        """The tokens for the code of this page."""
        expect(page.redirected_to is not None and "code" in page.answer, page)
        answer = self.try_code(page.answer["code"])
        expect(answer.status_code == 200, answer.text)
        return dict(answer.json())

    def try_code(self, code: str) -> httpx.Response:
        """Send a code to the token endpoint."""
        return self.site.token(self.app, grant_type="authorization_code", code=code, redirect_uri=CALLBACK, code_verifier=self.verifier)


def asked(app: App, verifier: str) -> dict[str, str]:
    """An authorization request."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return {
        "client_id": app.id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "openid email offline_access", "state": "s",
        "nonce": "n", "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip


@dataclass
class Site:
    """One deployment that both versions serve."""

    pair: Pair
    http: httpx.Client
    _token: str = field(default="", repr=False)

    def warm(self) -> None:
        """Let both versions load what the admin API needs."""
        for version in (OLDER, NEWER):
            self.ok("GET", "/users?limit=1", on=version)

    @contextmanager
    def only(self, version: int) -> Iterator[None]:
        """All requests inside go to this version."""
        before, self.pair.choose = self.pair.choose, lambda: version
        try:
            yield
        finally:
            self.pair.choose = before

    def forget(self) -> None:
        """Get another token for the admin API, with the scopes that the admin client has now."""
        self._token = ""

    def call(self, method: str, path: str, *, on: int | None = None, headers: dict[str, str] | None = None, **sent: Any) -> httpx.Response:
        """A request to the admin API. `on`: the version that has to answer it; `sent`: members of the body."""
        choose: Callable[[], int] = self.pair.choose
        if on is not None:
            self.pair.choose = lambda: on
        try:
            given = {"Authorization": f"Bearer {self._bearer()}", **(headers or {})}
            kind = {"Content-Type": "application/merge-patch+json"} if method == "PATCH" else {}
            return self.http.request(method, f"{ADMIN}{path}", headers={**kind, **given}, json=sent or None)
        finally:
            self.pair.choose = choose

    def ok(self, method: str, path: str, *, on: int | None = None, headers: dict[str, str] | None = None, **sent: Any) -> Any:
        """The same, for a request that has to succeed. Returns the body."""
        answer = self.call(method, path, on=on, headers=headers, **sent)
        expect(answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def token(self, app: App, **form: str) -> httpx.Response:
        """A request to the token endpoint."""
        return self.http.post("/token", auth=app.auth, data=form)

    def refresh(self, app: App, token: str) -> httpx.Response:
        """A refresh."""
        return self.token(app, grant_type="refresh_token", refresh_token=token)

    def alive(self, app: App, token: str) -> bool:
        """Whether introspection says that the token is active."""
        answer = self.http.post("/introspect", auth=app.auth, data={"token": token})
        expect(answer.status_code == 200, answer.text)
        return bool(answer.json()["active"])

    def person(self, **members: Any) -> Person:
        """A new person, made by the admin API."""
        email, password = address(), f"nine wet walruses {secrets.token_hex(4)}"
        made = self.ok("POST", "/users", email=email, email_verified=True, password=password, **members)
        return Person(made["id"], email, password)

    def app(self, **members: Any) -> App:
        """A new app, made by the admin API."""
        made = self.ok("POST", "/clients", **{**APP, **members})
        return App(made["client_id"], made.get("client_secret") or "")

    def visit(self, app: App) -> Visit:
        """A new browser at this app."""
        return Visit(self, app, self.browser())

    def browser(self) -> Browser:
        """A new browser in a network of its own."""
        return Browser(self.pair.client(), stop=CALLBACK)

    def _bearer(self) -> str:
        if not self._token:
            made = self.pair.made["admin_client"]
            answer = self.token(App(made["client_id"], made["client_secret"]), grant_type="client_credentials", resource=ISSUER + ADMIN)
            expect(answer.status_code == 200, answer.text)
            self._token = answer.json()["access_token"]
        return self._token


def address() -> str:
    """An address that was not used before."""
    return f"{secrets.token_hex(8)}@example.com"
