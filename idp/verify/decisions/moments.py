"""Times in questions: RFC 3339, with or without seconds, as AuthZEN's examples have them; never without an offset."""

from __future__ import annotations

from datetime import UTC, datetime

_LONGEST = 40


def moment(value: object) -> datetime | None:
    """The moment in UTC; None for what is none, and for a local time that could be anywhere."""
    if not isinstance(value, str) or len(value) > _LONGEST or "T" not in value:
        return None
    try:
        told = datetime.fromisoformat(value)
        return told.astimezone(UTC) if told.tzinfo else None
    except (ValueError, OverflowError):
        return None
