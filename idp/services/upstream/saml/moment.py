"""Times of SAML messages."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(seconds: int) -> str:
    """Return a time in UTC (SAML Core §1.3.3). `seconds`: since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
