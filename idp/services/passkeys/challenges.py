"""What an authenticator is asked to sign (WebAuthn Level 3 §13.4.3): 32 random bytes, sealed into the page with what they are for.

A challenge is accepted for five minutes, by the purpose, the browser and the person that it was made for. Nothing is stored for it: the
use of a passkey writes the time of its challenge, and only a challenge that was issued later is accepted after it (`Passkeys.use`).
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid
from idp.verify import base64url

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.clock import Clock
    from idp.services.keys.keyring import Keyring

SEALED = "passkey"
LIFETIME = 300
"""Seconds. Also the time that a browser gives the person (the member `timeout` of the options)."""
_BYTES = 32


class Challenge(NamedTuple):
    """`text`: in base64url, as it is in the client data. `issued`: milliseconds since the epoch. `handle`: sealed, for the form.

    `about`: what the page that asked wants to know again, for example the id of a user who does not exist yet.
    """

    text: str
    issued: int
    handle: str
    about: str = ""


class Challenges:
    """Issues and opens challenges."""

    def __init__(self, keyring: Keyring, clock: Clock, randbytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._keyring, self._clock, self._randbytes = keyring, clock, randbytes
        self._last = 0

    def issue(self, purpose: str, *bound_to: str | int, about: str = "") -> Challenge:
        """Make a challenge. `bound_to`: ids of the browser, the session, the user. `about`: see `Challenge`."""
        # The clock counts seconds. The milliseconds order the challenges that this process issues within one second.
        self._last = max(self._last + 1, self._clock() * 1000)
        text = base64url.encode(self._randbytes(_BYTES))
        handle = self._keyring.sealer().seal(SEALED, [purpose, list(bound_to), text, self._last, about])
        return Challenge(text, self._last, handle, about)

    def open(self, handle: str | None, purpose: str, *bound_to: str | int) -> Challenge:
        """Return the challenge of this handle.

        Raises:
            Invalid: it was made for something else, or more than five minutes ago.
        """
        found = self._keyring.sealer().open(SEALED, handle) if handle else None
        if not isinstance(found, list) or found[:2] != [purpose, list(bound_to)]:
            raise Invalid("passkey.expired", field="passkey")
        text, issued, about = found[2], found[3], found[4] if len(found) > 4 else ""  # noqa: PLR2004  # an earlier release sealed four
        if self._clock() * 1000 >= issued + LIFETIME * 1000:
            raise Invalid("passkey.expired", field="passkey")
        return Challenge(text, issued, handle or "", about)
