"""One sign-in at an identity provider, bound to the browser that began it (threats I-03, O-08, O-09).

RelayState has at most 80 bytes (SAML Bindings §3.4.3), so it is only a sealed handle with the attempt's id. The rest of the attempt is
sealed in the cookie, which only the browser has that began. The ID of the request follows from the id of the attempt.
"""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING

from idp.services.upstream.state import LIFETIME, Attempt

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.keys.sealing import Sealer

SEALED, HANDLE = "upstream:saml:attempt", "upstream:saml:handle:"
LONGEST_COOKIE = 3900
"""Characters of the cookie's value. A browser keeps 4,096 bytes with the name (RFC 6265 §6.1)."""
_LONGEST_HANDLE = 100
"""Characters: longer than any handle of this provider."""


def new_attempt(connection: Connection, *, purpose: str, carried: str, max_age: int | None, now: int) -> Attempt:
    """Return a new attempt."""
    return Attempt(token_urlsafe(12), connection.id, purpose, "", "", "", carried, max_age, now)


def request_id(attempt_id: str) -> str:
    """Return the ID of the request of an attempt. An ID begins with a letter or an underscore (SAML Core §1.3.4)."""
    return "_" + attempt_id


def handle_of(sealer: Sealer, attempt: Attempt) -> str:
    """Return the RelayState: at most 80 characters."""
    return sealer.seal(HANDLE + attempt.connection_id, [attempt.id, attempt.expires_at])


def open_handle(sealer: Sealer, connection: Connection, handle: str, now: int) -> str:
    """Return the id of the attempt; "" if this provider did not make the handle for this connection, or too long ago."""
    payload = sealer.open(HANDLE + connection.id, handle) if 0 < len(handle) <= _LONGEST_HANDLE else None
    return str(payload[0]) if isinstance(payload, list) and now < payload[1] else ""


def cookie_of(sealer: Sealer, attempt: Attempt) -> str:
    """Return the value of the cookie."""
    return sealer.seal(SEALED, list(attempt), packed=True)


def open_cookie(sealer: Sealer, connection: Connection, attempt_id: str, cookie: str | None, now: int) -> Attempt | None:
    """Return the attempt of this browser; None if the cookie is not the one of this attempt at this connection, or too old."""
    payload = sealer.open(SEALED, cookie) if cookie and attempt_id else None
    attempt = Attempt(*payload) if isinstance(payload, list) and len(payload) == len(Attempt._fields) else None
    own = attempt is not None and attempt.id == attempt_id and attempt.connection_id == connection.id
    return attempt if attempt and own and now < attempt.begun_at + LIFETIME else None
