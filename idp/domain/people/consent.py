"""What a user allowed a client to have, remembered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """`request_id`: of the request in which it was last given, for prompt=consent. `client_stamp`: the client's (`Client.stamp`).

    `Client.holds_consent` decides whether a consent is one of the client's.
    """

    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    granted_at: int
    request_id: str = ""
    client_stamp: str = ""
