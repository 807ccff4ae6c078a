"""Client certificates as the gateway hands them over (RFC 8705): PEM, of a TLS connection whose key the client has proved to hold."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LONGEST = 64 * 1024


def thumbprint(pem: str) -> str | None:
    """x5t#S256 (RFC 8705 §3.1): "the base64url-encoded SHA-256 … of the DER encoding". None when it is no certificate."""
    certificate = load(pem)
    return thumbprint_of(certificate) if certificate else None


def thumbprint_of(certificate: Certificate) -> str:
    """The same of a certificate that was read."""
    from cryptography.hazmat.primitives.hashes import SHA256

    return urlsafe_b64encode(certificate.fingerprint(SHA256())).rstrip(b"=").decode()


def load(pem: str) -> Certificate | None:
    """The certificate, or None."""
    from cryptography.x509 import load_pem_x509_certificate

    if len(pem) > _LONGEST:
        return None
    try:
        return load_pem_x509_certificate(pem.encode("ascii"))
    except ValueError:
        return None


def load_valid(pem: str | None, now: int) -> Certificate | None:
    """The certificate when there is one and its dates hold."""
    certificate = load(pem) if pem else None
    if certificate is None:
        return None
    try:
        begins, ends = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    except ValueError:
        return None
    return certificate if begins <= now <= ends else None
