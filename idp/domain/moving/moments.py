"""Times in exports."""

from __future__ import annotations

from datetime import UTC, datetime

from idp.domain.moving.fields import moment
from idp.domain.moving.person import RowError

_LONGEST = 40
_DIGITS = 15


def from_iso(value: object, name: str) -> int:
    """Return epoch seconds from a time in ISO 8601, which is UTC unless it says otherwise; 0 for None and ""."""
    if value is None or value == "":
        return 0
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise RowError("moving.wrong_type", name=name)
    try:
        found = datetime.fromisoformat(value)
        return moment(int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()), name)
    except (ValueError, OverflowError):
        raise RowError("moving.wrong_type", name=name) from None


def from_milliseconds(value: object, name: str) -> int:
    """Return epoch seconds from milliseconds, as a number or as digits; 0 for None and ""."""
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        if not (value.isascii() and value.isdecimal() and len(value) <= _DIGITS):
            raise RowError("moving.wrong_type", name=name)
        value = int(value)
    return moment(value, name, per_second=1000)


def from_iso_or_seconds(value: object, name: str) -> int:
    """Return epoch seconds from ISO 8601, or from seconds with a fraction, as the AWS command line prints them."""
    if isinstance(value, float):
        return moment(int(value), name)
    return moment(value, name) if isinstance(value, int) else from_iso(value, name)
