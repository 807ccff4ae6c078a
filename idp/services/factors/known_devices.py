"""Known devices: a cookie that a browser gets when a password was right in it. It proves nothing and opens nothing.

All it gives is a counter of failures of its own, so that strangers who guess at an account cannot lock its owner out of the
browser that the owner signs in with (G-07; OWASP calls it a device cookie). It is sealed, so it cannot be made up (H-16), names
one account, and its own guesses are counted as strictly as everybody's.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.factors.known_device import LIFETIME

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.services.keys.keyring import Keyring

PURPOSE = "device"


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which this account signed in before. `handle` is its cookie."""

    id: str
    handle: str


class Devices:
    """Makes and recognises them."""

    def __init__(self, keyring: Keyring, new_id: NewId) -> None:
        self._keyring, self._new_id = keyring, new_id

    def recognise(self, handle: str | None, email: str, now: int) -> Device | None:
        """The device, if this cookie was given to a browser of the account with this canonical email, and not too long ago."""
        payload = self._keyring.sealer().open(PURPOSE, handle) if handle else None
        if not isinstance(payload, list):
            return None
        account, device_id, given_at = payload
        ours = hmac.compare_digest(account, _account(email)) and now < given_at + LIFETIME
        return Device(device_id, handle or "") if ours else None

    def remember(self, email: str, now: int) -> Device:
        """A new one."""
        device_id = self._new_id()
        return Device(device_id, self._keyring.sealer().seal(PURPOSE, [_account(email), device_id, now]))


def _account(email: str) -> str:
    """Not the address itself: the cookie says nothing, should its key ever leak."""
    return hashlib.sha256(email.encode()).hexdigest()
