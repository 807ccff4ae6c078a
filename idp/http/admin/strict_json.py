"""JSON with one interpretation (I-JSON, RFC 7493): UTF-8, each name once, numbers that exist, whole characters, bounded depth."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from idp.domain.errors import Invalid
from idp.http.admin.names import shown

MOST_DEPTH = 16
_MOST_DIGITS = 18


def parse(data: bytes) -> Any:
    """The value.

    Raises:
        Invalid: it is not JSON, or could be read in two ways. The sentence never quotes the input (threats K-03).
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )  # fmt: skip
    except (ValueError, RecursionError):
        raise Invalid("The body is not valid JSON.") from None
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        # RFC 8259 §4: "When the names within an object are not unique, the behavior of software that receives such an object
        # is unpredictable."
        twice = next((named for name, times in Counter(name for name, _ in pairs).items() if times > 1 and (named := shown(name))), "")
        raise Invalid(f"{twice or 'A name'} is given twice in one object.", field=twice)
    return members


def _constant(_: str) -> Any:
    raise ValueError  # NaN and Infinity are Python's, not JSON's


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise Invalid("A number is too large.")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Invalid("A number is too large.")
    return number


def _check(value: Any) -> None:
    """Level by level, not by recursion: the depth is the sender's choice."""
    level = [value]
    for _ in range(MOST_DEPTH + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise Invalid(f"The body is nested deeper than {MOST_DEPTH} levels.")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise Invalid("A text has half a character (a lone surrogate).")
    return value if isinstance(value, list) else []
