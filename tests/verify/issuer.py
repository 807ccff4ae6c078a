"""An issuer for tests of verifiers: keys of every algorithm, valid tokens, and every kind of invalid token.

It signs with `cryptography` directly, because a JOSE library would refuse to make some of them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ISSUER, AUDIENCE = "https://id.example", "https://api.example"
NOW = 1_800_000_000
ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519")


def b64(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def number(value: int, length: int | None = None) -> str:
    return b64(value.to_bytes(length or (value.bit_length() + 7) // 8))


def segment(value: object) -> str:
    return b64(json.dumps(value, separators=(",", ":")).encode())


class Key:
    """A key pair; `jwk` is public."""

    def __init__(self, alg: str, kid: str) -> None:
        self.alg, self.kid = alg, kid
        self.private: Any
        if alg in {"RS256", "PS256"}:
            self.private = rsa.generate_private_key(65537, 2048)
            n = self.private.public_key().public_numbers()
            members = {"kty": "RSA", "n": number(n.n), "e": number(n.e)}
        elif alg == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
            p = self.private.public_key().public_numbers()
            members = {"kty": "EC", "crv": "P-256", "x": number(p.x, 32), "y": number(p.y, 32)}
        else:
            self.private = ed25519.Ed25519PrivateKey.generate()
            members = {"kty": "OKP", "crv": "Ed25519", "x": b64(self.private.public_key().public_bytes_raw())}
        self.public = members
        self.jwk = {**members, "kid": kid, "alg": alg, "use": "sig"}

    def sign(self, signed: bytes, alg: str = "") -> bytes:
        alg = alg or self.alg
        if alg == "RS256":
            return bytes(self.private.sign(signed, padding.PKCS1v15(), SHA256()))
        if alg == "PS256":
            return bytes(self.private.sign(signed, padding.PSS(padding.MGF1(SHA256()), 32), SHA256()))
        if alg == "ES256":
            r, s = decode_dss_signature(self.private.sign(signed, ec.ECDSA(SHA256())))
            return r.to_bytes(32) + s.to_bytes(32)
        return bytes(self.private.sign(signed))

    def der(self, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo, encoding: Encoding = Encoding.PEM) -> bytes:
        return bytes(self.private.public_key().public_bytes(encoding, form))


@dataclass
class Issuer:
    """Keys and the published JWK Set. `down`: the set cannot be fetched. `fetches`: the number of fetches."""

    keys: dict[str, Key] = field(default_factory=lambda: {alg: Key(alg, f"key-{alg}") for alg in ALGORITHMS})
    down: bool = False
    fetches: int = 0

    def fetch(self) -> bytes:
        self.fetches += 1
        if self.down:
            raise OSError("nobody there")
        return json.dumps({"keys": [key.jwk for key in self.keys.values()]}).encode()

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a valid token, with changes. The value `...` removes a claim."""
        whole = {
            "iss": ISSUER, "sub": "user-1", "aud": AUDIENCE, "client_id": "app-1", "iat": NOW, "exp": NOW + 600, "jti": "jti-1",
            "scope": "openid orders:read", "acr": "aal1", "amr": ["pwd"], "auth_time": NOW - 100, **changes,
        }  # fmt: skip
        return {name: value for name, value in whole.items() if value is not ...}

    def token(self, claims: Mapping[str, Any] | bytes | None = None, *, alg: str = "RS256", key: Key | None = None, **header: Any) -> str:
        """A token signed with the key of `alg`. `header` changes the header. Bytes as claims are the payload unchanged."""
        key = key or self.keys[alg]
        head = {"alg": alg, "typ": "at+jwt", "kid": key.kid, **header}
        payload = claims if isinstance(claims, bytes) else json.dumps(self.claims() if claims is None else claims).encode()
        signed = f"{segment({name: value for name, value in head.items() if value is not ...})}.{b64(payload)}"
        return f"{signed}.{b64(key.sign(signed.encode(), key.alg))}"

    def raw(self, header: bytes, payload: bytes, *, alg: str = "RS256") -> str:
        """A token with these bytes as its header."""
        signed = f"{b64(header)}.{b64(payload)}"
        return f"{signed}.{b64(self.keys[alg].sign(signed.encode()))}"

    def hmac(self, secret: bytes, *, alg: str = "HS256", **header: Any) -> str:
        """A token signed with a secret. A verifier that takes the algorithm from the token would use a public key as the secret."""
        head = {"alg": alg, "typ": "at+jwt", "kid": "key-RS256", **header}
        signed = f"{segment({name: value for name, value in head.items() if value is not ...})}.{segment(self.claims())}"
        return f"{signed}.{b64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"

    def proof(self, key: Key, token: str, *, method: str = "GET", url: str, typ: str = "dpop+jwt", jwk: Any = None, **changes: Any) -> str:
        """A DPoP proof."""
        claims = {"jti": "proof-1", "htm": method, "htu": url, "iat": NOW, "ath": b64(hashlib.sha256(token.encode()).digest()), **changes}
        body = {name: value for name, value in claims.items() if value is not ...}
        signed = f"{segment({'alg': key.alg, 'typ': typ, 'jwk': jwk or key.public})}.{segment(body)}"
        return f"{signed}.{b64(key.sign(signed.encode()))}"


def thumbprint(key: Key) -> str:
    """RFC 7638."""
    return b64(hashlib.sha256(json.dumps(dict(sorted(key.public.items())), separators=(",", ":")).encode()).digest())
