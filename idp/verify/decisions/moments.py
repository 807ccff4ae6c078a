"""Times in questions: RFC 3339 with an offset, with or without seconds, as in AuthZEN's examples."""

from __future__ import annotations

from datetime import UTC, datetime

_LONGEST = 40


def parse_moment(value: object) -> datetime | None:
    """The time in UTC. None if it is not such a text, or has no offset."""
    if not isinstance(value, str) or len(value) > _LONGEST or "T" not in value:
        return None
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None
