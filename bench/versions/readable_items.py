"""A program: reads every item with the classes of the version whose `idp` is imported, and prints what it found as JSON (`reading`)."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import idp.store
from idp import settings
from idp.domain.errors import Unavailable
from idp.store.tables import Item
from idp.wiring import build_services

TABLES = ("directory", "state", "keys")


def models(model: type[Item] = Item) -> Iterator[type[Item]]:
    """The classes of all kinds."""
    for each in model.__subclasses__():
        if "kind_name" in vars(each):
            yield each
        yield from models(each)


def main() -> dict[str, Any]:
    """Read everything."""
    for module in pkgutil.walk_packages(idp.store.__path__, "idp.store."):
        importlib.import_module(module.name)
    known = {(each.table, each.kind_name): each for each in models()}
    given = {name: value for name, value in os.environ.items() if name.startswith(settings.PREFIX)}
    database = build_services(settings.load(given)).database
    read, unknown, failed = Counter[str](), Counter[str](), list[list[str]]()
    ignored: dict[str, set[str]] = {}
    for table in TABLES:
        for raw in database.scan(table):
            kind = raw.get("kind", {}).get("S", "")
            model = known.get((table, kind))
            if model is None:
                unknown[kind] += 1
                continue
            try:
                model.of(raw)
            except Unavailable as problem:
                failed.append([kind, str(problem.detail)])
                continue
            read[kind] += 1
            if more := raw.keys() - {str(each.attr_name) for each in model.get_attributes().values()}:
                ignored.setdefault(kind, set()).update(more)
    return {"read": read, "unknown": unknown, "failed": failed, "ignored": {kind: sorted(names) for kind, names in ignored.items()}}


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
