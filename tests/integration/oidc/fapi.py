"""A FAPI 2.0 client in its whole life: keys, a pushed request, a code, tokens, UserInfo; each step right but for what a test changes."""

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
    """`key` signs assertions and request objects, `sender` proofs."""

    idp: Deployment
    app: App
    key: Signer
    sender: Signer = field(default_factory=Signer)

    @property
    def id(self) -> str:
        return self.app.id

    @property
    def signs(self) -> bool:
        """Whether its requests are signed."""
        return self.app.client.profile == "fapi2-message-signing"

    def authentication(self, **claims: Any) -> dict[str, str]:
        """The parameters that authenticate it."""
        return {"client_id": self.id, **assertion(self.key, self.id, self.idp.clock(), **claims)}

    def asked(self, **changes: Changes) -> dict[str, str]:
        """An authorization request."""
        return asked_by(self.app, **{"scope": "openid offline_access", "state": "a state", "nonce": "a nonce", **changes})

    def object(self, signer: Signer | None = None, header: dict[str, Any] | None = None, **changes: Any) -> str:
        """It as a request object."""
        said = {name: value for name, value in self.asked().items() if name != "client_id"}
        return request_object(signer or self.key, self.id, self.idp.clock(), header=header, **{**said, **changes})

    def push(self, *proofs: str, beside: dict[str, str] | None = None, **changes: Changes) -> Answer:
        """POST /par. With `beside`, that is the request, as it is."""
        asked = beside if beside is not None else ({"request": self.object(**changes)} if self.signs else self.asked(**changes))
        return self.idp.post("/par", {**asked, **self.authentication()}, headers=dpop(*proofs))

    def pushed(self, *proofs: str, **changes: Changes) -> str:
        """The request_uri of a request that is good."""
        answer = self.push(*proofs, **changes)
        assert answer.status == 201, answer.text
        return str(answer.json["request_uri"])

    def open(self, request_uri: str, browser: PlainBrowser | None = None, **beside: str) -> Answer:
        """GET /authorize in a signed-in browser."""
        here = browser or self.idp.browser(self.idp.person())
        return here.get("/authorize", {"client_id": self.id, "request_uri": request_uri, **beside})

    def code(self, *proofs: str, **changes: Changes) -> str:
        """A code."""
        return self.open(self.pushed(*proofs, **changes)).answered["code"]

    def proof(self, path: str = "/token", method: str = "POST", **changes: Any) -> str:
        """A proof of its sender key."""
        return proof(self.sender, self.idp.clock(), path, method, **changes)

    def token(self, form: dict[str, Changes], *proofs: str, authentication: dict[str, str] | None = None) -> Answer:
        """POST /token. None leaves a parameter out."""
        who = self.authentication() if authentication is None else authentication
        sent = {name: value for name, value in {**who, **form}.items() if value is not None}
        return self.idp.post("/token", sent, headers=dpop(*(proofs or (self.proof(),))))

    def redeem(self, code: str, *proofs: str, authentication: dict[str, str] | None = None, **changes: Changes) -> Answer:
        """The token request for a code."""
        form: dict[str, Changes] = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.app.redirect_uri}
        return self.token({**form, "code_verifier": VERIFIER, **changes}, *proofs, authentication=authentication)

    def refresh(self, token: str, *proofs: str, **changes: Changes) -> Answer:
        """The token request for a refresh token."""
        return self.token({"grant_type": "refresh_token", "refresh_token": token, **changes}, *proofs)

    def userinfo(self, token: str, method: str = "GET") -> Answer:
        """UserInfo with a proof."""
        return self.idp.send(method, "/userinfo", headers=bound(token, self.proof("/userinfo", method, token=token)))


def client(idp: Deployment, alg: str = "ES256", **metadata: Any) -> FapiClient:
    """A registered one; `profile: fapi2` is the one word that an admin says."""
    key = Signer(alg)
    jwks = {"keys": [{**key.public, "kid": "k1"}]}
    return FapiClient(idp, idp.app(secret=False, **{**METADATA, "jwks": jwks, **metadata}), key)
