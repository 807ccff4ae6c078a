"""A device that asks for access and waits for a person's answer elsewhere (RFC 8628). One item from the request to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INTERVAL = 5
"""Seconds between polls, and by how much a poll that comes too soon prolongs them (§3.2, §3.5)."""
LIFETIME = 600
"""Seconds for a person to type the code and sign in."""


@dataclass(frozen=True, slots=True)
class DeviceAuthorization:
    """Times are epoch seconds. `address` and `user_agent`: of the device, shown to the person who is asked (§5.4).
    `client_stamp` is the client's (`Client.stamp`).

    Pending until `grant_id` names the grant of whoever allowed it, or `denied_by` who did not. That its tokens were fetched is the
    grant's own fact.
    """

    id: str
    user_code: str
    client_id: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int
    resources: tuple[str, ...] = ()
    authorization_details: tuple[Mapping[str, Any], ...] = ()
    address: str = ""
    user_agent: str = ""
    interval: int = INTERVAL
    polled_at: int = 0
    user_id: str = ""
    grant_id: str = ""
    denied_by: str = ""
    client_stamp: str = ""

    def pending(self, now: int) -> bool:
        """Whether it still can be answered."""
        return not self.grant_id and not self.denied_by and now < self.expires_at

    def too_soon(self, now: int) -> bool:
        """Whether a poll comes before the interval is over."""
        return now < self.polled_at + self.interval
