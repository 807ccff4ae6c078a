"""A relying party of ours in front of an upstream whose every answer a test can replace (`tests/support/upstream_site.py`)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc.jwk import ECKey, RSAKey

from idp.adapters.outgoing import Outgoing
from idp.adapters.saml_function import in_this_process
from idp.domain.connections.connection import Connection
from idp.domain.tokens.half_hash import half_hash
from idp.services.upstream.secret import seal_secret
from idp.services.upstream.sign_in import UpstreamRefused, UpstreamSignIn
from idp.settings import Settings
from tests.support.clock import Clock
from tests.support.sealing import Sealing
from tests.support.upstream_site import UpstreamSite, json_answer, signed

if TYPE_CHECKING:
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.sign_in import Begun, Finished
    from idp.store.used_once import UsedOnce
    from tests.support.tls import Authority
    from tests.support.upstream_site import Asked

HOST, ISSUER = "up.example", "https://id.example"
SECRET = "a:secret with%signs"
KEY, OTHER_KEY, EC_KEY = RSAKey.generate_key(2048), RSAKey.generate_key(2048), ECKey.generate_key("P-256")


class Marks:
    """In place of the store: the mark of an attempt is its name."""

    def use_part(self, kind: str, name: str, *, expires_at: int, attempt: str) -> dict[str, Any]:
        return {"kind": kind, "name": name, "expires_at": expires_at, "attempt": attempt}


@dataclass
class Hostile:
    """One upstream, one connection to it, and the sign-in service under test."""

    site: UpstreamSite
    outgoing: Outgoing
    clock: Clock = field(default_factory=Clock)
    settings: Settings = field(default_factory=lambda: Settings(ISSUER))
    keyring: Keyring = field(default_factory=lambda: cast("Keyring", Sealing()))
    jwks: list[dict[str, Any]] = field(default_factory=lambda: [public(KEY, "one")])
    changed: dict[str, Any] = field(default_factory=dict)
    """Claims of the next ID Token that replace the right ones. None removes a claim."""
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one", "typ": "JWT"})
    key: Any = field(default_factory=lambda: KEY)
    nonce: str = ""

    def __post_init__(self) -> None:
        self.connection = Connection(
            id="up", type="oidc", name="Upstream", issuer=self.site.origin, authorization_endpoint=self.site.origin + "/authorize",
            token_endpoint=self.site.origin + "/token", userinfo_endpoint=self.site.origin + "/userinfo",
            jwks_uri=self.site.origin + "/jwks", client_id="client:1", secret=seal_secret(self.keyring, "up", SECRET),
        )  # fmt: skip
        self.at(self.settings)
        self.site.answers |= {
            "/token": self._token,
            "/jwks": lambda _: json_answer({"keys": self.jwks}),
            "/userinfo": lambda _: json_answer({"sub": "person", "email": "ada@up.example", "email_verified": True, "name": "Ada"}),
        }

    def at(self, settings: Settings) -> Hostile:
        """The same with a new service, of a deployment with these settings."""
        self.service = UpstreamSignIn(
            settings, self.keyring, lambda: self.outgoing, cast("UsedOnce", Marks()), self.clock, lambda: "attempt", lambda: in_this_process
        )
        return self

    def other(self, **members: Any) -> Connection:
        """The connection with other members. A new id gets a secret of its own."""
        changed = replace(self.connection, **members)
        return changed if changed.id == "up" else replace(changed, secret=seal_secret(self.keyring, changed.id, SECRET))

    def begin(self, connection: Connection | None = None, **options: Any) -> Begun:
        """Begin an attempt. The upstream remembers its nonce, as it does with the code."""
        wanted: dict[str, Any] = {"purpose": "sign_in", "carried": "request", "now": self.clock()} | options
        begun = self.service.begin(connection or self.connection, **wanted)
        self.nonce = parse_qs(urlsplit(begun.url).query).get("nonce", [""])[0]
        return begun

    def finish(self, begun: Begun, connection: Connection | None = None, **params: str) -> Finished:
        """Come back with a code, or with what `params` says, in the browser that began."""
        sent = {"code": "c0de", "state": state_of(begun)} | params
        return self.service.finish(connection or self.connection, sent, begun.cookie_value, self.clock())

    def sign_in(self, connection: Connection | None = None, **options: Any) -> Finished:
        """A whole sign-in."""
        return self.finish(self.begin(connection, **options), connection)

    def refused(self, connection: Connection | None = None, **options: Any) -> UpstreamRefused:
        """A whole sign-in that has to be refused."""
        with pytest.raises(UpstreamRefused) as refusal:
            self.sign_in(connection, **options)
        assert (refusal.value.purpose, refusal.value.carried) == ("sign_in", "request")
        return refusal.value

    def id_token(self) -> str:
        """The ID Token of the next answer."""
        now = self.clock()
        right = {
            "iss": self.site.origin, "aud": "client:1", "sub": "person", "nonce": self.nonce, "iat": now, "exp": now + 300,
            "email": "ada@up.example", "email_verified": True, "name": "Ada", "at_hash": half_hash("acce55", "RS256"),
        }  # fmt: skip
        claims = {name: value for name, value in (right | self.changed).items() if value is not None}
        return signed(claims, self.key, self.header)

    def _token(self, asked: Asked) -> bytes:
        assert asked.form["code"]
        return json_answer({"access_token": "acce55", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token()})


def hostile(authority: Authority, site: UpstreamSite) -> Hostile:
    """The relying party reaches the site as in production, except for its address."""
    return Hostile(site, Outgoing(frozenset({HOST}), str(authority.file), resolve=lambda _host, _port: ["127.0.0.1"]))


def public(key: RSAKey | ECKey, kid: str, **members: Any) -> dict[str, Any]:
    """The public JWK with this id."""
    return {**key.as_dict(private=False), "kid": kid, **members}


def state_of(begun: Begun) -> str:
    """The `state` of an authorization request."""
    return query_of(begun)["state"]


def query_of(begun: Begun) -> dict[str, str]:
    """The parameters of an authorization request."""
    return dict(parse_qsl(urlsplit(begun.url).query, keep_blank_values=True))
