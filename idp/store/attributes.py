"""Attribute types that pynamodb lacks or types loosely."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import Attribute, JSONAttribute


class TextMapAttribute(Attribute[Mapping[str, str]]):
    """A map of text by name. An update can change one entry by its path."""

    attr_type = "M"

    def serialize(self, value: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """To DynamoDB's JSON form."""
        return {name: {"S": text} for name, text in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
        """To Python. Raises KeyError if a value is not text."""
        return {name: text["S"] for name, text in value.items()}


def has_shape(members: Mapping[str, Any] | None, **shapes: type) -> None:
    """Raise TypeError if a member is present with another type. So a damaged item is found when it is read, not where it is used."""
    for name, shape in shapes.items():
        if members and name in members and not isinstance(members[name], shape):
            raise TypeError(f"{name} is {type(members[name]).__name__}")


class ObjectAttribute(JSONAttribute):
    """A JSON object, stored as text. Other JSON cannot be read."""

    def deserialize(self, value: str) -> dict[str, Any]:
        """To Python. Raises ValueError or TypeError if it is not a JSON object."""
        read = json.loads(value)
        if not isinstance(read, dict):
            raise TypeError("it is not a JSON object")
        return read
