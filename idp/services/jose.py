"""joserfc, kept in one place: make, load, sign and verify. Everything here pins the algorithm; a token never chooses it."""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

RSA_BITS = 2048
MAX_TOKEN = 8192
"""Characters of a token that are looked at; longer ones are refused unread (K-02)."""


def new_key() -> tuple[str, dict[str, str], bytes]:
    """A new RS256 key: its RFC 7638 thumbprint, public JWK, and private part as PKCS #8 DER."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = RSAKey.import_key(der)
    public = {name: value for name, value in key.as_dict(private=False).items() if name in {"kty", "n", "e"}}
    return key.thumbprint(), {str(name): str(value) for name, value in public.items()}, der


def private_key(der: bytes, kid: str, alg: str) -> RSAKey:
    """The key that signs."""
    # The key was made by new_key and authenticated by the data key: checking its primes again costs 50 ms of every cold start.
    native = load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
    return RSAKey(native, native, {"kid": kid, "alg": alg, "use": "sig"})  # type: ignore[arg-type]


def sign(claims: dict[str, Any], key: RSAKey, *, kid: str, alg: str, typ: str) -> str:
    """A compact JWS of `claims`."""
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": alg, "typ": typ, "kid": kid}, payload, key, algorithms=[alg])


def unverified_header(token: str) -> dict[str, Any] | None:
    """The header of a compact JWS whose shape is right; None otherwise. Only `kid` and `typ` are ever taken from it."""
    if len(token) > MAX_TOKEN or token.count(".") != 2:  # noqa: PLR2004  # three parts: header, payload, signature
        return None
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, UnicodeError):
        return None
    return header if isinstance(header, dict) else None


def verify(token: str, public: dict[str, str], *, alg: str) -> dict[str, Any] | None:
    """The claims if the signature is right under this key and algorithm; None otherwise."""
    try:
        signed = jws.deserialize_compact(token.encode("ascii"), RSAKey.import_key({**public, "alg": alg}), algorithms=[alg])
        claims = json.loads(signed.payload)
    except (JoseError, ValueError, UnicodeError):
        return None
    return claims if isinstance(claims, dict) else None
