"""Reads the members of a record. Each function raises RowError for a value of the wrong type, and names the member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from idp.domain.errors import Invalid, InvalidValue
from idp.domain.moving.person import ImportedPerson, RefusedRow, RowError
from idp.verify import strict_json

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_RECORD = 1024 * 1024
"""Bytes of one record of a file."""
_LONGEST_ID = 255
_DIGITS = 20
_LATEST = 4_102_444_800
R = TypeVar("R")


def parse(raw: bytes) -> Any:
    """Return a JSON value: each name once, no NUL, no half characters, not too deep.

    Raises:
        RowError: it is not such JSON.
    """
    try:
        found = strict_json.parse(raw, digits=_DIGITS)
    except strict_json.DuplicateNameError:
        raise RowError("moving.duplicate_name") from None
    except strict_json.TooDeepError:
        raise RowError("moving.too_deep") from None
    except strict_json.NotStrictJsonError:
        raise RowError("moving.not_json") from None
    if b"\\u0000" in raw:
        raise RowError("moving.nul")
    return found


def check_text(text: str) -> None:
    """Refuse NUL and characters that were not UTF-8 in the file."""
    if "\0" in text:
        raise RowError("moving.nul")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RowError("moving.not_utf_8") from None


def text(record: Mapping[str, Any], name: str) -> str:
    """Return the text of a member, "" if it is absent or null."""
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowError("moving.wrong_type", name=name)
    return value


def flag(record: Mapping[str, Any], name: str, *, absent: bool) -> bool:
    """Return the boolean of a member."""
    value = record.get(name)
    if value is None:
        return absent
    if not isinstance(value, bool):
        raise RowError("moving.wrong_type", name=name)
    return value


def objects(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the list of objects of a member, empty if it is absent or null."""
    value = record.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise RowError("moving.wrong_type", name=name)
    return value


def texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the list of texts of a member, empty if it is absent or null."""
    value = record.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise RowError("moving.wrong_type", name=name)
    return tuple(value)


def moment(value: object, name: str, *, per_second: int = 1) -> int:
    """Return epoch seconds from a number of units, 0 for None. `per_second`: 1000 for milliseconds."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value // per_second < _LATEST:
        raise RowError("moving.wrong_type", name=name)
    return value // per_second


def member(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object of a member, empty if it is absent or null."""
    value = record.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RowError("moving.wrong_type", name=name)
    return value


def source_id(value: str) -> str:
    """Return the id in the other system."""
    if not 0 < len(value) <= _LONGEST_ID:
        raise RowError("moving.no_id")
    return value


def person_or_refusal(
    row: int, record: R, convert: Callable[[int, R], ImportedPerson], name: Callable[[R], object]
) -> ImportedPerson | RefusedRow:
    """Convert a record. `name`: finds its id for the report."""
    try:
        return convert(row, record)
    except (Invalid, InvalidValue) as error:
        found = name(record)
        known = found if isinstance(found, str) and len(found) <= _LONGEST_ID else ""
        return RefusedRow(row, known, error.message, getattr(error, "field", "") or "")
