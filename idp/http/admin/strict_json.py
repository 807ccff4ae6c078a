"""The JSON body of a request: strict (`idp.verify.strict_json`), with limited depth, and with numbers that each language can represent."""

from __future__ import annotations

from typing import Any

from idp.domain.errors import Invalid
from idp.http.admin.names import show_name
from idp.verify import strict_json

MOST_DEPTH = 16
_MOST_DIGITS = 18


def parse(data: bytes) -> Any:
    """Parse a JSON body.

    Raises:
        Invalid: it is not JSON or is ambiguous. The message never quotes the input (threats K-03).
    """
    try:
        value = strict_json.parse(data, digits=_MOST_DIGITS)
    except strict_json.DuplicateNameError as duplicate:
        # RFC 8259 §4: "When the names within an object are not unique, the behavior of software that receives such an object
        # is unpredictable."
        if name := show_name(duplicate.name):
            raise Invalid("json.duplicate_member", name=name, field=name) from None
        raise Invalid("json.duplicate_name") from None
    except strict_json.NumberTooLargeError:
        raise Invalid("json.number_too_large") from None
    except strict_json.LoneSurrogateError:
        raise Invalid("json.lone_surrogate") from None
    except strict_json.NotStrictJsonError:
        raise Invalid("json.invalid") from None
    _check_depth(value)
    return value


def _check_depth(value: Any) -> None:
    """Check the depth level by level, without recursion, because the sender chooses the depth."""
    level = [value]
    for _ in range(MOST_DEPTH + 1):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise Invalid("json.too_deep", maximum=MOST_DEPTH)


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
