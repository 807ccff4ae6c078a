"""DynamoDB's own form of items as a line of JSON and back; binary values are base64, as on the wire."""

from __future__ import annotations

import base64
import json
from typing import Any


def line(value: object) -> bytes:
    """One line."""
    return json.dumps(value, default=text, separators=(",", ":")).encode() + b"\n"


def parse(text: bytes) -> Any:
    """What was written as a line. Raises ValueError for anything else."""
    return json.loads(text, object_hook=_value)


def text(value: object) -> str:
    """A binary value as base64. Raises TypeError for anything else that JSON has no form for."""
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise TypeError(type(value).__name__)


def _value(value: dict[str, Any]) -> dict[str, Any]:
    # {"B": text} is how a binary value looks and nothing else does: an attribute that is called B holds an object.
    if len(value) == 1:
        if isinstance(value.get("B"), str):
            return {"B": base64.b64decode(value["B"])}
        if isinstance(value.get("BS"), list):
            return {"BS": [base64.b64decode(part) for part in value["BS"]]}
    return value
