"""Rich authorization requests (RFC 9396): the parameter, the registered types, and whether details are within granted ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from idp.domain.errors import InvalidValue
from idp.domain.message import Message
from idp.verify import strict_json

Detail = Mapping[str, Any]

LISTS = ("locations", "actions", "datatypes", "privileges")
"""Common members that are arrays of text (§2.2). A type lists the values that each may have."""
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "text": str, "number": (int, float), "boolean": bool, "object": dict, "list": list,
}  # fmt: skip
"""The kinds of a type's own members, with their Python types."""
_MOST, _LONGEST = 10, 4096


@dataclass(frozen=True, slots=True)
class OwnMember:
    """A member that only this type has (§2.2: "identifier" too). `title`: its name for people."""

    kind: str = "text"
    title: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class DetailType:
    """A type that an admin registered (§2.1). A request must not contain a common member whose list here is empty."""

    type: str
    title: str
    description: str = ""
    locations: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    datatypes: tuple[str, ...] = ()
    privileges: tuple[str, ...] = ()
    members: Mapping[str, OwnMember] = field(default_factory=dict)
    version: int = 1


def parse(text: str) -> tuple[dict[str, Any], ...]:
    """Return the details of a parameter (§2: "a JSON array of objects", each with a type).

    Raises:
        InvalidValue: it is not such an array, has too many objects, or is too long.
    """
    try:
        found = strict_json.parse(text.encode()) if len(text) <= _LONGEST else None
    except ValueError:
        found = None
    if isinstance(found, list) and 0 < len(found) <= _MOST and all(isinstance(detail, dict) and _has_type(detail) for detail in found):
        return tuple(found)
    raise InvalidValue("authorization_details.malformed", maximum=_MOST, longest=_LONGEST)


def problem(detail: Detail, known: DetailType | None) -> Message | None:
    """Return why the detail is invalid, or None. §5: an unknown type or member, a wrong type or value of a member, or a missing member."""
    if known is None:
        return Message("authorization_details.type_unknown")
    for name, value in detail.items():
        if name == "type":
            continue
        if name in LISTS:
            allowed = set(getattr(known, name))
            if not (isinstance(value, list) and value and all(isinstance(one, str) and one in allowed for one in value)):
                return Message("authorization_details.value_not_registered", member=name, type=known.type)
        elif name not in known.members or not _is(value, known.members[name].kind):
            return Message("authorization_details.member_unknown", type=known.type)
    if any(own.required and name not in detail for name, own in known.members.items()):
        return Message("authorization_details.member_missing", type=known.type)
    return None


def within(asked: Sequence[Detail], granted: Sequence[Detail]) -> bool:
    """Return whether each requested detail is a granted one, or a granted one with fewer values in its lists (§6.1).

    A detail without one of the granted members is refused, because without the member it might mean everything.
    """
    return all(any(_less(one, whole) for whole in granted) for one in asked)


def _less(one: Detail, whole: Detail) -> bool:
    if set(one) != set(whole):
        return False
    lists = [name for name in one if name in LISTS]
    if any(one[name] != whole[name] or type(one[name]) is not type(whole[name]) for name in one if name not in LISTS):
        return False
    return all(_texts(one[name]) and set(one[name]) <= set(whole[name]) for name in lists)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _has_type(detail: Mapping[str, Any]) -> bool:
    return isinstance(detail.get("type"), str) and bool(detail["type"])
