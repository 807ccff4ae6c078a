"""A domain that an organisation claims. Only a DNS record proves it (threats O-17)."""

from __future__ import annotations

from dataclasses import dataclass

PENDING, PROVEN, LOST = "pending", "proven", "lost"
RECORD = "_idp-challenge"
"""The label below the domain whose TXT record holds the value."""
PREFIX = "idp-domain-verification="
CHECKED_EVERY = 30 * 86400
"""Seconds after which a proven domain is looked up again."""
CHECKED_WHEN_LOST = 86400
"""Seconds after which a domain whose record is missing is looked up again."""
KEPT_WHEN_LOST = 7 * 86400
"""Seconds for which a domain whose record is gone still routes people to a connection."""
MOST_DOMAINS = 50
"""The greatest number of domains of one organisation."""


@dataclass(frozen=True, slots=True)
class DomainClaim:
    """A claim. Times are in epoch seconds, 0 for never.

    `value`: what the TXT record holds, random. `connection_id`: the connection to which people with an address in this domain are sent, or
    "". `proven_at`: when the record was found first. `checked_at`: when it was looked up last. `lost_since`: since when it is missing.
    """

    org_id: str
    domain: str
    value: str
    state: str = PENDING
    connection_id: str = ""
    created_at: int = 0
    proven_at: int = 0
    checked_at: int = 0
    lost_since: int = 0
    version: int = 1

    def counts(self, now: int) -> bool:
        """Return whether the domain is the organisation's at `now`: it is proven, or its record is missing for less than seven days."""
        return self.state == PROVEN or (self.state == LOST and now < self.lost_since + KEPT_WHEN_LOST)

    @property
    def record_name(self) -> str:
        """Return the name of the TXT record."""
        return f"{RECORD}.{self.domain}"

    @property
    def record_value(self) -> str:
        """Return the text of the TXT record."""
        return PREFIX + self.value
