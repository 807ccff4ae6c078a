"""joserfc, kept in one place: make, load, sign and verify. Everything here pins the algorithm; a token never chooses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

RSA_BITS = 2048
MAX_TOKEN = 8192
"""Characters of a token that are looked at; longer ones are refused unread (K-02)."""
Key = RSAKey | ECKey | OKPKey
SIGNING = {"RS256": ("RSA", ""), "PS256": ("RSA", ""), "ES256": ("EC", "P-256"), "Ed25519": ("OKP", "Ed25519")}
"""The algorithms we sign with (RFC 7518 §3.1, RFC 9864 §2.2): the key type and curve of each."""
_TYPES: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_PUBLIC = frozenset({"kty", "n", "e", "crv", "x", "y"})


def new_key(alg: str = "RS256") -> tuple[str, dict[str, str], bytes]:
    """A new key for `alg`: its RFC 7638 thumbprint, public JWK, and private part as PKCS #8 DER."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    kty, curve = SIGNING[alg]
    key: Key = RSAKey.generate_key(RSA_BITS) if kty == "RSA" else _TYPES[kty].generate_key(curve)
    der: bytes = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[union-attr]
    return key.thumbprint(), public_members(key.as_dict(private=False)), der


def public_members(jwk: Mapping[str, Any]) -> dict[str, str]:
    """Only what makes the public key (RFC 7638 §3.2)."""
    return {str(name): str(value) for name, value in jwk.items() if name in _PUBLIC}


def private_key(der: bytes, kid: str, alg: str) -> Key:
    """The key that signs."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    # The key was made by new_key and authenticated by the data key: checking its primes again costs 50 ms of every cold start.
    native = load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
    key: Key = _TYPES[SIGNING[alg][0]](native, native, {"kid": kid, "alg": alg, "use": "sig"})
    return key


def sign(claims: Mapping[str, Any], key: Key, *, kid: str, alg: str, typ: str) -> str:
    """A compact JWS of `claims`."""
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": alg, "typ": typ, "kid": kid}, payload, key, algorithms=[alg])


def unverified_header(token: str) -> dict[str, Any] | None:
    """The header of a compact JWS whose shape is right; None otherwise. It chooses a key of ours or the client's, never an algorithm."""
    if len(token) > MAX_TOKEN or token.count(".") != 2:  # noqa: PLR2004  # three parts: header, payload, signature
        return None
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, UnicodeError):
        return None
    return header if isinstance(header, dict) else None


def verify(token: str, public: Mapping[str, Any], *, alg: str) -> dict[str, Any] | None:
    """The claims if the signature is right under this public JWK and algorithm; None otherwise."""
    try:
        signed = jws.deserialize_compact(token.encode("ascii"), public_key(public, alg), algorithms=[alg])
        claims = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, UnicodeError):
        return None
    return claims if isinstance(claims, dict) else None


def public_key(jwk: Mapping[str, Any], alg: str) -> Key:
    """The key that verifies `alg`.

    Raises:
        ValueError: the JWK is not for this algorithm.
    """
    kty, curve = SIGNING[alg]
    if jwk.get("kty") != kty or (curve and jwk.get("crv") != curve):
        msg = "the key is not for this algorithm"
        raise ValueError(msg)
    key: Key = _TYPES[kty].import_key({**public_members(jwk), "alg": alg})
    return key
