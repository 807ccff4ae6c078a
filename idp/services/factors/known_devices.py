"""Known devices: a cookie that a browser gets after a right password. It proves nothing and gives no access.

It selects a separate counter of failures. So strangers who guess at an account cannot lock its owner out of the browser in which the
owner signs in (G-07; OWASP: device cookie). The cookie is sealed, so it cannot be forged (H-16). It names one account, and guesses
with it are counted as strictly as all others.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.factors.disowned_browsers import covers
from idp.domain.factors.known_device import LIFETIME

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.services.keys.keyring import Keyring

PURPOSE = "device"


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which this account signed in before. `handle` is its cookie. `known_since`: the first sign-in there (epoch seconds)."""

    id: str
    handle: str
    known_since: int


class Devices:
    """Makes and recognises devices."""

    def __init__(self, keyring: Keyring, new_id: NewId) -> None:
        self._keyring, self._new_id = keyring, new_id

    def recognise(self, handle: str | None, email: str, now: int) -> Device | None:
        """Return the device if this cookie was given to a browser of the account with this canonical email and has not expired."""
        payload = self._keyring.sealer().open(PURPOSE, handle) if handle else None
        if not isinstance(payload, list):
            return None
        account, device_id, given_at = payload
        ours = hmac.compare_digest(account, _account(email)) and now < given_at + LIFETIME
        return Device(device_id, handle or "", given_at) if ours else None

    def of(self, handle: str | None, user: User, now: int) -> Device | None:
        """Return the device as `recognise` does, unless the owner disowned the sign-in by which it became known."""
        return self.unless_disowned(self.recognise(handle, user.email, now), user)

    @staticmethod
    def unless_disowned(device: Device | None, user: User) -> Device | None:
        """Return the device of this account, or None if its owner disowned it."""
        return None if device and covers(user.disowned_browsers, device.known_since) else device

    def remember(self, email: str, known_since: int) -> Device:
        """Return a new device. `known_since`: now, or the time of a device under another address of the account (epoch seconds)."""
        device_id = self._new_id()
        return Device(device_id, self._keyring.sealer().seal(PURPOSE, [_account(email), device_id, known_since]), known_since)


def _account(email: str) -> str:
    """Return a hash instead of the address, so that the cookie discloses no address even if its key leaks."""
    return hashlib.sha256(email.encode()).hexdigest()
