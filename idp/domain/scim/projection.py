"""Which attributes an answer has (RFC 7644 §3.9, RFC 7643 §7 `returned`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.scim.paths import resolve
from idp.domain.scim.schemas import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from idp.domain.scim.attribute import Attribute, Kind
    from idp.domain.scim.paths import Place

MOST = 100
"""The most paths of one request."""


class Wanted(NamedTuple):
    """`only`: the attributes that are asked for, or None for all that are returned by default. `without`: those that are left out."""

    only: tuple[Place, ...] | None
    without: tuple[Place, ...]

    def has(self, attribute: Attribute, extension: str = "") -> bool:
        """Return whether the answer has this attribute, or some part of it."""
        if attribute.returned in {"always", "never"}:
            return attribute.returned == "always"
        if self.only is not None:
            return any(each.extension == extension and each.attribute in (attribute, None) for each in self.only)
        left_out = any(each.extension == extension and each.sub is None and each.attribute in (attribute, None) for each in self.without)
        return attribute.returned == "default" and not left_out


EVERYTHING = Wanted(None, ())


def wanted(kind: Kind, attributes: Sequence[str], excluded: Sequence[str]) -> Wanted:
    """Read the parameters `attributes`, which wins, and `excludedAttributes`. Paths that no schema has are ignored."""
    only = tuple(place for path in attributes[:MOST] if (place := resolve(kind, path.strip())))
    without = tuple(place for path in excluded[:MOST] if (place := resolve(kind, path.strip())))
    return Wanted(only if attributes else None, without)


def project(kind: Kind, resource: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """Return the part of the resource that the answer has."""
    told = _part(resource, (*COMMON, *kind.schema.attributes), "", wanted)
    for schema in kind.extensions:
        if inner := _part(resource.get(schema.id) or {}, schema.attributes, schema.id, wanted):
            told[schema.id] = inner
    return told


def _part(holder: Mapping[str, Any], attributes: Iterable[Attribute], extension: str, wanted: Wanted) -> dict[str, Any]:
    return {
        each.name: _subs(each, holder[each.name], extension, wanted)
        for each in attributes
        if each.name in holder and wanted.has(each, extension)
    }


def _subs(attribute: Attribute, value: Any, extension: str, wanted: Wanted) -> Any:
    named = [each for each in (*(wanted.only or ()), *wanted.without) if each.extension == extension and each.attribute == attribute]
    subs = {each.sub.name for each in named if each.sub}
    if not subs or (wanted.only is not None and any(each.sub is None for each in named)):
        return value
    keep = wanted.only is not None

    def cut(one: Any) -> Any:
        return {name: each for name, each in one.items() if (name in subs) is keep} if isinstance(one, dict) else one

    return [cut(each) for each in value] if isinstance(value, list) else cut(value)
