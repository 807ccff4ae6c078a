"""Signs the heads of hours, with a key of this purpose alone: Ed25519, derived from the data key. It never changes, and signs no token."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from idp.domain.audit.head import Head, head_of
from idp.services.keys import jose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.services.keys.keyring import Keyring

ALG = "Ed25519"
TYP = "idp-audit-head+jwt"
"""The type in the header of the JWS (RFC 8725 §3.11): no token of this provider counts as a head, and no head as a token."""
_PURPOSE = "audit heads"


class HeadSigner:
    """The key of the deployment. `issuer`: is named in each head."""

    def __init__(self, keyring: Keyring, issuer: str) -> None:
        self._keyring, self._issuer = keyring, issuer

    @cached_property
    def _key(self) -> Any:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from joserfc.jwk import OKPKey

        native = Ed25519PrivateKey.from_private_bytes(self._keyring.derive(_PURPOSE))
        return OKPKey(native, native, {"alg": ALG, "use": "sig"})

    @property
    def public(self) -> dict[str, str]:
        """The public key as a JWK, by which others check heads. `kid` is its thumbprint (RFC 7638)."""
        return {**jose.public_members(self._key.as_dict(private=False)), "kid": self._key.thumbprint(), "alg": ALG}

    def sign(self, head: Head) -> str:
        """Return the head as a compact JWS."""
        return jose.sign(head.claims(self._issuer), self._key, kid=self._key.thumbprint(), alg=ALG, typ=TYP)


def read_head(signed: str, public: Mapping[str, Any]) -> Head | None:
    """Return the head if this key signed it, else None. The algorithm is that of the key, whatever the header says."""
    header = jose.unverified_header(signed)
    if not header or header.get("typ") != TYP:
        return None
    try:
        claims = jose.verify(signed, public, alg=ALG)
        return head_of(claims) if claims is not None else None
    except ValueError:
        return None
