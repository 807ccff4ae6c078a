"""The part of `World` that calls the admin API: clients, tokens, sessions and grants to call it with."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.sessions.session import Session
from idp.domain.tokens.grant import Grant
from tests.support.local_provider import LocalProvider
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    import httpx

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User

ISSUER = "https://idp.example"
"""The issuer of the providers whose admin API is tested."""
ADMIN = ISSUER + "/admin/v1"
USER_SCOPES = ("openid", "profile", "email", "offline_access")


class AdminCalls(LocalProvider):
    """Methods of `World`."""

    def service_client(self, *scopes: str, **members: Any) -> Client:
        """A service client that may ask for these scopes of the admin API."""
        metadata = {"grant_types": ["client_credentials"], "scope": " ".join(scopes), "resources": [ADMIN], **members}
        return self.services.client_service.create(metadata, scope=DEPLOYMENT)[0]

    def web_client(self, *scopes: str, **members: Any) -> Client:
        """An app with which admin people use the API."""
        metadata = {
            "redirect_uris": ["https://console.example/cb"],
            "scope": " ".join((*USER_SCOPES, *scopes)),
            "resources": [ADMIN],
            **members,
        }
        return self.services.client_service.create(metadata, scope=DEPLOYMENT)[0]

    def service_token(self, client: Client, *scopes: str, resources: tuple[str, ...] = ()) -> str:
        """An access token as the client_credentials grant issues it."""
        return self.services.tokens.issue_access_token(client, scopes=scopes or client.scopes, resources=resources)

    def signed_in(self, user: User, *, second_factor: bool = True) -> Session:
        """A live session of the user, written."""
        now, amr = self.clock(), ("pwd", "otp", "mfa") if second_factor else ("pwd",)
        stored = self.services.users.get(user.id) or user
        session = Session(
            self.services.new_id(), user.id, now, now, amr, now + 86400, now, stored.security_stamp,
            address="203.0.113.9", user_agent="Firefox",
        )  # fmt: skip
        self.services.session_service.write(session, client_id="console")
        return session

    def granted(self, user: User, client: Client, *scopes: str, second_factor: bool = True, **facts: Any) -> Grant:
        """A redeemed grant of this user to this client. `facts`: other members."""
        session, now = self.signed_in(user, second_factor=second_factor), self.clock()
        grant = Grant(
            id=self.services.new_id(), user_id=user.id, client_id=client.id, client_stamp=client.stamp,
            scopes=scopes or client.scopes, created_at=now,
            auth_time=now, acr=session.acr, amr=session.amr, session_id=session.id,
            security_stamp=session.security_stamp, resources=client.resources,
            redirect_uri="https://console.example/cb", code_expires_at=now + 60, not_after=now + 86400, **facts,
        )  # fmt: skip
        self.services.grants.put(grant)
        self.services.grants.redeem_code(grant, attempt="a", now=now, expires_at=now + 3600)
        return grant

    def token(self, user: User, client: Client, *scopes: str, second_factor: bool = True, resources: tuple[str, ...] = ()) -> str:
        """An access token as the code flow issues it, with its session and grant."""
        grant = self.granted(user, client, *scopes, second_factor=second_factor)
        return self.services.tokens.issue_access_token(client, scopes=grant.scopes, grant=grant, resources=resources or client.resources)

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
        """One call of the admin API. Without `token` the service client with every scope makes it."""
        bearer = self.service_token(self.root) if token is None else token
        headers = {"Authorization": f"Bearer {bearer}", **kwargs.pop("headers", {})}
        return self.http.request(method, path if path.startswith("/admin") else "/admin/v1" + path, headers=headers, **kwargs)

    def events(self, **filters: str) -> list[dict[str, Any]]:
        """Audit events as the admin API lists them, newest first. `filters` are query parameters. Without a person those of 36 days."""
        page = self.call("GET", "/audit", params={"limit": "100", **filters}).json()
        items: list[dict[str, Any]] = page["items"]
        for _ in range(0 if filters.keys() & {"user_id", "email", "since", "limit"} else 2):
            if page["next_cursor"] and len(items) < 100:
                page = self.call("GET", "/audit", params={"limit": "100", **filters, "cursor": page["next_cursor"]}).json()
                items += page["items"]
        return items
