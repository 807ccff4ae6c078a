"""Items are written and read as pynamodb does it, for every class of items."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from pynamodb import attributes
from pynamodb.exceptions import AttributeNullError

import idp.store
from idp.store.attributes import ObjectAttribute, TextMapAttribute
from idp.store.hash_mixes import CountsAttribute
from idp.store.item_form import form_of
from idp.store.tables import Item

VALUES: dict[type, list[Any]] = {
    attributes.UnicodeAttribute: ["text", "", "é\n"],
    attributes.NumberAttribute: [0, -1, 1_700_000_000, 1.5, 2**60],
    attributes.BooleanAttribute: [True, False],
    attributes.BinaryAttribute: [b"\x00\xff"],
    attributes.UnicodeSetAttribute: [{"a", "b"}, set()],
    ObjectAttribute: [{"a": [1, None]}, {}],
    TextMapAttribute: [{"a": "b"}, {}],
    CountsAttribute: [{"a": 1}],
}


def kinds(of: type[Item] = Item) -> Iterator[type[Item]]:
    """All classes of items."""
    for module in pkgutil.walk_packages(idp.store.__path__, "idp.store."):
        import_module(module.name)
    for each in of.__subclasses__():
        yield from ([each] if hasattr(each, "kind_name") else [])
        yield from kinds(each)


KINDS = sorted(set(kinds()), key=lambda each: (each.__module__, each.__name__))


def filled(kind: type[Item], number: int) -> dict[str, Any]:
    """A value for each attribute."""
    return {name: VALUES[type(each)][number % len(VALUES[type(each)])] for name, each in kind.get_attributes().items()}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_items_is_converted_as_by_pynamodb(kind: type[Item]) -> None:
    """With all attributes, with only the needed ones, and back."""
    form = form_of(kind)
    for number in range(5):
        everything = filled(kind, number)
        for values in (everything, {name: everything[name] for name in form.needed}):
            try:
                theirs: Any = kind._container_serialize(kind(**values))  # noqa: SLF001  # what is compared with
            except AttributeNullError:  # an empty set is absent
                with pytest.raises(AttributeNullError):
                    kind(**values).raw()
                continue
            assert kind(**values).raw() == theirs
            item = kind()
            attributes.AttributeContainer._container_deserialize(item, theirs)  # noqa: SLF001  # what is compared with
            assert form.read(theirs) == item.attribute_values


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_defaults_are_values_that_items_can_share(kind: type[Item]) -> None:
    """They are the same objects in all items."""
    assert all(isinstance(each, str | int | bool) for each in form_of(kind).defaults.values())
    assert all(each.attr_name == name for name, each in kind.get_attributes().items())


def test_an_unknown_attribute_is_refused() -> None:
    """A misspelt name would be lost otherwise."""
    with pytest.raises(ValueError, match="has no colour"):
        KINDS[0](colour="red")


def test_an_attribute_that_is_needed_is_not_left_out() -> None:
    """An item without it could not be read."""
    for kind in KINDS:
        with pytest.raises(AttributeNullError):
            kind(pk="p", sk="s").raw()
