"""Certificate-bound access tokens (RFC 8705 §3): the thumbprint in the token is that of the connection's certificate."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode

from idp.verify import base64url

_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def thumbprint(certificate: str | bytes | None) -> str | None:
    """x5t#S256 of a certificate in PEM (the first one) or DER; None for none."""
    if isinstance(certificate, str):
        body, end, _ = certificate.partition(_BEGIN)[2].partition(_END)
        try:
            certificate = b64decode("".join(body.split()), validate=True) if end else None
        except ValueError:
            return None
    return base64url.encode(hashlib.sha256(certificate).digest()) if certificate else None


def bound_to(confirmed: object, certificate: str | bytes | None) -> bool:
    """Whether `confirmed` (cnf's x5t#S256) is this certificate's."""
    held = thumbprint(certificate)
    return held is not None and isinstance(confirmed, str) and confirmed.isascii() and hmac.compare_digest(held, confirmed)
