"""Handles: deterministic authenticated encryption (AES-SIV, RFC 5297). A forged handle is refused before any read.

A handle is `<key id>.<base64url>`, or `<key id>.<home>.<base64url>` in a deployment whose region changed. The purpose and the home are
associated data, so a code never opens as a refresh token (B-11), and what was sealed in another home never opens (FI-11). The same
payload gives the same handle, so a repeated refresh request gets the same successor.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from idp.domain.home import since_of

if TYPE_CHECKING:
    from idp.domain.home import Home

MAX_LENGTH = 32768
"""Maximum length of a handle in characters. A longer one is refused unread. The longest valid authorization request fits."""

_PACKED = b"x"
"""First byte of compressed data (RFC 1950 §2.2). JSON never begins with it."""


class Sealer:
    """Seals with one key and opens with all. `keys`: key id → 64 bytes. `home`: of the region, if there are two."""

    def __init__(self, keys: Mapping[str, bytes], *, seals_with: str, home: Home | None = None) -> None:
        self._keys = {key_id: AESSIV(key) for key_id, key in keys.items()}
        self._sealing = seals_with
        self._home = home
        self._mark = f"{home.mark}." if home and home.mark else ""
        self._bound = [home.mark.encode()] if home and home.mark else []

    def seal(self, purpose: str, payload: Any, *, packed: bool = False) -> str:  # any JSON value
        """Return a handle for `payload`, which must be JSON-serialisable. `packed`: compress it, to fit into a URL."""
        plain = json.dumps(payload, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
        if packed:
            plain = zlib.compress(plain, 9)
        return f"{self._sealing}.{self._mark}{_encode(self._keys[self._sealing].encrypt(plain, [purpose.encode(), *self._bound]))}"

    def open(self, purpose: str, handle: str) -> Any | None:  # the JSON value that was sealed
        """Return what was sealed for this purpose, or None for every invalid handle."""
        return self._open(purpose, handle, self._mark, self._bound)

    def is_of_later_home(self, purpose: str, handle: str) -> bool:
        """Return whether the handle was sealed for this purpose after another region took over, which this one does not know yet.

        Its seal is checked. Always False in a deployment of one region.
        """
        mark = handle.partition(".")[2].partition(".")[0]
        if self._home is None or since_of(mark) <= self._home.since:
            return False
        return self._open(purpose, handle, f"{mark}.", [mark.encode()]) is not None

    def _open(self, purpose: str, handle: str, mark: str, bound: list[bytes]) -> Any | None:
        key_id, _, text = handle.partition(".")
        key = self._keys.get(key_id)
        if key is None or len(handle) > MAX_LENGTH or not text.startswith(mark):
            return None
        text = text[len(mark) :]
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            if _encode(sealed) != text:  # refuses other spellings: unused bits, padding (C-10)
                return None
            plain = key.decrypt(sealed, [purpose.encode(), *bound])
            if plain.startswith(_PACKED):
                plain = zlib.decompress(plain)  # safe: this server sealed it, from a body of at most 64 KB
            return json.loads(plain.decode("utf-8", "surrogatepass"))
        except (binascii.Error, ValueError, InvalidTag, zlib.error):
            return None


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
