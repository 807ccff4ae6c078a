"""Which kind of hash an address without an account, or a person without a password, runs at a sign-in (threats R-09)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.services.keys.keyring import Keyring

_DRAWS = 1 << 53
"""The whole numbers of a float."""


class Decoys:
    """Chooses decoys by the mix, which comes with the keys: there is no call for it, and no item where nothing was imported."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def label(self, identity: str) -> str:
        """Return the label of the hash that this canonical address runs; empty for our own."""
        mix = self._keyring.hash_mix()
        if mix is None:
            return ""
        key, about = self._keyring.derive("decoy hash"), identity.encode(errors="surrogatepass")
        return mix.pretend(lambda word: _number(hmac.digest(key, word.encode() + b"\0" + about, "sha256")))


def _number(digest: bytes) -> float:
    """Return a number above 0 and up to 1."""
    return (int.from_bytes(digest[:8]) % _DRAWS + 1) / _DRAWS
