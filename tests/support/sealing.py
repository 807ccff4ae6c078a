"""The part of a keyring that makes keys for one purpose, seals handles and encrypts secrets, without a store."""

from __future__ import annotations

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp.domain.errors import Unavailable
from idp.services.keys.sealing import Sealer

_DATA_KEY, _SEALING_KEY = bytes(range(32)), bytes(range(64))


class Sealing:
    """Keys that are the same in every test."""

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return hmac.digest(_DATA_KEY, purpose.encode(), "sha256")

    def sealer(self) -> Sealer:
        """The sealer of handles."""
        return Sealer({"k1": _SEALING_KEY}, seals_with="k1")

    def protect(self, aad: str, plain: bytes) -> bytes:
        """Encrypt a secret for one owner and purpose."""
        nonce = os.urandom(12)
        return nonce + AESGCM(_DATA_KEY).encrypt(nonce, plain, aad.encode())

    def reveal(self, aad: str, sealed: bytes) -> bytes:
        """Decrypt it. Raises Unavailable, as a keyring does."""
        try:
            return AESGCM(_DATA_KEY).decrypt(sealed[:12], sealed[12:], aad.encode())
        except InvalidTag:
            raise Unavailable from None
