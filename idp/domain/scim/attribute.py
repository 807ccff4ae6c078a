"""Attributes of schemas (RFC 7643 §2 and §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute, or a sub-attribute of a complex one. The defaults are those of RFC 7643 §2.2."""

    name: str
    description: str
    type: str = "string"
    multi: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: str = "readWrite"
    returned: str = "default"
    uniqueness: str = "none"
    sub: tuple[Attribute, ...] = ()
    canonical: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Return the attribute as `/Schemas` shows it (RFC 7643 §7)."""
        told: dict[str, Any] = {
            "name": self.name, "type": self.type, "multiValued": self.multi, "description": self.description, "required": self.required,
            "mutability": self.mutability, "returned": self.returned,
        }  # fmt: skip
        if self.type in {"string", "reference", "binary"}:
            told |= {"caseExact": self.case_exact, "uniqueness": self.uniqueness}
        if self.canonical:
            told["canonicalValues"] = list(self.canonical)
        if self.references:
            told["referenceTypes"] = list(self.references)
        if self.sub:
            told["subAttributes"] = [each.describe() for each in self.sub]
        return told


class Schema(NamedTuple):
    """A schema: of a resource, or of an extension of one. `id` is its URN."""

    id: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]


class Kind(NamedTuple):
    """A type of resources (RFC 7643 §6): `endpoint` is its path, `extensions` are the schemas that add attributes to `schema`."""

    name: str
    endpoint: str
    description: str
    schema: Schema
    extensions: tuple[Schema, ...] = ()


def find(attributes: Iterable[Attribute], name: str) -> Attribute | None:
    """Return the attribute with this name. RFC 7643 §2.1: "Attribute names are case insensitive"."""
    wanted = name.lower()
    return next((each for each in attributes if each.name.lower() == wanted), None)
