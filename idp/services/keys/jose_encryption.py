"""Encryption (RFC 7516): compact JWE for one recipient. The caller passes the algorithms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: dict[str, Any] = {"RSA-OAEP-256": RSAKey, "ECDH-ES": ECKey}


def encrypt(token: str, public: Mapping[str, Any], *, alg: str, enc: str, nested: bool = True) -> str | None:
    """Return the token as the payload of a compact JWE. `nested`: the token is a JWT, so the JWE gets `cty` (RFC 7519 §5.2).

    Return None if the key is invalid, for example a point that is not on its curve, or an even exponent: a client may register any values.
    """
    members = {str(name): str(value) for name, value in public.items() if name in {"kty", "n", "e", "crv", "x", "y", "kid"}}
    header = {"alg": alg, "enc": enc, **({"cty": "JWT"} if nested else {}), **({"kid": members["kid"]} if "kid" in members else {})}
    try:
        return jwe.encrypt_compact(header, token, _TYPES[alg].import_key(members), algorithms=[alg, enc])
    except (JoseError, ValueError, TypeError):
        return None
