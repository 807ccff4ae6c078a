"""Facts about a user beyond the profile, such as department, cost centre or clearance (ABAC). They are one flat JSON object.

Only admins write them. An app gets those that a claim mapping names.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from idp.domain.message import Message
from idp.domain.readable_text import is_readable

NAME = r"[A-Za-z][A-Za-z0-9_-]{0,63}"
MOST = 50
MOST_VALUES = 50
LONGEST = 256
MOST_BYTES = 8 * 1024

_NAME = re.compile(NAME, re.ASCII)
_WHOLE = 2**53 - 1
"""RFC 7493 §2.2: beyond it, "an I-JSON sender cannot expect a receiver to treat an integer … as exact"."""


def problem(attributes: Mapping[str, Any]) -> tuple[str, Message] | None:
    """Return the name of the first attribute that cannot be stored, and why. The name is empty if the reason is about all of them."""
    for name, value in attributes.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return "", Message("attribute.name_malformed")
        if not _is_value(value):
            return name, Message("attribute.value_malformed", longest=LONGEST, maximum=MOST_VALUES)
    if len(attributes) > MOST or len(json.dumps(attributes)) > MOST_BYTES:
        return "", Message("attribute.too_many", maximum=MOST, bytes=MOST_BYTES)
    return None


def _is_value(value: object) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= _WHOLE
    if isinstance(value, list):
        return len(value) <= MOST_VALUES and all(_is_text(each) for each in value)
    return _is_text(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and is_readable(value)
