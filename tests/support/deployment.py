"""A provider in this process for tests of the protocol, with registered apps, people and signed-in browsers. Tests set its clock."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from idp.domain.apps.client import Client, ClientSecret
from idp.domain.people.user import User
from idp.domain.requests.pkce import challenge_of
from idp.domain.sessions.request_origin import Origin
from idp.http.app import build
from idp.services.sessions.browser_sessions import COOKIE
from idp.settings import Settings
from idp.store import keys, user_items
from idp.store.create import create_tables
from idp.store.events import parse_events
from idp.wiring import build_services
from tests.support.calling import Answer, Caller, PlainBrowser, bearer
from tests.support.clock import Clock

if TYPE_CHECKING:
    from idp.domain.audit.event import AuditEvent
    from idp.domain.sessions.session import Session
    from idp.wiring.all_services import AllServices

ISSUER = "https://idp.example"
SESSION = "__Host-idp_session"
BROWSER = "__Host-idp_browser"
VERIFIER = "a-verifier.of_43~characters-at-the-very-least"
API, OTHER_API = "https://api.example", "https://other-api.example"
PROFILE = {
    "name": "Ada Lovelace", "family_name": "Lovelace", "given_name": "Ada", "middle_name": "King", "nickname": "ada",
    "preferred_username": "ada", "profile": "https://ada.example/", "picture": "https://ada.example/a.png", "website": "https://ada.example/w",
    "gender": "female", "birthdate": "1815-12-10", "zoneinfo": "Europe/London", "locale": "en-GB", "phone_number": "+44 20 7946 0000",
    "phone_number_verified": True, "address": {"formatted": "12 St James's Square\nLondon", "country": "UK"},
}  # fmt: skip
_STANDARD = ("openid", "profile", "email", "address", "phone", "offline_access")
_numbers = count(1)


@dataclass(frozen=True)
class App:
    """A registered client and its secret."""

    client: Client
    secret: str = ""

    @property
    def id(self) -> str:
        return self.client.id

    @property
    def redirect_uri(self) -> str:
        return self.client.redirect_uris[0]

    @property
    def auth(self) -> tuple[str, str]:
        return self.id, self.secret


def app(client_id: str, *, secret: bool = True, **metadata: Any) -> App:
    """A first-party app. `metadata` replaces members of its client."""
    known = f"secret of {client_id}: ü%+:&" if secret else ""
    kept = (ClientSecret(hashlib.sha256(known.encode()).hexdigest(), 1),) if secret else ()
    chosen: dict[str, Any] = {
        "redirect_uris": (f"https://{client_id}.example/cb",), "post_logout_redirect_uris": (f"https://{client_id}.example/bye",),
        "first_party": True, "secrets": kept, **({} if secret else {"auth_methods": ("none",)}), **metadata,
    }  # fmt: skip
    return App(Client(id=client_id, **chosen), known)


WEB = app("web", scopes=(*_STANDARD, "orders"))
POSTING = app("posting", auth_methods=("client_secret_post",))
OTHER = app("other", scopes=(*_STANDARD, "orders"))
SPA = app("spa", secret=False)
NATIVE = app("native", secret=False, application_type="native", redirect_uris=("http://127.0.0.1/cb", "com.example.native:/cb"))
SERVICE = app("service", grant_types=("client_credentials",), scopes=("read", "write"), resources=(API, OTHER_API), redirect_uris=())
RESOURCE_SERVER = app("resource-server", grant_types=("client_credentials",), scopes=(), introspects=(API,), redirect_uris=())
THIRD_PARTY = app("third-party", first_party=False)
LAX = app("lax", require_pkce=False)
APPS = (WEB, POSTING, OTHER, SPA, NATIVE, SERVICE, RESOURCE_SERVER, THIRD_PARTY, LAX)


class Deployment(Caller):
    """A provider. Its methods add people and apps, and run its flows."""

    def __init__(self, services: AllServices, clock: Clock) -> None:
        super().__init__(build(services))
        self.services, self.clock = services, clock

    def person(self, *, password: str = "", **facts: Any) -> User:
        """A new user."""
        number = next(_numbers)
        if password:
            facts["password_hash"] = self.services.passwords.hash(password)
        user = User(
            id=secrets.token_urlsafe(16), email_verified=True, created_at=self.clock(), updated_at=self.clock(),
            **{"email": f"ada{number}@example.com", "claims": PROFILE, **facts},
        )  # fmt: skip
        # Without a transaction, because moto copies all its data for one. Other tests check the creation of users.
        email = user_items.EmailItem.new(keys.email(user.email), user_id=user.id)
        self.services.database.batch_write(puts=[user_items.item(user, sharded=bool(self.services.database.time_shards)), email])
        return user

    def events(self, user: User) -> list[AuditEvent]:
        """The events of this user in the audit trail, without sign-ins."""
        return parse_events(self.services.database.query_all("state", keys.user_pk(user.id), sk_begins="EVENT#"))

    def app(self, **metadata: Any) -> App:
        """A new app that a test may change."""
        made = app(f"app{next(_numbers)}", **metadata)
        assert self.services.clients.create(made.client)
        return made

    def change(self, changed: App, **metadata: Any) -> None:
        """Change the stored client of an app, as an admin does."""
        now = self.services.clients.get(changed.id)
        assert now is not None
        assert self.services.clients.replace(replace(now, **metadata))

    def session(self, user: User, **facts: Any) -> Session:
        """A new session of this user, written to the store."""
        session = replace(self.services.session_service.begin(user, proved_for="elsewhere", origin=Origin()), **facts)
        self.services.session_service.write(session)
        return session

    def browser(self, user: User | None = None, **facts: Any) -> PlainBrowser:
        """A new browser; with `user`, it is signed in."""
        made = PlainBrowser(self)
        if user:
            self.sign_in(made, user, **facts)
        return made

    def sign_in(self, browser: PlainBrowser, user: User, **facts: Any) -> Session:
        """Give the browser a new session of this user."""
        session = self.session(user, **facts)
        browser.cookies[SESSION] = self.services.keyring.sealer().seal(COOKIE, [user.id, session.id])
        return session

    def log_in(self, browser: PlainBrowser, page: Answer, user: User, password: str) -> Answer:
        """Send the sign-in form of `page`."""
        form = {**page.fields, "email": user.email, "password": password}
        return browser.post("/login", form, headers=[("origin", ISSUER)])

    def alter(self, user: User, **facts: Any) -> None:
        """Change the stored user."""
        now = self.services.users.get(user.id)
        assert now is not None
        assert self.services.users.replace(replace(now, **facts))

    def authorize(self, browser: PlainBrowser, client: App, **changes: str | None) -> Answer:
        """Send an authorization request by GET in this browser."""
        return browser.get("/authorize", asked_by(client, **changes))

    def code(self, client: App, by: User | PlainBrowser, **changes: str | None) -> str:
        """A new authorization code for this app."""
        browser = by if isinstance(by, PlainBrowser) else self.browser(by)
        return self.authorize(browser, client, **changes).answered["code"]

    def call(self, client: App, path: str, **form: str | None) -> Answer:
        """Send a form by POST with the registered client authentication. A parameter that is None is left out."""
        sent = {name: value for name, value in form.items() if value is not None}
        method = client.client.auth_methods[0]
        if method == "client_secret_basic":
            return self.post(path, sent, auth=client.auth)
        return self.post(path, {"client_id": client.id, **({} if method == "none" else {"client_secret": client.secret}), **sent})

    def redeem(self, client: App, code: str, **changes: str | None) -> Answer:
        """The token request for a code."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": client.redirect_uri, "code_verifier": VERIFIER, **changes,
        }  # fmt: skip
        return self.call(client, "/token", **form)

    def refresh(self, client: App, token: str, **changes: str | None) -> Answer:
        """The token request for a refresh token."""
        return self.call(client, "/token", **{"grant_type": "refresh_token", "refresh_token": token, **changes})

    def tokens(self, client: App, by: User | PlainBrowser, **changes: str | None) -> dict[str, Any]:
        """The token response for a new code."""
        answer = self.redeem(client, self.code(client, by, **changes))
        assert answer.status == 200, answer.text
        return answer.json

    def alive(self, client: App, token: str) -> bool:
        """Whether introspection by the app itself answers `active`."""
        answer = self.call(client, "/introspect", token=token)
        assert answer.status == 200, answer.text
        return bool(answer.json["active"])

    def userinfo(self, token: str) -> Answer:
        """GET /userinfo."""
        return self.get("/userinfo", headers=bearer(token))


def asked_by(client: App, **changes: str | None) -> dict[str, str]:
    """The parameters of a valid authorization request. A parameter that is None is left out."""
    asked: dict[str, str | None] = {
        "client_id": client.id, "redirect_uri": client.redirect_uri, "response_type": "code", "scope": "openid offline_access",
        "state": "a state", "nonce": "a nonce", "code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256", **changes,
    }  # fmt: skip
    return {name: value for name, value in asked.items() if value is not None}


def settings(folder: str, **chosen: str | int) -> Settings:
    """Settings of a deployment with its own tables."""
    return Settings(**{
        "issuer": ISSUER, "env": "dev", "table_prefix": f"t{uuid.uuid4().hex[:12]}", "key_file": f"{folder}/key",
        "argon2_memory_kib": 64, "argon2_iterations": 1, "authorization_details": "on", **chosen,
    })  # type: ignore[arg-type]  # fmt: skip


def prepared(chosen: Settings, keys: list[dict[str, Any]] | None = None) -> Deployment:
    """A deployment with tables, keys and apps. The environment names the engine's address.

    `keys` are signing and sealing keys that another deployment with the same key file made, as stored: RSA keys take long to make. An empty
    list is filled with the keys that are made.
    """
    clock = Clock()
    services = build_services(chosen, clock=clock)
    create_tables(services.database)
    services.database.write_raw("keys", keys or [])
    services.key_rotation.ensure()
    if keys == []:
        keys += [item for item in services.database.scan("keys") if item["sk"] != {"S": "RPID"}]
    for app in APPS:
        assert services.clients.create(app.client)
    return Deployment(services, clock)


def removed(idp: Deployment) -> None:
    """Delete its tables."""
    for name in ("directory", "state", "keys"):
        idp.services.database.transport.call("DeleteTable", {"TableName": f"{idp.services.settings.table_prefix}-{name}"})
