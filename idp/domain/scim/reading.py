"""Reads what a client sent as the values of a schema (RFC 7643 §2). Values are kept as they came; only the spelling of names is ours.

What the clients of Okta and Microsoft Entra send is understood too: booleans as text ("False"), a complex value as its plain `value`
(`manager`), one value for a multi-valued attribute, dotted names and names with a URN.
"""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any, NoReturn

from idp.domain.scim.attribute import find
from idp.domain.scim.paths import resolve
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Attribute, Kind
    from idp.domain.scim.paths import Place

LONGEST_TEXT, MOST_VALUES, MOST_BYTES = 4096, 100, 32 * 1024
"""Limits of one text, of the values of one attribute, and of a whole person or group without its members."""
_BOOLEANS = {"true": True, "false": False}


def read_resource(kind: Kind, sent: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """Return the resource that a POST or PUT describes. Attributes that only this provider writes are left out (RFC 7644 §3.3).

    `strict`: an attribute that no schema has is refused instead of ignored.

    Raises:
        ScimRefusal: invalidValue or invalidSyntax; a required attribute is missing, or a value is of another type.
    """
    resource: dict[str, Any] = {}
    for place, value in named_values(kind, sent, strict=strict):
        assign(resource, place, value, strict=strict)
    for attribute in kind.schema.attributes:
        if attribute.required and not resource.get(attribute.name):
            raise ScimRefusal("scim.required", scim_type="invalidValue", name=attribute.name)
    check_size(resource)
    return resource


def named_values(kind: Kind, sent: dict[str, Any], *, strict: bool) -> list[tuple[Place, Any]]:
    """Return where each member of an object leads, and its value. Members that only this provider writes are left out."""
    found: list[tuple[Place, Any]] = []
    for name, value in sent.items():
        place = resolve(kind, name)
        if place is None:
            if strict:
                raise ScimRefusal("scim.attribute_unknown", scim_type="invalidSyntax")
        elif place.attribute is None:
            if not isinstance(value, dict):
                refuse_value(place.extension)
            inner = {f"{place.extension}:{each}": value[each] for each in value if each != "schemas"}
            found += named_values(kind, inner, strict=strict)
        elif not place.is_read_only:
            found.append((place, value))
    return found


def assign(resource: dict[str, Any], place: Place, value: Any, *, strict: bool) -> None:
    """Set an attribute or a sub-attribute. None and empty values remove it: RFC 7643 §2.5 calls both "unassigned"."""
    attribute = place.attribute
    if attribute is None:
        return
    holder = place.holder(resource, make=True)
    if place.sub is None:
        _put(holder, attribute.name, read_value(attribute, value, strict=strict))
    elif attribute.multi:
        inner = read_single(place.sub, value)
        kept = [dict(each) for each in holder.get(attribute.name) or [{}]]
        for each in kept:
            _put(each, place.sub.name, inner)
        _put(holder, attribute.name, [each for each in kept if each])
    else:
        changed = dict(holder.get(attribute.name) or {})
        _put(changed, place.sub.name, read_single(place.sub, value))
        _put(holder, attribute.name, changed)
    if place.extension and not holder:
        resource.pop(place.extension, None)


def read_value(attribute: Attribute, value: Any, *, strict: bool) -> Any:
    """Return the value of an attribute in the form of its schema, or None for no value."""
    if value is None:
        return None
    if not attribute.multi:
        return read_single(attribute, value, strict=strict)
    several = value if isinstance(value, list) else [value]
    if len(several) > MOST_VALUES:
        raise ScimRefusal("scim.too_many_values", scim_type="invalidValue", maximum=MOST_VALUES)
    read = [read_single(attribute, each, strict=strict) for each in several]
    kept = [each for at, each in enumerate(read) if each not in (None, {}, "") and each not in read[:at]]
    if sum(isinstance(each, dict) and each.get("primary") is True for each in kept) > 1:
        raise ScimRefusal("scim.two_primaries", scim_type="invalidValue")
    return kept


def read_single(attribute: Attribute, value: Any, *, strict: bool = False) -> Any:
    """Return one value in the form of its type, or None for no value."""
    if value is None:
        return None
    if attribute.sub:
        return _read_complex(attribute, value, strict=strict)
    if attribute.type == "boolean":
        if isinstance(value, str):
            value = _BOOLEANS.get(value.lower())
        return value if isinstance(value, bool) else refuse_value(attribute.name)
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or any(unicodedata.category(each) == "Cs" or each == "\0" for each in value):
        refuse_value(attribute.name)
    return value


def _read_complex(attribute: Attribute, value: Any, *, strict: bool) -> dict[str, Any] | None:
    if isinstance(value, str) and (inner := find(attribute.sub, "value")):
        return {inner.name: read_single(inner, value)} if value else None
    if not isinstance(value, dict):
        refuse_value(attribute.name)
    read: dict[str, Any] = {}
    for name, each in value.items():
        sub = find(attribute.sub, name)
        if sub is None and strict:
            raise ScimRefusal("scim.attribute_unknown", scim_type="invalidSyntax")
        if sub is not None and sub.mutability != "readOnly":
            _put(read, sub.name, read_single(sub, each))
    return read


def check_size(resource: dict[str, Any]) -> None:
    """Raise ScimRefusal (invalidValue) if the resource is larger than an item may be (docs/design.md, State 8)."""
    if len(json.dumps(resource, ensure_ascii=False).encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise ScimRefusal("scim.too_large", scim_type="invalidValue", maximum=MOST_BYTES)


def refuse_value(name: str) -> NoReturn:
    """Raise the refusal of a value of another type than the attribute's."""
    raise ScimRefusal("scim.value_invalid", scim_type="invalidValue", name=name)


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    if value is None or value in ({}, []):
        holder.pop(name, None)
    else:
        holder[name] = value
