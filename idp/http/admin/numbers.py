"""Numbers and instants in addresses, written in one way only: 10, never 1_0, +10, 10.0 or 010."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_SECONDS = re.compile(r"0|-?[1-9][0-9]{0,10}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII)


def whole(text: object) -> object:
    """The number that this text of a parameter is. Other values, such as a default, stay as they are.

    Raises:
        ValueError: a sentence that says what it has to be.
    """
    if not isinstance(text, str):
        return text
    if not _WHOLE.fullmatch(text):
        raise ValueError("This has to be a whole number, in digits alone.")
    return int(text)


def instant(text: object) -> object:
    """The instant that this text of a parameter is: RFC 3339 with a time zone, or whole seconds since the epoch.

    Raises:
        ValueError: a sentence that says what it has to be.
    """
    if not isinstance(text, str):
        return text
    try:
        if _SECONDS.fullmatch(text):
            return datetime.fromtimestamp(int(text), UTC)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper())
    except (ValueError, OverflowError):
        pass
    raise ValueError("This has to be RFC 3339 with a time zone, such as 2026-11-23T18:00:00Z (a + is written %2B), or whole seconds.")


Whole = Annotated[int, BeforeValidator(whole)]
Instant = Annotated[AwareDatetime, BeforeValidator(instant)]
