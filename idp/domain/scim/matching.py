"""Decides whether a resource fits a filter (RFC 7644 §3.4.2.2)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from idp.domain.scim.attribute import Attribute, find
from idp.domain.scim.filters import All, Compare, Filter, Not, Some, Within
from idp.domain.scim.paths import resolve
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idp.domain.scim.attribute import Kind

_RELATIONS: dict[str, Callable[[str, str], bool]] = {
    "eq": operator.eq, "co": operator.contains, "sw": str.startswith, "ew": str.endswith, "gt": operator.gt, "ge": operator.ge,
    "lt": operator.lt, "le": operator.le,
}  # fmt: skip
_ORDERED = frozenset({"gt", "ge", "lt", "le"})
_PARTS = frozenset({"co", "sw", "ew"})


def fits(resource: Mapping[str, Any], wanted: Filter, kind: Kind) -> bool:
    """Return whether the resource fits the filter. An attribute that no schema has is an attribute without a value.

    Raises:
        ScimRefusal: invalidFilter, for an operator that the type of the attribute does not have.
    """
    match wanted:
        case All(parts):
            judged = [fits(resource, part, kind) for part in parts]  # a list: each part is checked for its operators
            return all(judged)
        case Some(parts):
            judged = [fits(resource, part, kind) for part in parts]
            return any(judged)
        case Not(part):
            return not fits(resource, part, kind)
        case Within(path, part):
            return any(fits_value(value, part, attribute) for attribute, value in _complex(resource, path, kind))
        case Compare():
            return _compares(resource, wanted, kind)


def _compares(resource: Mapping[str, Any], wanted: Compare, kind: Kind) -> bool:
    place = resolve(kind, wanted.path)
    if place is None or place.attribute is None:
        return wanted.op == "ne" or (wanted.op == "eq" and wanted.value is None)
    values = _values(resource if not place.extension else resource.get(place.extension) or {}, place.attribute)
    if place.sub is None and not place.attribute.sub:
        return compare(values, wanted.op, wanted.value, place.attribute)
    sub = place.sub or _compared(place.attribute)
    if sub is place.attribute:  # a complex attribute without `value`: only whether it is there can be asked
        return compare(values, wanted.op if wanted.value is None else "pr", None, sub) and wanted.value is None
    found = [each.get(sub.name) for each in values if isinstance(each, dict)]
    return compare([each for each in found if each is not None], wanted.op, wanted.value, sub)


def fits_value(value: Mapping[str, Any], wanted: Filter, attribute: Attribute) -> bool:
    """Return whether one value of a complex attribute fits the filter, whose paths are names of sub-attributes."""
    match wanted:
        case All(parts):
            judged = [fits_value(value, part, attribute) for part in parts]  # a list, as in `fits`
            return all(judged)
        case Some(parts):
            judged = [fits_value(value, part, attribute) for part in parts]
            return any(judged)
        case Not(part):
            return not fits_value(value, part, attribute)
        case Compare(path, op, asked):
            sub = find(attribute.sub, path.partition(".")[2] or path)
            if sub is None:
                return op == "ne" or (op == "eq" and asked is None)
            there = value.get(sub.name)
            return compare([] if there is None else [there], op, asked, sub)
        case Within():
            raise ScimRefusal("scim.filter_invalid", scim_type="invalidFilter")


def compare(values: list[Any], op: str, asked: Any, attribute: Attribute) -> bool:
    """Return whether one of the values of the attribute stands in this relation to `asked`. `ne`: whether none of them is equal."""
    if op == "pr" or asked is None:
        found = any(each not in ("", [], {}) for each in values)
        if op not in {"pr", "eq", "ne"}:
            raise ScimRefusal("scim.filter_invalid", scim_type="invalidFilter")
        return not found if op == "eq" else found
    is_text = attribute.type in {"string", "reference", "dateTime", "binary", "complex"}
    if (op in _ORDERED and attribute.type in {"boolean", "binary"}) or (op in _PARTS and not is_text):
        raise ScimRefusal("scim.filter_invalid", scim_type="invalidFilter")
    if op == "ne":
        return not any(_holds(each, "eq", asked, attribute) for each in values)
    return any(_holds(each, op, asked, attribute) for each in values)


def sort_key(resource: Mapping[str, Any], path: str, kind: Kind) -> tuple[int, Any]:
    """Return what resources are sorted by. RFC 7644 §3.4.2.3: of several values the primary or first one; without a value last."""
    place = resolve(kind, path)
    if place is None or place.attribute is None:
        return (1, "")
    holder = resource if not place.extension else resource.get(place.extension) or {}
    values = _values(holder, place.attribute)
    chosen = next((each for each in values if isinstance(each, dict) and each.get("primary") is True), values[0] if values else None)
    attribute = place.sub or _compared(place.attribute)
    value = chosen.get(attribute.name) if isinstance(chosen, dict) else chosen
    return (1, "") if value is None else (0, str(_comparable(value, attribute)))


def _holds(value: Any, op: str, asked: Any, attribute: Attribute) -> bool:
    if isinstance(value, bool) or isinstance(asked, bool) or isinstance(value, int | float) or isinstance(asked, int | float):
        text = str(asked).lower()
        same = value is asked if isinstance(asked, bool) else isinstance(value, bool) and text == str(value).lower()
        return op == "eq" and same
    return _RELATIONS[op](_comparable(value, attribute), _comparable(asked, attribute))


def _comparable(value: Any, attribute: Attribute) -> str:
    text = str(value)
    if attribute.type == "dateTime":
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return text if attribute.case_exact else text.lower()


def _values(holder: Mapping[str, Any], attribute: Attribute) -> list[Any]:
    value = holder.get(attribute.name)
    return [] if value is None else value if isinstance(value, list) else [value]


def _compared(attribute: Attribute) -> Attribute:
    """Return the sub-attribute that stands for a complex attribute: its `value` (RFC 7644 §3.4.2.2, `emails co "a"`)."""
    return find(attribute.sub, "value") or attribute if attribute.sub else attribute


def _complex(resource: Mapping[str, Any], path: str, kind: Kind) -> Iterable[tuple[Attribute, Any]]:
    place = resolve(kind, path)
    if place is None or place.attribute is None or place.sub is not None:
        return []
    holder = resource if not place.extension else resource.get(place.extension) or {}
    return [(place.attribute, each) for each in _values(holder, place.attribute) if isinstance(each, dict)]
