"""A local key file that protects the data key without KMS, for development only. AES-256-GCM. The file is created if it does not exist."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE, _KEY = 12, 32
"""Lengths in bytes."""


class KeyFileError(Exception):
    """The key file has a wrong length, or is not the one with which the stored keys were wrapped."""


class KeyFile:
    """Wraps and unwraps the data key with the 256-bit key in a file that only its owner can read."""

    name = "file"

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def wrap(self, plain: bytes) -> bytes:
        """Encrypt the data key: nonce and ciphertext."""
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key()).encrypt(nonce, plain, b"idp data key")

    def unwrap(self, enveloped: bytes) -> bytes:
        """Decrypt what `wrap` returned.

        Raises:
            KeyFileError: it was wrapped with another key file.
        """
        try:
            return AESGCM(self._key()).decrypt(enveloped[:_NONCE], enveloped[_NONCE:], b"idp data key")
        except InvalidTag:
            msg = f"The key file {self._path} does not open the stored keys. Set IDP_KEY_FILE to the file they were made with."
            raise KeyFileError(msg) from None

    def _key(self) -> bytes:
        if not self._path.exists():
            self._make()
        key = self._path.read_bytes()
        if len(key) != _KEY:
            raise KeyFileError(f"The key file {self._path} does not contain a key of {_KEY} bytes. Set IDP_KEY_FILE to the right one.")
        return key

    def _make(self) -> None:
        """Write the file under another name and then link it. Only one of several processes can link it, and no process reads a part."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")  # readable by its owner only
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(os.urandom(_KEY))
            with contextlib.suppress(FileExistsError):  # another process was first
                os.link(beside, self._path)
        finally:
            Path(beside).unlink()
