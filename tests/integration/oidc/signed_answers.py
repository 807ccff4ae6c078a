"""Apps with registered keys, and functions that verify or decrypt the answers to them."""

from __future__ import annotations

from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey

from idp.services.keys import jose
from tests.support.deployment import App, Deployment

INTROSPECTION = "application/token-introspection+jwt"


def verified(idp: Deployment, token: str, alg: str) -> dict[str, Any]:
    """Verify a JWT with the published keys and this algorithm, and return its claims."""
    header = jose.unverified_header(token)
    assert header
    key = next(key for key in idp.get("/jwks").json["keys"] if key["kid"] == header["kid"])
    claims = jose.verify(token, key, alg=alg)
    assert claims, f"not signed with {alg}"
    return claims


def encryption_keys() -> dict[str, Any]:
    """Generate private keys of a client for decryption, by algorithm."""
    return {
        "RSA-OAEP-256": RSAKey.generate_key(2048, {"use": "enc", "kid": "r"}),
        "ECDH-ES": ECKey.generate_key("P-256", {"use": "enc", "kid": "e"}),
    }


def opened(token: str, alg: str, key: Any) -> str:
    """Decrypt a JWE of this algorithm and A256GCM with this key, and return the text."""
    found = jwe.decrypt_compact(token, key, algorithms=[alg, "A256GCM"])
    assert found.plaintext is not None
    return found.plaintext.decode()


def app_with_keys(idp: Deployment, keys: dict[str, Any], **metadata: Any) -> App:
    """Register an app with the public keys in `jwks`."""
    jwks = {"keys": [key.as_dict(private=False) for key in keys.values()]}
    return idp.app(jwks=jwks, **metadata)
