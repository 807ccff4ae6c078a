"""The body of a PATCH (RFC 7644 §3.5.2), and the operations in it as values. The names of operations are understood in any case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.scim import filters
from idp.domain.scim.paths import resolve
from idp.domain.scim.reading import named_values
from idp.domain.scim.refusal import ScimRefusal

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Kind
    from idp.domain.scim.filters import Filter
    from idp.domain.scim.paths import Place

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS = 100
_FILTERED = re.compile(r"([^\[\]]+)\[(.*)\](?:\.(\$?[A-Za-z][A-Za-z0-9_-]*))?", re.ASCII | re.DOTALL)


class Operation(NamedTuple):
    """One operation: `op` is add, replace or remove. `place`: None without a path. `within`: the filter of the path, or None."""

    op: str
    value: Any
    place: Place | None = None
    within: Filter | None = None
    has_value: bool = True


def read_operations(kind: Kind, body: Any, *, strict: bool) -> list[Operation]:
    """Return the operations of a PATCH body. One whose path no schema has is left out, or refused if `strict`.

    Raises:
        ScimRefusal: invalidSyntax, invalidPath, noTarget or invalidFilter.
    """
    given = next((value for name, value in body.items() if name.lower() == "operations"), None) if isinstance(body, dict) else None
    if not isinstance(given, list) or not given:
        raise ScimRefusal("scim.patch_malformed", scim_type="invalidSyntax")
    if len(given) > MOST_OPERATIONS:
        raise ScimRefusal("scim.patch_too_long", scim_type="tooMany", maximum=MOST_OPERATIONS)
    return [each for one in given if (each := _read(kind, one, strict=strict))]


def names(kind: Kind, operations: list[Operation], attribute: str) -> bool:
    """Return whether one of the operations is about this attribute of the core schema, by its path or by a member of its value."""
    places = [
        place
        for each in operations
        for place in ([each.place] if each.place else [place for place, _ in named_values(kind, each.value, strict=False)])
    ]
    return any(place.attribute is not None and place.attribute.name == attribute and not place.extension for place in places)


def _read(kind: Kind, one: Any, *, strict: bool) -> Operation | None:
    members = {str(name).lower(): value for name, value in one.items()} if isinstance(one, dict) else {}
    op, path, value = members.get("op"), members.get("path"), members.get("value")
    if not isinstance(op, str) or op.lower() not in {"add", "replace", "remove"} or not isinstance(path, str | None):
        raise ScimRefusal("scim.patch_malformed", scim_type="invalidSyntax")
    op, path = op.lower(), (path or "").strip()
    if not path:
        if op == "remove":
            raise ScimRefusal("scim.no_target", scim_type="noTarget")
        if not isinstance(value, dict):
            raise ScimRefusal("scim.patch_malformed", scim_type="invalidSyntax")
        return Operation(op, value)
    filtered = _FILTERED.fullmatch(path) if "[" in path else None
    place = resolve(kind, _without_filter(filtered, path))
    within = filters.parse(filtered[2]) if filtered else None
    if place is None:
        if strict or "[" in path or " " in path:
            raise ScimRefusal("scim.path_invalid", scim_type="invalidPath")
        return None
    if within is not None and (place.attribute is None or not place.attribute.multi):
        raise ScimRefusal("scim.path_invalid", scim_type="invalidPath")
    return Operation(op, value, place, within, has_value="value" in members)


def _without_filter(filtered: re.Match[str] | None, path: str) -> str:
    if filtered is None:
        return path
    return filtered[1] + (f".{filtered[3]}" if filtered[3] else "")
