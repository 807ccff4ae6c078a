"""docs/data-model.md lists exactly the kinds of items that the store has, each with its table."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import idp.store
from idp.store.tables import BY_TIME, LISTING, Item

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data-model.md").read_text(encoding="utf-8")


def kinds(model: type[Item] = Item) -> Iterator[tuple[str, str]]:
    """Kind and table of every item that the store knows."""
    for module in pkgutil.iter_modules(idp.store.__path__):
        importlib.import_module(f"idp.store.{module.name}")
    for derived in model.__subclasses__():
        if "kind_name" in vars(derived):
            yield derived.kind_name, derived.table
        yield from kinds(derived)


def test_every_kind_is_on_the_page() -> None:
    """Each kind is listed with its table."""
    items = PAGE.partition("## Items")[2].partition("| index |")[0]
    assert set(re.findall(r"^\| `(\w+)` \| (\w+) \| `", items, re.MULTILINE)) == set(kinds())


def test_every_index_is_on_the_page() -> None:
    """Each index is listed with its two key attributes."""
    for name, partition, sort in (LISTING, BY_TIME):
        assert re.search(rf"^\| `{name}` \| (directory|state) \| `{partition}` [^|]*`{sort}` ", PAGE, re.MULTILINE), name
