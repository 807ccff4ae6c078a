"""A provider with its admin API, as the app serves it (edge, mount, FastAPI), and its callers."""

from __future__ import annotations

import itertools
import logging
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import httpx

from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.domain.people.user import User
from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.session import Session
from idp.domain.tokens.grant import Grant
from idp.http.app import build
from idp.services.audit.recorder import Actor
from idp.settings import Settings
from idp.store.create import create_tables
from idp.wiring import build_services
from idp.wiring.all_services import AllServices
from tests.support.in_process import InProcess

ISSUER = "https://idp.example"
ADMIN = ISSUER + "/admin/v1"
PASSWORD = "a long and quiet river"
USER_SCOPES = ("openid", "profile", "email", "offline_access")


@dataclass
class Clock:
    """Time that a test moves."""

    now: int = 1_790_000_000

    def __call__(self) -> int:
        return self.now


class World:
    """One deployment with its own tables."""

    def __init__(self, settings: Settings, keys: list[dict[str, Any]]) -> None:
        self.settings, self.keys, self.clock, self.numbers = settings, keys, Clock(), itertools.count()

    @cached_property
    def services(self) -> AllServices:
        """The services that handlers call."""
        return build_services(self.settings, clock=self.clock)

    def __repr__(self) -> str:
        return f"World({self.settings.table_prefix})"

    def begun(self) -> Self:
        """Create the tables and keys. `keys`: key items that were made before."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # moto's server reports every request
        database = self.services.database
        create_tables(database, pause=lambda _: time.sleep(0.05))
        database.write_raw("keys", self.keys)
        self.services.key_rotation.ensure()
        self.keys[:] = self.keys or database.scan("keys")
        self.root  # noqa: B018  # made now, so that no test meets the event of its making
        return self

    @cached_property
    def http(self) -> httpx.Client:
        """A caller without a token, at 198.51.100.7."""
        return httpx.Client(transport=InProcess(build(self.services), address="198.51.100.7"), base_url=ISSUER)

    @property
    def by(self) -> Actor:
        """An actor with each scope."""
        return Actor("operator", Origin("192.0.2.1", "", "a-request"))

    def user(self, **members: Any) -> User:
        """Create a user."""
        members.setdefault("email", f"user{next(self.numbers)}@example.com")
        return self.services.user_service.create(**members, scope=DEPLOYMENT)

    def service_client(self, *scopes: str, **members: Any) -> Client:
        """Create a service client that may ask for these scopes of the admin API."""
        metadata = {"grant_types": ["client_credentials"], "scope": " ".join(scopes), "resources": [ADMIN], **members}
        return self.services.client_service.create(metadata, scope=DEPLOYMENT)[0]

    def web_client(self, *scopes: str, **members: Any) -> Client:
        """Create an app with which admins use the API."""
        metadata = {
            "redirect_uris": ["https://console.example/cb"],
            "scope": " ".join((*USER_SCOPES, *scopes)),
            "resources": [ADMIN],
            **members,
        }
        return self.services.client_service.create(metadata, scope=DEPLOYMENT)[0]

    def service_token(self, client: Client, *scopes: str, resources: tuple[str, ...] = ()) -> str:
        """Issue a token as the client_credentials grant does."""
        return self.services.tokens.access_token(client, scopes=scopes or client.scopes, resources=resources)

    def signed_in(self, user: User, *, second_factor: bool = True) -> Session:
        """Create a live session of the user."""
        now, amr = self.clock.now, ("pwd", "otp", "mfa") if second_factor else ("pwd",)
        stored = self.services.users.get(user.id) or user
        session = Session(
            self.services.new_id(), user.id, now, now, amr, now + 86400, now, stored.security_stamp,
            address="203.0.113.9", user_agent="Firefox",
        )  # fmt: skip
        self.services.session_service.write(session, client_id="console")
        return session

    def granted(self, user: User, client: Client, *scopes: str, second_factor: bool = True) -> Grant:
        """Create a redeemed grant of this user to this client."""
        session, now = self.signed_in(user, second_factor=second_factor), self.clock.now
        grant = Grant(
            id=self.services.new_id(), user_id=user.id, client_id=client.id, client_stamp=client.stamp,
            scopes=scopes or client.scopes, created_at=now,
            auth_time=now, acr=session.acr, amr=session.amr, session_id=session.id,
            security_stamp=session.security_stamp, resources=client.resources,
            redirect_uri="https://console.example/cb", code_expires_at=now + 60, not_after=now + 86400,
        )  # fmt: skip
        self.services.grants.put(grant)
        self.services.grants.redeem_code(grant, attempt="a", now=now, expires_at=now + 3600)
        return grant

    def token(self, user: User, client: Client, *scopes: str, second_factor: bool = True, resources: tuple[str, ...] = ()) -> str:
        """Issue a token as the code flow does."""
        grant = self.granted(user, client, *scopes, second_factor=second_factor)
        return self.services.tokens.access_token(client, scopes=grant.scopes, grant=grant, resources=resources or client.resources)

    @cached_property
    def root(self) -> Client:
        """A service client with every scope."""
        return self.service_client(*sorted(admin_scopes.ALL), client_id="root-service")

    @cached_property
    def admin(self) -> User:
        """An admin person."""
        return self.user(email="admin@example.com", password=PASSWORD, admin=True)

    @cached_property
    def console(self) -> Client:
        """The app with which admins use the API."""
        return self.web_client(*sorted(admin_scopes.ALL), client_id="console")

    def call(self, method: str, path: str, *, token: str | None = None, **kwargs: Any) -> httpx.Response:
        """Send a request with a token: the root client's unless another is given."""
        bearer = self.service_token(self.root) if token is None else token
        headers = {"Authorization": f"Bearer {bearer}", **kwargs.pop("headers", {})}
        return self.http.request(method, path if path.startswith("/admin") else "/admin/v1" + path, headers=headers, **kwargs)

    def events(self, **filters: str) -> list[dict[str, Any]]:
        """Return the events, the newest first."""
        items: list[dict[str, Any]] = self.call("GET", "/audit", params={"limit": "100", **filters}).json()["items"]
        return items
