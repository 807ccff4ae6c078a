"""Numbers and instants in addresses, written in one way only: 10, never 1_0, +10, 10.0 or 010."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

from idp.domain.errors import InvalidValue

_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_SECONDS = re.compile(r"0|-?[1-9][0-9]{0,10}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII)


def whole(text: object) -> object:
    """The number that this text of a parameter is. Other values, such as a default, stay as they are.

    Raises:
        InvalidValue: it is written in another way. Pydantic takes it for an error of the value, since it is a ValueError.
    """
    if not isinstance(text, str):
        return text
    if not _WHOLE.fullmatch(text):
        raise InvalidValue("number.not_whole")
    return int(text)


def instant(text: object) -> object:
    """The instant that this text of a parameter is: RFC 3339 with a time zone, or whole seconds since the epoch.

    Raises:
        InvalidValue: it is written in another way. Pydantic takes it for an error of the value, since it is a ValueError.
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


Whole = Annotated[int, BeforeValidator(whole)]
Instant = Annotated[AwareDatetime, BeforeValidator(instant)]
