"""How items of one class are written and read. It is computed once for each class.

pynamodb does the same for each attribute of each item, which took most of the processor time of an import. Its attributes stay the
declaration of an item: names, types, defaults, and the conversion of all types but the frequent ones.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import Attribute, BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import AttributeNullError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pynamodb.attributes import AttributeContainer

    from idp.store.transport import Raw

    Convert = Callable[[Any], Any]


class Form:
    """The form of a class. `defaults`: values of new items. No default is a callable."""

    def __init__(self, model: type[AttributeContainer]) -> None:
        attributes = model.get_attributes()
        self.names = attributes.keys()
        self.stored = frozenset(str(each.attr_name) for each in attributes.values())
        self.defaults: dict[str, Any] = {name: each.default for name, each in attributes.items() if each.default is not None}
        self.needed = tuple(name for name, each in attributes.items() if not each.null)
        self._all = tuple((name, each.attr_name, each.attr_type, *_converters(each), each.null) for name, each in attributes.items())

    def write(self, values: Mapping[str, Any]) -> Raw:
        """Return DynamoDB's JSON form of these values by name.

        Raises:
            AttributeNullError: one that the class needs is None or absent.
        """
        raw: Raw = {}
        for name, stored_name, kind, serialize, _, null in self._all:
            value = values.get(name)
            if value is not None and serialize is not None:
                value = serialize(value)
            if value is not None:
                raw[stored_name] = {kind: value}
            elif not null:
                raise AttributeNullError(name)
        return raw

    def read(self, raw: Raw) -> dict[str, Any]:
        """Return the values by name, with the defaults of those that are absent or NULL.

        Raises:
            KeyError: one has another type. Also what the conversion of a type raises.
        """
        values = self.defaults.copy()
        for name, stored_name, kind, _, deserialize, _ in self._all:
            found = raw.get(stored_name)
            if found and "NULL" not in found:
                value = found[kind]
                values[name] = value if deserialize is None else deserialize(value)
        return values


@cache
def form_of(model: type[AttributeContainer]) -> Form:
    """Return the form of a class."""
    return Form(model)


def _converters(attribute: Attribute[Any]) -> tuple[Convert | None, Convert | None]:
    """Return what makes the stored value, and what makes the value again. None: it is the same."""
    if type(attribute) is UnicodeAttribute:
        return None, None
    if type(attribute) is BooleanAttribute:
        return bool, bool
    if type(attribute) is NumberAttribute:
        return _digits, _number
    return attribute.serialize, attribute.deserialize


def _digits(number: float) -> str:
    return str(number) if type(number) is int else json.dumps(number)


def _number(digits: str) -> float:
    found: float = int(digits) if digits.isdecimal() and digits.isascii() else json.loads(digits)
    return found
