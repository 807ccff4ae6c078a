"""Encrypts stored secrets under the data key: AES-256-GCM, with the nonce in front of the ciphertext."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp.domain.errors import Unavailable

_NONCE = 12
"""Bytes of the nonce (NIST SP 800-38D §8.2)."""


def encrypt(data_key: bytes, aad: str, plain: bytes) -> bytes:
    """Encrypt a secret. `aad` names its owner and purpose: it can be decrypted only with the same `aad`."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(data_key).encrypt(nonce, plain, aad.encode())


def decrypt(data_key: bytes, aad: str, sealed: bytes) -> bytes:
    """Decrypt what `encrypt` encrypted with the same key and `aad`.

    Raises:
        Unavailable: it was changed, or encrypted with another key or `aad`.
    """
    try:
        return AESGCM(data_key).decrypt(sealed[:_NONCE], sealed[_NONCE:], aad.encode())
    except InvalidTag:
        raise Unavailable(detail=f"a stored secret does not open ({aad.partition(':')[0]})") from None
