"""What a user allowed a client to have, remembered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """`request_id` is the request in which it was last given: it answers prompt=consent."""

    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    granted_at: int
    request_id: str = ""
