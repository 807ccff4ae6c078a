"""JWE, kept in one place (RFC 7516): compact, one recipient, algorithms from our own list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: dict[str, Any] = {"RSA-OAEP-256": RSAKey, "ECDH-ES": ECKey}


def encrypt(token: str, public: Mapping[str, Any], *, alg: str, enc: str, nested: bool = True) -> str | None:
    """The token as the payload of a compact JWE; `cty` says that it is a JWT, where it is one (RFC 7519 §5.2).

    None, when the key is none: a point beside its curve, an even exponent. Whoever registers a key writes what they like into it.
    """
    members = {str(name): str(value) for name, value in public.items() if name in {"kty", "n", "e", "crv", "x", "y", "kid"}}
    header = {"alg": alg, "enc": enc, **({"cty": "JWT"} if nested else {}), **({"kid": members["kid"]} if "kid" in members else {})}
    try:
        return jwe.encrypt_compact(header, token, _TYPES[alg].import_key(members), algorithms=[alg, enc])
    except (JoseError, ValueError, TypeError):
        return None
