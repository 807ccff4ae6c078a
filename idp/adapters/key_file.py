"""A local file that protects the data key where there is no KMS: development only. AES-256-GCM; the file is made when absent."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class KeyFileError(Exception):
    """The key file is not the one that the stored keys were wrapped with."""


class KeyFile:
    """Wraps and unwraps the data key with the 256-bit key in a file that only its owner can read."""

    name = "file"

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def wrap(self, plain: bytes) -> bytes:
        """The enveloped form of `plain`."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key()).encrypt(nonce, plain, b"idp data key")

    def unwrap(self, enveloped: bytes) -> bytes:
        """What was wrapped.

        Raises:
            KeyFileError: another key file wrapped it.
        """
        try:
            return AESGCM(self._key()).decrypt(enveloped[:_NONCE], enveloped[_NONCE:], b"idp data key")
        except InvalidTag:
            msg = f"The key file {self._path} does not open the stored keys. Set IDP_KEY_FILE to the file they were made with."
            raise KeyFileError(msg) from None

    def _key(self) -> bytes:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:  # another process made it first
                return self._path.read_bytes()
            with os.fdopen(handle, "wb") as file:
                file.write(os.urandom(32))
        return self._path.read_bytes()
