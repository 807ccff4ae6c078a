"""The use of joserfc: make and load keys, sign and verify. The caller always passes the algorithm; a token never chooses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.verify import strict_json

RSA_BITS = 2048
MAX_TOKEN = 8192
"""The greatest length of a token in characters. Longer ones are refused before they are parsed (K-02)."""
MAX_ID_TOKEN = 24 * 1024
"""The same for ID Tokens of this provider. Before base64 and the signature, they may contain a profile (8 KB) and mapped claims (3 KB)."""
Key = RSAKey | ECKey | OKPKey
SIGNING = {"RS256": ("RSA", ""), "PS256": ("RSA", ""), "ES256": ("EC", "P-256"), "Ed25519": ("OKP", "Ed25519")}
"""The algorithms that the provider signs with (RFC 7518 §3.1, RFC 9864 §2.2), with key type and curve."""
VERIFYING = {**SIGNING, "EdDSA": SIGNING["Ed25519"]}
"""The algorithms that others may sign with. EdDSA is the name that Ed25519 had before RFC 9864."""
_TYPES: dict[str, Any] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
_PUBLIC = frozenset({"kty", "n", "e", "crv", "x", "y"})


def new_key(alg: str = "RS256") -> tuple[str, dict[str, str], bytes]:
    """Return a new key for `alg`: its RFC 7638 thumbprint, public JWK, and private part as PKCS #8 DER."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    kty, curve = SIGNING[alg]
    key: Key = RSAKey.generate_key(RSA_BITS) if kty == "RSA" else _TYPES[kty].generate_key(curve)
    der: bytes = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[union-attr]  # its key may be public, by its type
    return key.thumbprint(), public_members(key.as_dict(private=False)), der


def public_members(jwk: Mapping[str, Any]) -> dict[str, str]:
    """Return only the members of the public key (RFC 7638 §3.2). See RFC 7517 §4, RFC 7518 §6."""
    return {str(name): str(value) for name, value in jwk.items() if name in _PUBLIC}


def private_key(der: bytes, kid: str, alg: str) -> Key:
    """Return the key for signing. `der`: PKCS #8."""
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    # new_key made the key, and the data key authenticated it. A check of its primes would cost 50 ms of every cold start.
    native = load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)
    key: Key = _TYPES[SIGNING[alg][0]](native, native, {"kid": kid, "alg": alg, "use": "sig"})
    return key


def key_of_pem(pem: str, kid: str) -> tuple[Key, str]:
    """Return a private key that was made elsewhere, and the algorithm that it signs with: ES256, RS256 or Ed25519.

    Raises:
        ValueError: it is no private key in PEM, has a password, or is for none of these algorithms.
    """
    from cryptography.exceptions import UnsupportedAlgorithm

    for alg in ("ES256", "RS256", "Ed25519"):
        kty, curve = SIGNING[alg]
        try:
            key: Key = _TYPES[kty].import_key(pem, {"alg": alg, **({"kid": kid} if kid else {})})
        except JoseError:  # a key of another type
            continue
        except (TypeError, UnsupportedAlgorithm):
            break
        if key.is_private and (not curve or key.as_dict(private=False).get("crv") == curve):
            return key, alg
    msg = "no private key for an algorithm that signs"
    raise ValueError(msg)


def sign(claims: Mapping[str, Any], key: Key, *, kid: str, alg: str, typ: str) -> str:
    """Return a compact JWS of `claims`. Without a `kid`, its header has none."""
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": alg, "typ": typ, **({"kid": kid} if kid else {})}, payload, key, algorithms=[alg])


def unverified_header(token: str, limit: int = MAX_TOKEN) -> dict[str, Any] | None:
    """Return the header of a well-formed compact JWS of at most `limit` characters; None for other texts.

    Callers use it to choose a key of the provider or the client, never an algorithm.
    """
    if len(token) > limit or token.count(".") != 2:  # noqa: PLR2004  # three parts: header, payload, signature
        return None
    try:
        header = jws.extract_compact(token.encode("ascii"), registry=_registry()).headers()
    except (JoseError, ValueError, RecursionError):
        return None
    return header if isinstance(header, dict) else None


def verify(token: str, public: Mapping[str, Any], *, alg: str) -> dict[str, Any] | None:
    """Return the claims if the signature is valid for this public JWK and algorithm, else None (RFC 7515 §4)."""
    try:
        signed = jws.deserialize_compact(token.encode("ascii"), public_key(public, alg), registry=_registry(alg))
        claims = strict_json.loads(signed.payload, surrogates=True)
    except (JoseError, ValueError, TypeError, RecursionError):
        return None
    if "crit" in signed.headers():  # RFC 7515 §4.1.11: an unknown critical member makes it invalid; none is supported
        return None
    return claims


def unverified_claims(token: str) -> dict[str, Any] | None:
    """Return the claims of a JWS without verification, so that the caller can find the issuer's keys; None if it is malformed."""
    if unverified_header(token) is None:
        return None
    try:
        return strict_json.loads(jws.extract_compact(token.encode("ascii"), registry=_registry()).payload, surrogates=True)
    except (JoseError, ValueError, RecursionError):
        return None


def _registry(alg: str = "") -> jws.JWSRegistry:
    """Return a registry of only this algorithm. Without one it can parse, but not verify.

    RFC 7515 §4: header parameters that are not understood "MUST be ignored"; joserfc refuses them otherwise.
    """
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    registry.max_header_length = MAX_TOKEN
    if alg == "EdDSA":  # joserfc warns about the name, and accepts Ed448; public_key checks the curve
        old_name = copy(registry.algorithms["EdDSA"])
        old_name.security_warning = None
        registry.algorithms = {"EdDSA": old_name}
    return registry


def public_key(jwk: Mapping[str, Any], alg: str) -> Key:
    """Return the key for verification with `alg`.

    Raises:
        ValueError: the JWK is not for this algorithm.
    """
    kty, curve = VERIFYING[alg]
    if jwk.get("kty") != kty or (curve and jwk.get("crv") != curve):
        msg = "the key is not for this algorithm"
        raise ValueError(msg)
    key: Key = _TYPES[kty].import_key({**public_members(jwk), "alg": alg})
    return key
