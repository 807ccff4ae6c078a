"""Keys of clients, and what they sign: DPoP proofs, client assertions, request objects. Each is valid except for what a test changes."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc.jwk import ECKey, OKPKey, RSAKey

from tests.integration.oidc.forging import b64
from tests.support.deployment import ISSUER

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SHA256 = hashes.SHA256()


def hash_of(token: str) -> str:
    """Return the `ath` of an access token: its SHA-256 hash in base64url."""
    return b64(hashlib.sha256(token.encode()).digest())


@dataclass(frozen=True)
class Signer:
    """A private key for one algorithm."""

    alg: str = "ES256"
    bits: int = 2048

    @cached_property
    def native(self) -> Any:
        if self.alg in {"RS256", "PS256"}:
            return rsa.generate_private_key(65537, self.bits)
        return ec.generate_private_key(ec.SECP256R1()) if self.alg == "ES256" else ed25519.Ed25519PrivateKey.generate()

    @cached_property
    def whole(self) -> dict[str, Any]:
        """The JWK with its private members."""
        kind: Any = {"RS256": RSAKey, "PS256": RSAKey, "ES256": ECKey}.get(self.alg, OKPKey)
        return dict(kind(self.native, self.native).as_dict(private=True))

    @property
    def public(self) -> dict[str, Any]:
        """The public JWK."""
        return {name: value for name, value in self.whole.items() if name in {"kty", "n", "e", "crv", "x", "y"}}

    @property
    def jkt(self) -> str:
        """The JWK thumbprint (RFC 7638), computed without the library."""
        members = ",".join(f'"{name}":"{value}"' for name, value in sorted(self.public.items()))
        return b64(hashlib.sha256(f"{{{members}}}".encode()).digest())

    def sign(self, header: dict[str, Any] | str, claims: dict[str, Any] | str) -> str:
        """Return a compact JWS. Text is not changed."""
        signed = ".".join(b64(part if isinstance(part, str) else json.dumps(part)) for part in (header, claims))
        return f"{signed}.{b64(self._signature(signed.encode()))}"

    def _signature(self, data: bytes) -> bytes:
        if self.alg == "RS256":
            return bytes(self.native.sign(data, padding.PKCS1v15(), _SHA256))
        if self.alg == "PS256":
            return bytes(self.native.sign(data, padding.PSS(padding.MGF1(_SHA256), 32), _SHA256))
        if self.alg == "ES256":
            r, s = decode_dss_signature(self.native.sign(data, ec.ECDSA(_SHA256)))
            return int(r).to_bytes(32) + int(s).to_bytes(32)
        return bytes(self.native.sign(data))


def proof(
    key: Signer,
    now: int,
    path: str = "/token",
    method: str = "POST",
    *,
    token: str | None = None,
    header: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """Return a DPoP proof (RFC 9449 §4.2). A member of None is left out."""
    head = {"typ": "dpop+jwt", "alg": key.alg, "jwk": key.public, **(header or {})}
    said = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": ISSUER + path, "iat": now, "ath": token and hash_of(token), **claims}
    return key.sign(*({name: value for name, value in part.items() if value is not None} for part in (head, said)))


def dpop(*proofs: str) -> list[tuple[str, str]]:
    """Return a DPoP header for each proof."""
    return [("dpop", each) for each in proofs]


def bound(token: str, *proofs: str) -> list[tuple[str, str]]:
    """Return the headers of a request to a resource (RFC 9449 §7.1)."""
    return [("authorization", f"DPoP {token}"), *dpop(*proofs)]


def assertion(key: Signer, client_id: str, now: int, *, header: dict[str, Any] | None = None, **claims: Any) -> dict[str, str]:
    """Return the parameters of private_key_jwt (RFC 7523 §2.2). A claim of None is left out."""
    said = {
        "iss": client_id,
        "sub": client_id,
        "aud": ISSUER,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + 60,
        **claims,
    }
    kept = {name: value for name, value in said.items() if value is not None}
    return {"client_assertion_type": ASSERTION, "client_assertion": key.sign({"alg": key.alg, "kid": "k1", **(header or {})}, kept)}


def request_object(key: Signer, issuer: str, now: int, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Return a signed request object (RFC 9101) with nbf and exp, as FAPI 2.0 Message Signing requires. A claim of None is left out."""
    said = {"iss": issuer, "aud": ISSUER, "client_id": issuer, "nbf": now, "exp": now + 300, **claims}
    head = {"alg": key.alg, "kid": "k1", "typ": "oauth-authz-req+jwt", **(header or {})}
    return key.sign(head, {name: value for name, value in said.items() if value is not None})


def flipped(jwt: str) -> str:
    """Return the JWT with one bit of its signature changed."""
    head, _, signature = jwt.rpartition(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[5] ^= 1
    return f"{head}.{b64(bytes(raw))}"
