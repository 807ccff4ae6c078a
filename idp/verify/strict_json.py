"""Strict JSON (RFC 8259 §4, I-JSON in RFC 7493): each name once, finite numbers, complete characters."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn


class NotStrictJsonError(ValueError):
    """The bytes are not JSON, or parsers could read them differently."""


class DuplicateNameError(NotStrictJsonError):
    """An object has a name twice. `name` is that name."""

    def __init__(self, name: str) -> None:
        super().__init__("duplicate name")
        self.name = name


class NumberTooLargeError(NotStrictJsonError):
    """A number has too many digits, or is infinite as a float."""


class TooDeepError(NotStrictJsonError):
    """Arrays and objects are nested too deep."""


class LoneSurrogateError(NotStrictJsonError):
    """A text contains half of a surrogate pair, which UTF-8 cannot encode."""


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise DuplicateNameError(next(name for name in found if names.count(name) > 1))
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise NotStrictJsonError(name)  # NaN, Infinity and -Infinity are JavaScript, not JSON


def _parse_finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NumberTooLargeError("infinite")
    return number


def _decoder(digits: int | None = None) -> json.JSONDecoder:
    def parse_integer(text: str) -> int:
        if digits is not None and len(text) > digits:
            raise NumberTooLargeError("too many digits")
        return int(text)

    parse_int = parse_integer if digits is not None else None
    return json.JSONDecoder(
        object_pairs_hook=_unique_members, parse_constant=_refuse_constant, parse_float=_parse_finite, parse_int=parse_int
    )


_DECODER = _decoder()


def parse(raw: bytes, *, digits: int | None = None, surrogates: bool = False) -> Any:
    """Parse a value. `digits`: the greatest length of an integer in characters; None for no limit. `surrogates`: allow lone ones in texts.

    Raises:
        NotStrictJsonError: not UTF-8, not JSON, or ambiguous. It is a ValueError.
    """
    try:
        text = raw.decode("utf-8")
        found = (_DECODER if digits is None else _decoder(digits)).decode(text)
        if not surrogates and ("\\ud" in text or "\\uD" in text):  # only an escape can put a surrogate into JSON in UTF-8
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except NotStrictJsonError:
        raise
    except UnicodeEncodeError:
        raise LoneSurrogateError("lone surrogate") from None
    except RecursionError:
        raise TooDeepError("too deep") from None
    except ValueError:
        raise NotStrictJsonError("not JSON") from None
    return found


def loads(raw: bytes, *, surrogates: bool = False) -> dict[str, Any]:
    """Parse an object. `surrogates`: as for `parse`.

    Raises:
        NotStrictJsonError: as `parse`, or the value is not an object.
    """
    found = parse(raw, surrogates=surrogates)
    if not isinstance(found, dict):
        raise NotStrictJsonError("not an object")
    return found
