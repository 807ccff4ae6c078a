"""A device authorization (RFC 8628): a device asks for access, and a person answers in a browser. It is one stored item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INTERVAL = 5
"""Seconds between polls, and the seconds that a poll that is too soon adds to them (§3.2, §3.5)."""
LIFETIME = 600
"""Seconds that a person has to type the code and sign in."""


@dataclass(frozen=True, slots=True)
class DeviceAuthorization:
    """Times are epoch seconds. `address` and `user_agent` of the device are shown to the person who answers (§5.4).
    `client_stamp` is the client's (`Client.stamp`).

    It is pending until a person answers: `grant_id` is the grant of a person who allowed it, `denied_by` is a person who did not. The grant
    stores whether its tokens were issued. `organization`: as of an `AuthorizationRequest`; `org_id`: the organisation of the grant.
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
    organization: str = ""
    org_id: str = ""

    def pending(self, now: int) -> bool:
        """Whether a person can still answer."""
        return not self.grant_id and not self.denied_by and now < self.expires_at

    def is_too_soon(self, now: int) -> bool:
        """Return whether a poll comes before the interval is over."""
        return now < self.polled_at + self.interval
