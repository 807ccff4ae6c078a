"""Attributes that pynamodb lacks or types loosely."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import Attribute, JSONAttribute


class TextMapAttribute(Attribute[Mapping[str, str]]):
    """Text by name, each changed on its own by an update's path."""

    attr_type = "M"

    def serialize(self, value: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """In DynamoDB's own form."""
        return {name: {"S": text} for name, text in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
        """As Python has it; KeyError where a value is not text."""
        return {name: text["S"] for name, text in value.items()}


def has_shape(members: Mapping[str, Any] | None, **shapes: type) -> None:
    """Raise TypeError for a member that is there and is not what it should be: found when it is read, not where it is used."""
    for name, shape in shapes.items():
        if members and name in members and not isinstance(members[name], shape):
            raise TypeError(f"{name} is {type(members[name]).__name__}")


class ObjectAttribute(JSONAttribute):
    """A JSON object in a text; what is another kind of JSON cannot be read."""

    def deserialize(self, value: str) -> dict[str, Any]:
        """As Python has it."""
        read = json.loads(value)
        if not isinstance(read, dict):
            raise TypeError("it is no JSON object")
        return read
