"""The OpenAPI document of the admin API, as the generators of clients need it: shapes with short names, and operations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from idp.http.admin.app import build
from idp.settings import Settings

Schema = dict[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_OWN_HEADERS = {"If-Match": "if_match", "If-None-Match": "if_none_match", "Idempotency-Key": "idempotency_key"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the path or the query."""

    name: str
    schema: Schema
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation. `headers`: the names in Python of those that a caller may set. `item`: the entries of a list with pages."""

    name: str
    text: str
    method: str
    path: str
    in_path: tuple[Parameter, ...]
    in_query: tuple[Parameter, ...]
    headers: tuple[str, ...]
    body: Schema | None
    needs_body: bool
    result: Schema | None
    item: Schema | None


@dataclass(frozen=True, slots=True)
class Document:
    """All shapes by their short names, and all operations by path."""

    shapes: dict[str, Schema]
    operations: tuple[Operation, ...]


def load() -> Document:
    """Return the document of this release."""
    services: Any = SimpleNamespace(
        settings=Settings(issuer="https://id.example.com"), keyring=None, idempotency=None, clock=None
    )  # fmt: skip
    return read(build(services).openapi())


def read(document: dict[str, Any]) -> Document:
    """Return what the generators need of a document."""
    stored: dict[str, Schema] = document["components"]["schemas"]
    names = _short_names(stored)
    shapes = {names[name]: _renamed(schema, names) for name, schema in stored.items()}
    found = [
        _operation(method, path, _renamed(members[method], names), shapes)
        for path, members in sorted(document["paths"].items())
        for method in _METHODS
        if method in members and not _answers_lines(members[method])
    ]
    return Document(dict(sorted(shapes.items())), tuple(found))


def _answers_lines(it: dict[str, Any]) -> bool:
    """Return whether an operation answers JSON lines, which the clients do not read: their answers are one JSON value."""
    return "application/x-ndjson" in it["responses"].get("200", {}).get("content", {})


def _short_names(stored: dict[str, Schema]) -> dict[str, str]:
    """Return the short name of each shape. FastAPI puts the module before a name that two modules have."""
    names: dict[str, str] = {}
    for name in sorted(stored):
        parts = re.split(r"__+", name)
        short = re.sub(r"\W", "", parts[-1].replace("-", ""))
        if short in names.values():
            short = "".join(word.capitalize() for word in parts[-2].split("_")) + short if len(parts) > 1 else short + "2"
        names[name] = short
    if len(set(names.values())) != len(names):
        raise ValueError("two shapes have one name")
    return names


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            name: "#/" + names[each.rpartition("/")[2]] if name == "$ref" and isinstance(each, str) else _renamed(each, names)
            for name, each in value.items()
        }
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value


def _operation(method: str, path: str, it: dict[str, Any], shapes: dict[str, Schema]) -> Operation:
    parameters = it.get("parameters", ())
    content = it.get("requestBody", {}).get("content", {}).get("application/json")
    answer: dict[str, Any] = next((it["responses"][code] for code in ("200", "201") if code in it["responses"]), {})
    result = answer.get("content", {}).get("application/json", {}).get("schema")
    in_query = _parameters(parameters, "query")
    return Operation(
        name=it["operationId"], text=it.get("description") or it.get("summary", ""), method=method.upper(), path=path,
        in_path=_parameters(parameters, "path"), in_query=in_query,
        headers=tuple(_OWN_HEADERS[each["name"]] for each in parameters if each["in"] == "header" and each["name"] in _OWN_HEADERS),
        body=content["schema"] if content else None, needs_body=bool(it.get("requestBody", {}).get("required")), result=result,
        item=_item(result, shapes) if any(each.name == "cursor" for each in in_query) else None,
    )  # fmt: skip


def _parameters(parameters: Any, place: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(each["name"], each["schema"], bool(each.get("required")), each.get("description", ""))
        for each in parameters
        if each["in"] == place
    )


def _item(result: Schema | None, shapes: dict[str, Schema]) -> Schema | None:
    if not result or "$ref" not in result:
        return None
    items: Schema | None = shapes[result["$ref"].removeprefix("#/")].get("properties", {}).get("items")
    return items["items"] if items else None


def sentence(text: str) -> str:
    """Return the first paragraph of a description, in one line."""
    return " ".join(text.partition("\n\n")[0].split())
