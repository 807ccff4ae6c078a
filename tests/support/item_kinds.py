"""The kinds of items that the store has."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import idp.store
from idp.store.tables import Item


def item_classes(model: type[Item] = Item) -> Iterator[type[Item]]:
    """The class of every kind of items that the store knows."""
    for module in pkgutil.walk_packages(idp.store.__path__, "idp.store."):
        importlib.import_module(module.name)
    for derived in model.__subclasses__():
        if "kind_name" in vars(derived):
            yield derived
        yield from item_classes(derived)


def kinds() -> Iterator[tuple[str, str]]:
    """Kind and table of every item that the store knows."""
    for model in item_classes():
        yield model.kind_name, model.table
