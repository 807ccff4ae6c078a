"""Converts items in DynamoDB's own form to a line of JSON and back. Binary values are base64, as on the wire."""

from __future__ import annotations

import base64
import json
from typing import Any


def line(value: object) -> bytes:
    """Return an item as one line."""
    return _encode(value).encode() + b"\n"


def parse(text: bytes) -> Any:
    """Parse a line.

    Raises:
        ValueError: it is no such line.
    """
    return json.loads(text, object_hook=_value)


def text(value: object) -> str:
    """Return a binary value as base64.

    Raises:
        TypeError: it is another value that JSON cannot represent.
    """
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def _value(value: dict[str, Any]) -> dict[str, Any]:
    # Only a binary value has the form {"B": text}: an attribute that is named B contains an object.
    if len(value) == 1:
        if isinstance(value.get("B"), str):
            return {"B": base64.b64decode(value["B"])}
        if isinstance(value.get("BS"), list):
            return {"BS": [base64.b64decode(part) for part in value["BS"]]}
    return value


_encode = json.JSONEncoder(default=text, separators=(",", ":"), check_circular=False).encode
