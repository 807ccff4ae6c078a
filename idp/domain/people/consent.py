"""A user's stored permission that a client may have certain scopes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """One permission.

    `request_id`: the id of the request in which it was given last (for prompt=consent). `client_stamp`: the client's stamp at that time
    (`Client.stamp`).

    `Client.holds_consent` decides whether a consent was given to a client.
    """

    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    granted_at: int
    request_id: str = ""
    client_stamp: str = ""
