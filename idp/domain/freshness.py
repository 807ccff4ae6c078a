"""How long a response may be used again (RFC 9111 §4.2.1): by Cache-Control, else Expires, within limits of this provider.

See Client ID Metadata Document §5.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST, UNSAID, MOST = 300, 3600, 86400
"""Seconds: the shortest lifetime, the one of a response without such headers, and the longest.
A shorter one would let any client cause fetches; a longer one would keep documents that were withdrawn."""
_MAX_AGE = re.compile(r'max-age\s*=\s*"?([0-9]{1,10})', re.ASCII)
_MOST_DIGITS = 10
"""Digits of an age in seconds that is read. A longer one counts as none."""


def lifetime(headers: Mapping[str, str], now: int) -> int:
    """Return the seconds for which a response is fresh. `headers`: by lower-case name. `now`: epoch seconds."""
    control = headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return LEAST
    if found := _MAX_AGE.search(control):
        return min(max(int(found[1]) - _age(headers), LEAST), MOST)
    if "expires" in headers:
        return min(max(_at(headers["expires"]) - (_at(headers.get("date", "")) or now), LEAST), MOST)
    return UNSAID


def _age(headers: Mapping[str, str]) -> int:
    given = headers.get("age", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS else 0


def _at(date: str) -> int:
    """Return epoch seconds. RFC 9111 §5.3: an invalid date, such as 0, is in the past."""
    try:
        return int(parsedate_to_datetime(date).timestamp())
    except (ValueError, TypeError, OverflowError):
        return 0
