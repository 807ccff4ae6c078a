"""The state of one attempt at an upstream, bound to the browser that began it (RFC 6749 §10.12, RFC 9700 §4.7, threats I-03, O-08, O-09).

`state` in the URL is sealed and contains everything that the callback needs, so that nothing is stored. It counts only together with the
cookie of the same attempt: the cookie has a random value, and the state has its digest.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.keys.sealing import Sealer

SEALED = "upstream:state"
LIFETIME = 600
"""Seconds that a person has at the upstream."""
LONGEST_STATE = 16 * 1024
_COOKIE_BYTES = 24


class Attempt(NamedTuple):
    """One sign-in at an upstream. `cookie`: the digest of the cookie's value. `begun_at`: epoch seconds. `verifier`: "" without PKCE.

    `max_age`: the greatest age of the authentication in seconds that was asked for, or None.
    """

    id: str
    connection_id: str
    purpose: str
    nonce: str
    verifier: str
    cookie: str
    carried: str
    max_age: int | None
    begun_at: int

    @property
    def expires_at(self) -> int:
        """Epoch seconds."""
        return self.begun_at + LIFETIME

    def fits(self, connection: Connection, cookie: str | None, now: int) -> bool:
        """Return whether this browser began the attempt, at this connection, and less than LIFETIME seconds ago."""
        own = hmac.compare_digest(digest(cookie or "").encode(), self.cookie.encode())
        return own and bool(cookie) and self.connection_id == connection.id and now < self.expires_at


def new_attempt(connection: Connection, *, purpose: str, carried: str, max_age: int | None, pkce: bool, now: int) -> tuple[Attempt, str]:
    """Return a new attempt and the value of its cookie. `pkce`: it has a code verifier (RFC 7636 §4.1)."""
    cookie, verifier = token_urlsafe(_COOKIE_BYTES), token_urlsafe(32) if pkce else ""
    attempt = Attempt(token_urlsafe(16), connection.id, purpose, token_urlsafe(16), verifier, digest(cookie), carried, max_age, now)
    return attempt, cookie


def seal(sealer: Sealer, attempt: Attempt) -> str:
    """Return the `state` parameter."""
    return sealer.seal(SEALED, list(attempt))


def opened(sealer: Sealer, state: str) -> Attempt | None:
    """Return the attempt, or None for a text that this provider did not seal as a state."""
    payload = sealer.open(SEALED, state) if 0 < len(state) <= LONGEST_STATE else None
    return Attempt(*payload) if isinstance(payload, list) and len(payload) == len(Attempt._fields) else None


def cookie_name(attempt_id: str, *, secure: bool) -> str:
    """Return the full name of the attempt's cookie. Only this host can set a cookie with the prefix `__Host-`, and only over https."""
    return f"{'__Host-' if secure else ''}up-{attempt_id}"


def digest(sent: str) -> str:
    """Return the digest of the value of a cookie or of a state: of any text that a browser sent."""
    return sha256(sent.encode("utf-8", "surrogatepass")).hexdigest()
