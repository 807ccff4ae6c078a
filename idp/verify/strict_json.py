"""JSON objects that have one reading (RFC 7515 §4, RFC 8259 §4): no member twice, no NaN, no broken text."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)


def loads(raw: bytes) -> dict[str, Any]:
    """The object.

    Raises:
        ValueError: not UTF-8, not JSON, not an object, or with more than one reading.
    """
    text = raw.decode("utf-8")
    try:
        found = _DECODER.decode(text)
        if "\\ud" in text or "\\uD" in text:  # half of a surrogate pair is no text, and nothing after this could write it
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004  # one kind of error for whatever is not right
    return found
