"""The shapes of items by the classes of `idp.store`: kinds with table and attributes, keys, and members of texts that are JSON.

It imports nothing of this repository but `idp`, so a process with another version's `idp` prints the shapes of that version.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any

import idp.store
from idp.store.keys import Key
from idp.store.tables import Item

JSON_TEXTS = {
    "authorization_detail_type.definition": "idp.domain.requests.authorization_details.DetailType",
    "client.metadata": "idp.domain.apps.client.Client",
    "connection.definition": "idp.domain.connections.connection.Connection",
    "organisation.policy": "idp.domain.organisations.profile.OrganisationPolicy",
    "trusted_issuer.definition": "idp.domain.access.trusted_issuer.TrustedIssuer",
}
"""Attributes that have the fields of a dataclass as JSON."""


def shapes() -> dict[str, Any]:
    """By kind its table and attributes; by function its keys; by attribute its members. `?` after a type: an item may lack it."""
    kinds = {
        model.kind_name: {"table": model.table, "attributes": dict(sorted(_attributes(model)))}
        for model in sorted(_models(), key=lambda each: each.kind_name)
    }
    return {"kinds": kinds, "keys": dict(sorted(_keys())), "members": {place: _members(name) for place, name in JSON_TEXTS.items()}}


def _models(model: type[Item] = Item) -> Iterator[type[Item]]:
    for module in pkgutil.walk_packages(idp.store.__path__, "idp.store."):
        importlib.import_module(module.name)
    for each in model.__subclasses__():
        if each.__module__.startswith("idp."):
            if "kind_name" in vars(each):
                yield each
            yield from _models(each)


def _attributes(model: type[Item]) -> Iterator[tuple[str, str]]:
    for each in model.get_attributes().values():
        may_be_absent = each.null or each.default is not None
        kind = "JSON" if "JSON" in str(type(each).__mro__) else str(each.attr_type)
        yield str(each.attr_name), kind + "?" * may_be_absent


def _keys() -> Iterator[tuple[str, str]]:
    """The keys that the functions make, from the names of their parameters."""
    for name in sorted(name for name in sys.modules if name.startswith("idp.store.") and name.endswith("keys")):
        for verb, function in inspect.getmembers(sys.modules[name], inspect.isfunction):
            signature = inspect.signature(function)
            if function.__module__ == name and not verb.startswith("_") and str(signature.return_annotation) in {"Key", "keys.Key"}:
                given = [_sample(each) for each in signature.parameters.values()]
                if None in given:  # of a value that is more than text or a number
                    continue
                made: Key = function(*given)
                yield f"{name.removeprefix('idp.store.')}.{verb}", f"{made.pk} {made.sk}"


def _sample(parameter: inspect.Parameter) -> Any:
    return {"int": 7, "str": parameter.name}.get(str(parameter.annotation))


def _members(name: str) -> dict[str, str]:
    module, _, found = name.rpartition(".")
    try:
        model = getattr(importlib.import_module(module), found)
    except (ImportError, AttributeError):  # the version before may not have it
        return {}
    absent = dataclasses.MISSING
    return {
        each.name: str(each.type) + "?" * (each.default is not absent or each.default_factory is not absent)
        for each in sorted(dataclasses.fields(model), key=lambda each: each.name)
    }


if __name__ == "__main__":
    json.dump(shapes(), sys.stdout)
