"""Applies a PATCH to a resource (RFC 7644 §3.5.2). All operations count, or none: the caller stores the result in one write.

Where the RFC and what Microsoft Entra and Okta send differ, what they mean is done: a filter that no value fits makes a value
(`emails[type eq "work"].value`), and `remove` with values removes only those. `id`, `schemas` and `meta` in a change without a path are
ignored.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from idp.domain.scim.filters import All, Compare
from idp.domain.scim.matching import fits_value
from idp.domain.scim.reading import assign, check_size, named_values, read_single, read_value
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Attribute, Kind
    from idp.domain.scim.filters import Filter
    from idp.domain.scim.patch_request import Operation
    from idp.domain.scim.paths import Place


def apply(kind: Kind, resource: dict[str, Any], operations: list[Operation], *, strict: bool) -> dict[str, Any]:
    """Return the resource after the operations. The given one is not changed.

    Raises:
        ScimRefusal: mutability, noTarget or invalidValue.
    """
    changed = copy.deepcopy(resource)
    for each in operations:
        _apply(kind, changed, each, strict=strict)
    for attribute in kind.schema.attributes:
        if attribute.required and not changed.get(attribute.name):
            raise ScimRefusal("scim.required", scim_type="invalidValue", name=attribute.name)
    check_size(changed)
    return changed


def _apply(kind: Kind, resource: dict[str, Any], it: Operation, *, strict: bool) -> None:
    if it.place is None:
        for place, value in named_values(kind, it.value, strict=strict):
            _set(resource, place, value, add=it.op == "add", strict=strict)
        return
    if it.place.attribute is None:
        _apply_extension(kind, resource, it, strict=strict)
        return
    if it.place.is_read_only:
        raise ScimRefusal("scim.read_only", scim_type="mutability", name=it.place.attribute.name)
    if it.op == "remove":
        _remove(resource, it, strict=strict)
    elif it.within is not None:
        _set_within(resource, it.place, it.within, it, strict=strict)
    else:
        _set(resource, it.place, it.value, add=it.op == "add", strict=strict)


def _apply_extension(kind: Kind, resource: dict[str, Any], it: Operation, *, strict: bool) -> None:
    urn = it.place.extension if it.place else ""
    if it.op == "remove":
        resource.pop(urn, None)
        return
    for place, value in named_values(kind, {urn: it.value}, strict=strict):
        _set(resource, place, value, add=it.op == "add", strict=strict)


def _set(resource: dict[str, Any], place: Place, value: Any, *, add: bool, strict: bool) -> None:
    """Add or replace without a filter. RFC 7644 §3.5.2.1 and §3.5.2.3 differ only for multi-valued attributes."""
    attribute = place.attribute
    if attribute is None or place.sub is not None or not attribute.sub:
        assign(resource, place, value, strict=strict)
        return
    holder = place.holder(resource)
    if attribute.multi:
        new = read_value(attribute, value, strict=strict) or []
        there = holder.get(attribute.name) or []
        assign(resource, place, _joined(there, new) if add else new, strict=strict)
        return
    new = read_single(attribute, value, strict=strict)
    merged = None if new is None else {**(holder.get(attribute.name) or {}), **new}
    assign(resource, place, merged, strict=strict)


def _joined(there: list[Any], new: list[Any]) -> list[Any]:
    """Return the values with new ones. RFC 7644 §3.5.2: a new primary value ends that of the others."""
    if any(isinstance(each, dict) and each.get("primary") is True for each in new):
        there = [{**each, "primary": False} if each.get("primary") is True and each not in new else each for each in there]
    return [*there, *(each for each in new if each not in there)]


def _set_within(resource: dict[str, Any], place: Place, within: Filter, it: Operation, *, strict: bool) -> None:
    attribute = place.attribute
    if attribute is None:
        return
    values = list(place.holder(resource).get(attribute.name) or [])
    hits = [at for at, each in enumerate(values) if fits_value(each, within, attribute)]
    if not hits:
        values.append(_made_by(within, attribute))
        hits = [len(values) - 1]
    if place.sub is not None:
        inner = {place.sub.name: read_single(place.sub, it.value)}
    else:
        inner = read_single(attribute, it.value, strict=strict) or {}
    for at in hits:
        values[at] = {name: each for name, each in {**values[at], **inner}.items() if each is not None}
    if inner.get("primary") is True:
        values = [{**each, "primary": at == hits[0]} if at in hits or each.get("primary") else each for at, each in enumerate(values)]
    assign(resource, place._replace(sub=None), values, strict=strict)


def _made_by(within: Filter, attribute: Attribute) -> dict[str, Any]:
    """Return the value that the filter describes: one comparison by eq, or several joined by and."""
    made: dict[str, Any] = {}
    for part in within.parts if isinstance(within, All) else (within,):
        if not isinstance(part, Compare) or part.op != "eq" or part.value is None:
            raise ScimRefusal("scim.no_target", scim_type="noTarget")
        made |= read_single(attribute, {part.path.partition(".")[2] or part.path: part.value}) or {}
    return made


def _remove(resource: dict[str, Any], it: Operation, *, strict: bool) -> None:
    place = it.place
    if place is None or place.attribute is None:
        return
    attribute = place.attribute
    values = place.holder(resource).get(attribute.name)
    if not attribute.multi or not isinstance(values, list):
        assign(resource, place, None, strict=strict)
        return
    gone = [fits_value(each, it.within, attribute) for each in values] if it.within is not None else [True] * len(values)
    if it.within is None and place.sub is None and it.has_value and it.value not in (None, [], ""):
        wanted = read_value(attribute, it.value, strict=False) or []
        gone = [any(_means(each, one) for one in wanted) for each in values]
    if place.sub is None:
        kept = [each for each, out in zip(values, gone, strict=True) if not out]
    else:
        name = place.sub.name
        kept = [{n: v for n, v in each.items() if not (out and n == name)} for each, out in zip(values, gone, strict=True)]
    assign(resource, place._replace(sub=None), kept or None, strict=strict)


def _means(stored: Any, named: Any) -> bool:
    """Return whether a value to remove names this stored one: all members that it has are equal."""
    return bool(named) and (stored == named or (isinstance(named, dict) and named.items() <= stored.items()))
