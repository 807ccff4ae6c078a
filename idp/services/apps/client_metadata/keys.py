"""The client's public keys: by value or by reference (RFC 7591 §2), never a private one."""

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
    """A JWK Set (RFC 7517 §5) of public keys. A private or symmetric key that was sent is refused: it is nobody's secret any more."""
    keys = value.get("keys") if isinstance(value, Mapping) else None
    if not isinstance(keys, list) or not 0 < len(keys) <= MOST_KEYS:
        raise Invalid(f"This has to be a JWK Set: an object whose member keys is a list of 1 to {MOST_KEYS} keys.", field=name)
    for key in keys:
        if not isinstance(key, Mapping) or not isinstance(key.get("kty"), str):
            raise Invalid("One of its keys is no JWK.", field=name)
        if _PRIVATE & set(key):
            raise Invalid("One of its keys is private. Register the public part, and make a new key: this one was told.", field=name)
        made_of = _MADE_OF.get(key["kty"])
        if made_of is None or not all(_short(key.get(member)) for member in made_of):
            raise Invalid("One of its keys is no public RSA, EC or OKP key.", field=name)
        if not all(_short(key.get(member, "-")) for member in ("kid", "alg", "use")):
            raise Invalid("One of its keys has a kid, alg or use that is no text.", field=name)
    if len({key.get("kid", at) for at, key in enumerate(keys)}) < len(keys):
        raise Invalid("Two of its keys have the same kid.", field=name)
    return {"keys": [dict(key) for key in keys]}


def _short(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST


MEMBERS: dict[str, Member] = {"jwks": ("jwks", jwks), "jwks_uri": ("jwks_uri", https_url)}
REMOVABLE = frozenset(MEMBERS)
