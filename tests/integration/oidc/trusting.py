"""A provider that trusts the issuer of an enterprise, for tests of assertions as grants (RFC 7523, ID-JAG)."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.domain.apps.grant_types import JWT_BEARER
from idp.domain.errors import NotFound
from idp.domain.people.user import User
from idp.services.audit.recorder import SYSTEM
from tests.integration.oidc.assertions import JWKS, sign
from tests.integration.oidc.conftest import WithSettings
from tests.integration.oidc.registering import as_json
from tests.support.calling import Answer
from tests.support.deployment import API, ISSUER, OTHER_API, App, Deployment
from tests.support.tls import Authority, HttpsSite

TYP = "oauth-id-jag+jwt"
SCOPES = ("openid", "email", "orders", "more", "offline_access")
Json = dict[str, Any]


@pytest.fixture(name="site", scope="module")
def trusted_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[HttpsSite, Path]]:
    """Return the site that serves the enterprise's JWK Set, and the file of its CA."""
    authority = Authority(tmp_path_factory.mktemp("ca"))
    with HttpsSite(authority, "localhost") as https:
        https.answer = as_json(JWKS)
        yield https, authority.file


@dataclass
class Trusting:
    """A provider that trusts the issuer of an enterprise, an app that may send its assertions, and a linked user."""

    idp: Deployment
    app: App
    person: User
    issuer: TrustedIssuer
    subject: str = field(default_factory=lambda: "U" + secrets.token_hex(6))

    def trust(self, **changes: Any) -> None:
        """Changes the stored trusted issuer, as an admin does."""
        self.issuer = self.idp.services.trusted_issuer_service.put(
            self.issuer.id, replace(self.issuer, **changes), by=SYSTEM, scope=DEPLOYMENT
        )

    def claims(self, **changes: Any) -> Json:
        """The claims of an ID-JAG (§3.1) with these changes. A claim that is None is left out."""
        now = self.idp.clock()
        claims = {
            "iss": self.issuer.issuer, "sub": self.subject, "aud": ISSUER, "client_id": self.app.id, "jti": secrets.token_urlsafe(8),
            "iat": now, "exp": now + 300, "scope": "orders email", "resource": API,
        }  # fmt: skip
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def send(self, assertion: str, app: App | None = None, **form: str | None) -> Answer:
        """Sends the token request (RFC 7523 §2.1)."""
        return self.idp.call(app or self.app, "/token", **{"grant_type": JWT_BEARER, "assertion": assertion, **form})

    def ask(self, **changes: Any) -> Answer:
        """Sends an ID-JAG with these claims changed."""
        return self.send(sign(self.claims(**changes), typ=TYP))

    def token(self, **changes: Any) -> Json:
        """The claims of the access token that the ID-JAG gets."""
        answer = self.ask(**changes)
        assert answer.status == 200, answer.text
        return self.idp.services.tokens.verify_access_token(answer.json["access_token"])


@pytest.fixture(name="world")
def trusting_world(with_settings: WithSettings, site: tuple[HttpsSite, Path]) -> Iterator[Trusting]:
    """Return a trusted issuer, an app and a user of this test only, on shared tables."""
    idp = with_settings(jwt_bearer="on", dev_fetch_hosts="localhost", dev_fetch_ca=str(site[1]))
    app = idp.app(grant_types=(JWT_BEARER,), redirect_uris=(), scopes=SCOPES, resources=(API, OTHER_API))
    made = TrustedIssuer(
        issuer=f"https://{secrets.token_hex(6)}.idp.example", jwks_uri=f"https://localhost:{site[0].port}/jwks", clients=(app.id,),
        audiences=(API,), scopes=("orders", "email", "openid"),
    )  # fmt: skip
    world = Trusting(idp, app, idp.person(), idp.services.trusted_issuer_service.create(made, by=SYSTEM, scope=DEPLOYMENT))
    idp.services.issuer_link_service.create(world.person.id, made.issuer, world.subject, by=SYSTEM, scope=DEPLOYMENT)
    yield world
    with contextlib.suppress(NotFound):  # the number of trusted issuers is limited
        idp.services.trusted_issuer_service.delete(made.id, by=SYSTEM, scope=DEPLOYMENT)
