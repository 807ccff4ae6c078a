"""Domains that no organisation had proven when they were read last. Without them, all people with addresses in one domain read one item.

Only sign-ins by a popular connection ask here (docs/decisions/0018-copies-of-an-app.md). It gives no rights: the owner of a domain is never
kept. Kept is only that a domain has no owner, and without an owner a sign-in makes no member.
"""

from __future__ import annotations

from idp.store.copies import AGE

_MOST = 1000
"""Domains of one environment. They come from outside, so their number has a limit."""


class UnclaimedDomains:
    """Remembers each domain for `copies.AGE` seconds. `now`: epoch seconds."""

    def __init__(self) -> None:
        self._read_at: dict[str, float] = {}

    def knows(self, domain: str, now: float) -> bool:
        """Return whether no organisation had proven the domain less than `copies.AGE` seconds ago."""
        at = self._read_at.get(domain)
        return at is not None and 0 <= now - at < AGE

    def remember(self, domain: str, now: float) -> None:
        """Keep that the domain was read strongly at `now`, and had no owner."""
        if len(self._read_at) >= _MOST:
            self._read_at.clear()
        self._read_at[domain] = now
