"""The public key of the receiver of an export. Secrets are encrypted for it, so that a copied file opens nothing (threats R-13)."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from idp.domain.errors import Invalid

_ENC = "A256GCM"
_CURVES = {"P-256", "P-384", "P-521"}
_RSA_BITS = 2048
_PEM_BEGIN = "-----BEGIN"


class TakerKey:
    """Encrypts for one public key, as compact JWE (RFC 7516): ECDH-ES or RSA-OAEP-256 (RFC 7518 §4), with A256GCM."""

    def __init__(self, text: str) -> None:
        """`text`: a public key as one JWK (RFC 7517 §4), or as a PEM file (`BEGIN PUBLIC KEY`).

        Raises:
            Invalid: it is no public key, it contains a private key, or its type or size is not supported.
        """
        self._key = _read(text.strip())
        self.alg = "ECDH-ES" if isinstance(self._key, ECKey) else "RSA-OAEP-256"
        self.thumbprint = self._key.thumbprint()
        """SHA-256 of the public key (RFC 7638), base64url. It is the `kid` of each JWE."""

    def encrypt(self, content: Mapping[str, Any]) -> str:
        """Return a compact JWE whose plaintext is `content` as JSON."""
        header = {"alg": self.alg, "enc": _ENC, "kid": self.thumbprint, "cty": "json"}
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return jwe.encrypt_compact(header, plain, self._key, algorithms=[self.alg, _ENC])


def _read(text: str) -> RSAKey | ECKey:
    try:
        with warnings.catch_warnings(action="ignore"):  # joserfc warns of a weak key, which is refused below
            key = _from_pem(text) if text.startswith(_PEM_BEGIN) else _from_jwk(json.loads(text))
        if key.is_private:
            raise Invalid("export.key_private", field="--to")
        sound = len(_modulus(key)) * 8 >= _RSA_BITS if isinstance(key, RSAKey) else key.curve_name in _CURVES
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise Invalid("export.key_unusable", field="--to") from None
    if not sound:
        raise Invalid("export.key_unusable", field="--to")
    return key


def _from_jwk(members: Any) -> RSAKey | ECKey:
    if not isinstance(members, dict) or members.get("use", "enc") != "enc":
        raise ValueError("no JWK for encryption")
    kept = {name: value for name, value in members.items() if name in {"kty", "n", "e", "d", "crv", "x", "y"}}
    return ECKey.import_key(kept) if kept.get("kty") == "EC" else RSAKey.import_key(kept)


def _from_pem(text: str) -> RSAKey | ECKey:
    try:
        return ECKey.import_key(text)
    except (JoseError, ValueError, TypeError):
        return RSAKey.import_key(text)


def _modulus(key: RSAKey) -> bytes:
    from joserfc.util import urlsafe_b64decode

    return urlsafe_b64decode(str(key.as_dict(private=False)["n"]).encode())
