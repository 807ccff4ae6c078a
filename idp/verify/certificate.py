"""Certificate-bound access tokens (RFC 8705 §3): the thumbprint in the token is compared with the certificate of the connection."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode

from idp.verify import base64url

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def thumbprint(certificate: str | bytes | None) -> str | None:
    """The x5t#S256 of a certificate in PEM (its first one) or DER. None without a certificate, or if it cannot be parsed."""
    if isinstance(certificate, str):
        body, end, _ = certificate.partition(_BEGIN)[2].partition(_END)
        try:
            certificate = b64decode("".join(body.split()), validate=True) if end else None
        except ValueError:
            return None
    return base64url.encode(hashlib.sha256(certificate).digest()) if certificate else None


def bound_to(confirmed: object, certificate: str | bytes | None) -> bool:
    """Whether `confirmed` (the token's cnf member x5t#S256) is the thumbprint of this certificate. Compared in constant time."""
    held = thumbprint(certificate)
    return held is not None and isinstance(confirmed, str) and confirmed.isascii() and hmac.compare_digest(held, confirmed)
