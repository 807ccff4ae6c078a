"""The range service of Have I Been Pwned: it gets five hexadecimal digits of a SHA-1, and answers with the rest of all breached hashes.

https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange. With the header Add-Padding the answer has made-up rows with the count 0,
so that its size does not tell which range was asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.adapters.outgoing import FetchRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.outgoing import Fetcher

ADDRESS = "https://api.pwnedpasswords.com/range/"
TIMEOUT = 1.0
"""Seconds. A person waits for it."""
DIGITS = 5
_LIMIT = 256 * 1024
"""Bytes. An answer has about 40."""
_ROW = re.compile(r"([0-9A-F]{35}):([0-9]{1,12})", re.ASCII)


class BreachedRange:
    """Asks the service by `fetcher`, which is made when it is first needed. `timeout`: seconds."""

    def __init__(self, fetcher: Callable[[], Fetcher], *, timeout: float = TIMEOUT) -> None:
        self._fetcher, self._timeout = fetcher, timeout

    def contains(self, digest: bytes) -> bool:
        """Return whether the service lists this SHA-1 of a password. Only its first five digits leave this provider.

        Raises:
            FetchRefused: there was no usable answer within the time. Its detail does not say what was asked for.
        """
        asked, rest = digest.hex().upper()[:DIGITS], digest.hex().upper()[DIGITS:]
        fetched = self._fetcher().get(
            ADDRESS + asked, accept="text/plain", limit=_LIMIT, timeout=self._timeout, headers={"Add-Padding": "true"}
        )
        rows = [_ROW.fullmatch(line) for line in fetched.body.decode("ascii", errors="replace").split()]
        if not rows or not all(rows):
            raise FetchRefused("unreadable answer")
        return any(row[1] == rest and int(row[2]) > 0 for row in rows if row)
