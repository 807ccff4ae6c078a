"""Client certificates (RFC 8705) in PEM, as the gateway passes them. The TLS connection proves that the client has the key."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LONGEST = 64 * 1024
"""Characters of a PEM."""


def thumbprint(pem: str) -> str | None:
    """x5t#S256 (RFC 8705 §3.1): "the base64url-encoded SHA-256 … of the DER encoding". None if the PEM is invalid."""
    certificate = load(pem)
    return thumbprint_of(certificate) if certificate else None


def thumbprint_of(certificate: Certificate) -> str:
    """x5t#S256 of a loaded certificate."""
    from cryptography.hazmat.primitives.hashes import SHA256

    return urlsafe_b64encode(certificate.fingerprint(SHA256())).rstrip(b"=").decode()


def load(pem: str) -> Certificate | None:
    """The certificate in this PEM; None if it is invalid or too long."""
    from cryptography.x509 import load_pem_x509_certificate

    if len(pem) > _LONGEST:
        return None
    try:
        return load_pem_x509_certificate(pem.encode("ascii"))
    except ValueError:
        return None


def load_valid(pem: str | None, now: int) -> Certificate | None:
    """The certificate, if there is one and it is valid at `now` (epoch seconds)."""
    certificate = load(pem) if pem else None
    if certificate is None:
        return None
    try:
        begins, ends = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    except ValueError:
        return None
    return certificate if begins <= now <= ends else None
