"""The client's public keys, by value or by reference (RFC 7591 §2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.domain.errors import Invalid
from idp.services.apps.client_metadata.values import Member, https_url

MOST_KEYS = 20
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_MADE_OF = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_LONGEST = 8192


def jwks(name: str, value: Any) -> dict[str, Any]:
    """Read a JWK Set of public keys (RFC 7517 §5). A set with a private or symmetric key is refused, because sending it made it public."""
    keys = value.get("keys") if isinstance(value, Mapping) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS:
        raise Invalid("jwks.malformed", maximum=MOST_KEYS, field=name)
    for key in keys:
        if not isinstance(key, Mapping) or not isinstance(key.get("kty"), str):
            raise Invalid("jwks.not_jwk", field=name)
        if _PRIVATE & set(key):
            raise Invalid("jwks.private_key", field=name)
        made_of = _MADE_OF.get(key["kty"])
        if made_of is None or not all(_short(key.get(member)) for member in made_of):
            raise Invalid("jwks.unsupported_key", field=name)
        if not all(_short(key.get(member, "-")) for member in ("kid", "alg", "use")):
            raise Invalid("jwks.member_not_text", field=name)
    if len({key.get("kid", at) for at, key in enumerate(keys)}) < len(keys):
        raise Invalid("jwks.same_kid", field=name)
    return {"keys": [dict(key) for key in keys]}


def _short(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST


MEMBERS: dict[str, Member] = {"jwks": ("jwks", jwks), "jwks_uri": ("jwks_uri", https_url)}
REMOVABLE = frozenset(MEMBERS)
