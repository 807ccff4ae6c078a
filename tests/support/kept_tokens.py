"""A person whose tokens of an upstream are kept, and an app that may have them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.trusted_issuer import IssuerLink
from idp.domain.apps.grant_types import TOKEN_EXCHANGE
from idp.domain.connections.connection import Connection
from idp.oauth.token.upstream_token import ACCESS_TOKEN
from idp.services.upstream.secret import seal_secret
from idp.services.upstream.token_request import UpstreamTokens
from tests.support.deployment import ISSUER
from tests.support.rotating_upstream import RotatingUpstream

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from tests.support.calling import Answer
    from tests.support.deployment import App, Deployment

TOKEN_ENDPOINT = "https://up.example/token"
GRANTS = ("authorization_code", "refresh_token", TOKEN_EXCHANGE)


@dataclass
class Vault:
    """A connection of its own in this deployment, and an app that it names. `upstream`: what answers there."""

    idp: Deployment
    name: str
    app: App
    upstream: RotatingUpstream

    @property
    def scope(self) -> str:
        """The scope by which the person allows the app to use the tokens."""
        return f"upstream:{self.name}"

    @property
    def audience(self) -> str:
        """The address of the connection."""
        return f"{ISSUER}/upstream/{self.name}"

    @property
    def connection(self) -> Connection:
        """As stored."""
        found = self.idp.services.connections.get(self.name)
        assert found
        return found

    def change(self, **members: Any) -> None:
        """Change the stored connection."""
        assert self.idp.services.connections.replace(replace(self.connection, **members))

    def app_like(self, **metadata: Any) -> App:
        """Another app with the same registration."""
        return self.idp.app(**{"grant_types": GRANTS, "scopes": ("openid", "offline_access", self.scope), **metadata})

    def name_apps(self, *apps: App) -> None:
        """Let these apps have the tokens, as they are now."""
        ids = tuple(each.id for each in apps)
        self.change(token_apps=ids, token_incarnations=self.idp.services.clients.incarnations(ids))

    def link(self, user: User, subject: str = "") -> IssuerLink:
        """Link a new subject at the upstream to this person."""
        made = IssuerLink(user.id, self.connection.issuer, "", subject or secrets.token_hex(8), self.idp.clock(), self.name)
        found = self.idp.services.users.get(user.id)
        assert found
        assert self.idp.services.issuer_links.create(made, found)
        return made

    def keep(self, link: IssuerLink, *, expires_in: int | None = 3600, refresh: bool = True, scope: str = "calendar mail") -> str:
        """Keep tokens of this link, as a sign-in does. Returns the access token."""
        token = f"access-{secrets.token_hex(8)}"
        tokens = UpstreamTokens(token, "", self.upstream.refresh_token() if refresh else "", expires_in, scope)
        parts = self.idp.services.token_keeper.parts(self.connection, link.user_id, link.id, tokens, self.idp.clock())
        assert self.idp.services.database.transact(*parts) is None
        return token

    def person(self, **kept: Any) -> User:
        """A person who signed in by the connection."""
        user = self.idp.person()
        self.keep(self.link(user), **kept)
        return user

    def token(self, user: User, app: App | None = None, **changes: str) -> str:
        """An access token that this person gave the app."""
        asked = app or self.app
        return str(self.idp.tokens(asked, user, **{"scope": f"openid offline_access {self.scope}", **changes})["access_token"])

    def exchange(self, subject: str | None, app: App | None = None, /, **form: str | None) -> Answer:
        """The token exchange for the upstream's token."""
        asked: dict[str, str | None] = {
            "grant_type": TOKEN_EXCHANGE, "subject_token": subject, "subject_token_type": ACCESS_TOKEN, "audience": self.audience,
            "requested_token_type": ACCESS_TOKEN, **form,
        }  # fmt: skip
        return self.idp.call(app or self.app, "/token", **asked)

    def kept(self, user: User) -> Any:
        """What is stored, or None."""
        return self.idp.services.upstream_token_store.of(user.id, self.name)


def vault(idp: Deployment, **members: Any) -> Vault:
    """A connection that keeps tokens, and one app that may have them."""
    name = f"up-{secrets.token_hex(4)}"
    app = idp.app(grant_types=GRANTS, scopes=("openid", "offline_access", f"upstream:{name}"))
    secret = seal_secret(idp.services.keyring, name, "secret")
    made = Connection(
        id=name, type="oidc", name="Up", issuer="https://up.example", token_endpoint=TOKEN_ENDPOINT, client_id="ours", secret=secret,
        shown=False, created_at=idp.clock(), keeps_tokens=True, token_apps=(app.id,),
        token_incarnations=idp.services.clients.incarnations([app.id]), scopes=("openid", "calendar"),
    )  # fmt: skip
    assert idp.services.connections.create(replace(made, **members))
    upstream = RotatingUpstream(TOKEN_ENDPOINT)
    vars(idp.services)["outgoing"] = upstream
    return Vault(idp, name, app, upstream)
