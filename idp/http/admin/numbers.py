"""Numbers and instants in query parameters and headers. Each has one spelling: 10, but not 1_0, +10, 10.0 or 010."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

from idp.domain.errors import InvalidValue

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_SECONDS = re.compile(r"0|-?[1-9][0-9]{0,10}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII)


def parse_whole_number(text: object) -> object:
    """Parse the text of a parameter. Other values, such as a default, are returned unchanged.

    Raises:
        InvalidValue: it is written differently. It is a ValueError, so pydantic reports it as an error of the value.
    """
    if not isinstance(text, str):
        return text
    if not _WHOLE.fullmatch(text):
        raise InvalidValue("number.not_whole")
    return int(text)


def parse_instant(text: object) -> object:
    """Parse the text of a parameter: RFC 3339 with a time zone, or whole seconds since the epoch.

    Raises:
        InvalidValue: it is written differently. It is a ValueError, so pydantic reports it as an error of the value.
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
    raise InvalidValue("number.not_instant")


Whole = Annotated[int, BeforeValidator(parse_whole_number)]
Instant = Annotated[AwareDatetime, BeforeValidator(parse_instant)]
