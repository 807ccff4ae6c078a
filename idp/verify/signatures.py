"""Public keys from JWKs, and verification of signatures (RFC 7518 §3, RFC 8037 §3.1, RFC 9864 §2.2). The key determines the algorithm."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256

from idp.verify import base64url
from idp.verify.digest import sha256

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""All supported algorithms. HMAC and none are not supported. EdDSA is the name that Ed25519 had before RFC 9864."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (SEC 2 §2.4.2)."""
_HALF = 32
_RSA_BITS = (2048, 4096)
_RSA_EXPONENTS = range(3, 2**32)
"""RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used". Much larger keys would cost the verifier too much time."""
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_FOR = {("RSA", None): ("RS256", "PS256"), ("EC", "P-256"): ("ES256",), ("OKP", "Ed25519"): ("Ed25519", "EdDSA")}
_REQUIRED = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x")}

Verify = Callable[[bytes, bytes], None]
"""Takes the signature and the signed bytes. Raises InvalidSignature or ValueError if the signature is wrong."""


class Key:
    """A public key and its algorithms. The key object is created for the first signature, because most keys of a set are never used."""

    def __init__(self, jwk: Mapping[str, Any], algorithms: tuple[str, ...]) -> None:
        self._jwk, self.algorithms = jwk, algorithms
        self._verify: dict[str, Verify] | None = None

    @property
    def jkt(self) -> str:
        """The thumbprint of the key (RFC 7638)."""
        return thumbprint(self._jwk)

    def verifies(self, alg: str, signature: bytes, signed: bytes) -> bool:
        """Whether the signature is right under one of the key's algorithms. False if the JWK turns out not to be a key."""
        if alg not in self.algorithms:
            return False
        try:
            if self._verify is None:
                self._verify = _MAKERS[self._jwk["kty"]](self._jwk)
            self._verify[alg](signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


def key_of(jwk: Mapping[str, Any]) -> Key:
    """The key of a public JWK (RFC 7517 §4). `alg` restricts it to that algorithm; an RSA key without `alg` is for RS256.

    Raises:
        ValueError: it is a private key, a key for another use, a weak key, or not a key.
    """
    kty, crv = jwk.get("kty"), jwk.get("crv")
    possible = _FOR.get((kty, crv if kty != "RSA" else None)) if isinstance(kty, str) else None
    if possible is None or _PRIVATE & set(jwk) or jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ("verify",)):
        raise ValueError("not a public key for signatures")
    if not all(isinstance(jwk.get(name), str) for name in _REQUIRED[str(kty)]):
        raise ValueError("a member of the key is missing")
    chosen = jwk.get("alg", "RS256" if kty == "RSA" else None)
    algorithms = possible if chosen is None else tuple(alg for alg in possible if alg == chosen)
    if not algorithms:
        raise ValueError("not a key for this algorithm")
    if kty == "RSA":
        _rsa_numbers(jwk)
    return Key(jwk, algorithms)


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638 §3: SHA-256 over the required members in lexicographic order."""
    required = {name: jwk[name] for name in _REQUIRED[jwk["kty"]]}
    return base64url.encode(sha256(json.dumps(required, separators=(",", ":")).encode()))


def _rsa_numbers(jwk: Mapping[str, Any]) -> tuple[int, int]:
    n, e = (int.from_bytes(base64url.decode(jwk[name])) for name in ("n", "e"))
    if not _RSA_BITS[0] <= n.bit_length() <= _RSA_BITS[1] or e not in _RSA_EXPONENTS or not e % 2:
        raise ValueError("not an acceptable RSA key")
    return n, e


# The classes of a kind of key are loaded with its first signature, because an API usually gets tokens of one kind.


def _rsa(jwk: Mapping[str, Any]) -> dict[str, Verify]:
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    n, e = _rsa_numbers(jwk)
    key, algorithm = RSAPublicNumbers(e, n).public_key(), SHA256()
    pkcs1, pss = PKCS1v15(), PSS(MGF1(algorithm), algorithm.digest_size)
    return {
        "RS256": lambda signature, signed: key.verify(signature, signed, pkcs1, algorithm),
        "PS256": lambda signature, signed: key.verify(signature, signed, pss, algorithm),
    }


def _ec(jwk: Mapping[str, Any]) -> dict[str, Verify]:
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    class EcdsaSha256(ECDSA):
        """ECDSA(SHA256()) without its constructor, which imports OpenSSL's bindings to ask about deterministic signatures.

        Verification does not use the answer. Measured for the authorizer up to its first ES256 signature: 48 ms of CPU and 183 million
        instructions; with the constructor 64 ms and 259 million. The authorizer would pay this at each cold start.
        """

        algorithm = SHA256()
        deterministic_signing = False

        def __init__(self) -> None: ...

    x, y = base64url.decode(jwk["x"]), base64url.decode(jwk["y"])
    if len(x) != _HALF or len(y) != _HALF:
        raise ValueError("not a key of P-256")
    key = EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), SECP256R1()).public_key()
    algorithm = EcdsaSha256()

    def verify(signature: bytes, signed: bytes) -> None:
        # RFC 7518 §3.4: R and S, 32 octets each, not DER. Both are greater than 0 and less than the order.
        r, s = int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:])
        if len(signature) != 2 * _HALF or not 0 < r < _ORDER or not 0 < s < _ORDER:
            raise InvalidSignature
        key.verify(encode_dss_signature(r, s), signed, algorithm)

    return {"ES256": verify}


def _okp(jwk: Mapping[str, Any]) -> dict[str, Verify]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(base64url.decode(jwk["x"]))
    return {"Ed25519": key.verify, "EdDSA": key.verify}


_MAKERS: dict[str, Callable[[Mapping[str, Any]], dict[str, Verify]]] = {"RSA": _rsa, "EC": _ec, "OKP": _okp}
