"""SHA-256 by `cryptography`, which is loaded already. hashlib would load OpenSSL a second time."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256, Hash


def sha256(value: bytes) -> bytes:
    """The digest of 32 bytes."""
    digest = Hash(SHA256())
    digest.update(value)
    return digest.finalize()
