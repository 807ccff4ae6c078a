"""A FAPI 2.0 client: its keys, and its requests from PAR to UserInfo. Each request is valid except for what a test changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.integration.oidc.proving import Signer, assertion, bound, dpop, proof, request_object
from tests.support.deployment import VERIFIER, App, Deployment, asked_by

if TYPE_CHECKING:
    from tests.support.calling import Answer, PlainBrowser

METADATA: dict[str, Any] = {
    "profile": "fapi2", "auth_methods": ("private_key_jwt",), "grant_types": ("authorization_code", "refresh_token", "client_credentials"),
    "scopes": ("openid", "profile", "email", "offline_access", "orders"), "dpop_bound_access_tokens": True,
}  # fmt: skip
Changes = Any


@dataclass(frozen=True)
class FapiClient:
    """A registered client. `key` signs client assertions and request objects; `sender` signs DPoP proofs."""

    idp: Deployment
    app: App
    key: Signer
    sender: Signer = field(default_factory=Signer)

    @property
    def id(self) -> str:
        return self.app.id

    @property
    def signs(self) -> bool:
        """Whether the client sends signed request objects."""
        return self.app.client.profile == "fapi2-message-signing"

    def authentication(self, **claims: Any) -> dict[str, str]:
        """Return the parameters that authenticate the client."""
        return {"client_id": self.id, **assertion(self.key, self.id, self.idp.clock(), **claims)}

    def asked(self, **changes: Changes) -> dict[str, str]:
        """Return the parameters of an authorization request."""
        return asked_by(self.app, **{"scope": "openid offline_access", "state": "a state", "nonce": "a nonce", **changes})

    def object(self, signer: Signer | None = None, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """Return the authorization request as a signed request object."""
        said = {name: value for name, value in self.asked().items() if name != "client_id"}
        return request_object(signer or self.key, self.id, self.idp.clock(), header=header, **{**said, **changes})

    def push(self, *proofs: str, beside: dict[str, str] | None = None, **changes: Changes) -> Answer:
        """Send POST /par. `beside` replaces the parameters of the authorization request."""
        asked = beside if beside is not None else ({"request": self.object(**changes)} if self.signs else self.asked(**changes))
        return self.idp.post("/par", {**asked, **self.authentication()}, headers=dpop(*proofs))

    def pushed(self, *proofs: str, **changes: Changes) -> str:
        """Push a valid request and return its request_uri."""
        answer = self.push(*proofs, **changes)
        assert answer.status == 201, answer.text
        return str(answer.json["request_uri"])

    def open(self, request_uri: str, browser: PlainBrowser | None = None, **beside: str) -> Answer:
        """Send GET /authorize in this browser, or in the browser of a new signed-in user."""
        here = browser or self.idp.browser(self.idp.person())
        return here.get("/authorize", {"client_id": self.id, "request_uri": request_uri, **beside})

    def code(self, *proofs: str, **changes: Changes) -> str:
        """Return an authorization code."""
        return self.open(self.pushed(*proofs, **changes)).answered["code"]

    def proof(self, path: str = "/token", method: str = "POST", **changes: Any) -> str:
        """Return a DPoP proof by the sender key."""
        return proof(self.sender, self.idp.clock(), path, method, **changes)

    def token(self, form: dict[str, Changes], *proofs: str, authentication: dict[str, str] | None = None) -> Answer:
        """Send POST /token. A parameter of None is left out. Without `proofs` a valid proof is sent."""
        who = self.authentication() if authentication is None else authentication
        sent = {name: value for name, value in {**who, **form}.items() if value is not None}
        return self.idp.post("/token", sent, headers=dpop(*(proofs or (self.proof(),))))

    def redeem(self, code: str, *proofs: str, authentication: dict[str, str] | None = None, **changes: Changes) -> Answer:
        """Send the token request for a code."""
        form: dict[str, Changes] = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.app.redirect_uri}
        return self.token({**form, "code_verifier": VERIFIER, **changes}, *proofs, authentication=authentication)

    def refresh(self, token: str, *proofs: str, **changes: Changes) -> Answer:
        """Send the token request for a refresh token."""
        return self.token({"grant_type": "refresh_token", "refresh_token": token, **changes}, *proofs)

    def userinfo(self, token: str, method: str = "GET") -> Answer:
        """Call UserInfo with a DPoP proof."""
        return self.idp.send(method, "/userinfo", headers=bound(token, self.proof("/userinfo", method, token=token)))


def client(idp: Deployment, alg: str = "ES256", **metadata: Any) -> FapiClient:
    """Register a FAPI 2.0 client. By default its profile is fapi2."""
    key = Signer(alg)
    jwks = {"keys": [{**key.public, "kid": "k1"}]}
    return FapiClient(idp, idp.app(secret=False, **{**METADATA, "jwks": jwks, **metadata}), key)
