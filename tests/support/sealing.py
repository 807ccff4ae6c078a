"""The part of a keyring that makes keys for one purpose and seals handles, without a store."""

from __future__ import annotations

import hmac

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
