"""Client assertions that an app signs (RFC 7523). They are valid except for the members that a test changes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests.integration.oidc.forging import b64
from tests.support.calling import Answer
from tests.support.deployment import ISSUER, App, Deployment

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEYS: dict[str, RSAKey | ECKey | OKPKey] = {
    "RSA": RSAKey.generate_key(2048),
    "EC": ECKey.generate_key("P-256"),
    "OKP": OKPKey.generate_key("Ed25519"),
}
KEY_OF = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "Ed25519": "OKP", "EdDSA": "OKP", "RS512": "RSA", "PS384": "RSA"}
JWKS: dict[str, Any] = {"keys": [{**key.as_dict(private=False), "kid": name} for name, key in KEYS.items()]}
Json = dict[str, Any]


def sign(claims: Mapping[str, Any] | bytes, *, alg: str = "ES256", key: Any = None, **header: Any) -> str:
    """Return a compact JWS with these claims, and with these changes to the header. A header member of None is left out."""
    written = {"alg": alg, "kid": KEY_OF.get(alg), **header}
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    head = json.dumps({name: value for name, value in written.items() if value is not None})
    signed = f"{b64(head)}.{b64(payload)}"
    return f"{signed}.{b64(jws.JWSRegistry.algorithms[alg].sign(signed.encode(), key or KEYS[KEY_OF[alg]]))}"


@dataclass
class Asserting:
    """An app that authenticates with signed assertions, and the request that it sends."""

    idp: Deployment
    app: App
    path: str = "/token"
    form: Mapping[str, str] = field(default_factory=lambda: {"grant_type": "client_credentials"})

    def claims(self, **changes: Any) -> Json:
        """Return valid claims (RFC 7523 §3) with these changes. A claim of None is left out."""
        now = self.idp.clock()
        claims = {
            "iss": self.app.id, "sub": self.app.id, "aud": ISSUER, "exp": now + 60, "iat": now, "jti": secrets.token_urlsafe(8),
        }  # fmt: skip
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def send(self, assertion: str, **changes: str | None) -> Answer:
        """Send the request with this assertion. client_id is left out, since it is optional (RFC 7521 §4.2)."""
        form = {**self.form, "client_assertion_type": TYPE, "client_assertion": assertion, **changes}
        return self.idp.post(self.path, {name: value for name, value in form.items() if value is not None})

    def try_claims(self, **changes: Any) -> Answer:
        """Send an assertion with these claims changed."""
        return self.send(sign(self.claims(**changes)))


def asserting(idp: Deployment, **metadata: Any) -> Asserting:
    """Register an app that authenticates only with assertions. By default it has only client_credentials and no scopes."""
    facts = {"auth_methods": ("private_key_jwt",), "jwks": JWKS, "grant_types": ("client_credentials",), "redirect_uris": (), "scopes": ()}
    return Asserting(idp, idp.app(secret=False, **{**facts, **metadata}))


def accepted(answer: Answer) -> bool:
    """Return whether the client was authenticated."""
    return answer.status == 200


def refused(answer: Answer) -> bool:
    """Return whether the answer is invalid_client (RFC 6749 §5.2) with a description that gives no reason."""
    assert answer.status == 401, answer
    return answer.json == {"error": "invalid_client", "error_description": "Client authentication failed."}
