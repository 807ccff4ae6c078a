"""Attribute paths (RFC 7644 §3.10): `name.givenName`, and the same with the URN of a schema in front."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.scim.attribute import find
from idp.domain.scim.schemas import COMMON

if TYPE_CHECKING:
    from idp.domain.scim.attribute import Attribute, Kind, Schema

LONGEST = 256
_NAME = re.compile(r"\$?[A-Za-z][A-Za-z0-9_-]*", re.ASCII)


class Place(NamedTuple):
    """Where a path leads. `extension`: its URN, or empty. Without `attribute` the path is a whole extension."""

    extension: str
    attribute: Attribute | None
    sub: Attribute | None = None

    @property
    def is_read_only(self) -> bool:
        """Return whether no client may change it."""
        return any(each is not None and each.mutability == "readOnly" for each in (self.attribute, self.sub))

    def holder(self, resource: dict[str, Any], *, make: bool = False) -> dict[str, Any]:
        """Return the object that has the attribute: the resource, or the extension in it. `make`: add the extension if it is missing."""
        if not self.extension:
            return resource
        if make:
            return resource.setdefault(self.extension, {})  # type: ignore[no-any-return]  # an extension is an object
        return resource.get(self.extension) or {}


def resolve(kind: Kind, path: str) -> Place | None:
    """Return where the path leads, or None if no schema of this kind has it. Names and URNs are case-insensitive."""
    if len(path) > LONGEST:
        return None
    extension, attributes, rest = _schema(kind, path)
    if not rest:
        return Place(extension, None) if extension else None
    name, dot, sub_name = rest.partition(".")
    if not _NAME.fullmatch(name) or (dot and not _NAME.fullmatch(sub_name)):
        return None
    attribute = find(attributes, name)
    if attribute is None:
        return None
    sub = find(attribute.sub, sub_name) if dot else None
    return None if dot and sub is None else Place(extension, attribute, sub)


def _schema(kind: Kind, path: str) -> tuple[str, tuple[Attribute, ...], str]:
    """Return the URN of the extension or empty, the attributes, and the path without the URN."""
    lower = path.lower()
    for schema in (kind.schema, *kind.extensions):
        urn = schema.id.lower()
        if lower == urn or lower.startswith(urn + ":"):
            return ("" if schema is kind.schema else schema.id), _attributes(kind, schema), path[len(urn) + 1 :]
    return "", _attributes(kind, kind.schema), path


def _attributes(kind: Kind, schema: Schema) -> tuple[Attribute, ...]:
    return (*COMMON, *schema.attributes) if schema is kind.schema else schema.attributes
