"""The table of the Terraform provider: the attributes of each resource, from the shapes of the OpenAPI document.

A new member of a shape becomes an attribute. How a resource is called, and what its attributes have by default, is told in
`terraform_resources`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tools.admin_clients.document import sentence
from tools.admin_clients.terraform_resources import RESOURCES

if TYPE_CHECKING:
    from tools.admin_clients.document import Document, Schema
    from tools.admin_clients.terraform_resources import Resource

_SIMPLE = {"string": "string", "integer": "int", "boolean": "bool"}


def table(found: Document) -> str:
    """Return the table as JSON."""
    resources = {each.name: _resource(each, found.shapes) for each in RESOURCES}
    return json.dumps({"resources": resources}, indent=1, ensure_ascii=False) + "\n"


def _resource(it: Resource, shapes: dict[str, Schema]) -> dict[str, Any]:
    new, changes, answer = (shapes[name]["properties"] if name else {} for name in (it.new, it.changes, it.answer))
    required = set(shapes[it.new].get("required", ()))
    names = [*new, *(name for name in changes if name not in new), *(name for name in answer if name not in {*new, *changes})]
    written = [_attribute(it, name, new, changes, answer, required) for name in names if name not in {*it.hidden, *it.in_path}]
    for each, schema in ((each, new.get(each["name"], {})) for each in written):
        if entry := _entry(schema, shapes):
            each["entry"] = entry
    found: dict[str, Any] = {
        "path": it.path, "parent": it.parent, "id": it.id, "replaced": it.replaced, "description": it.text, "secret": it.secret,
        "secret_name": it.secret_name if it.secret else "", "by": it.by,
    }  # fmt: skip
    found = {name: value for name, value in found.items() if value or name == "secret"}
    found["attributes"] = [_in_path(name, text, answer) for name, text in it.in_path.items()] + written
    return found | ({"presets": it.presets} if it.by else {})


def _in_path(name: str, text: str, answer: dict[str, Schema]) -> dict[str, Any]:
    """Return an attribute that is no member of the body."""
    return {"name": name, "kind": "string", "text": text, "required": True, "in_path": True} | ({"answer": True} if name in answer else {})


def _entry(schema: Schema, shapes: dict[str, Schema]) -> dict[str, Any]:
    """Return the defaults of each member of an object whose members have names that the caller chooses."""
    among = [schema.get("additionalProperties"), *schema.get("patternProperties", {}).values()]
    names = [str(each["$ref"]).removeprefix("#/") for each in among if isinstance(each, dict) and "$ref" in each]
    return {
        member: own["default"]
        for name in names
        for member, own in shapes[name].get("properties", {}).items()
        if own.get("default") is not None
    }


def _attribute(
    it: Resource, name: str, new: dict[str, Schema], changes: dict[str, Schema], answer: dict[str, Schema], required: set[str]
) -> dict[str, Any]:
    schema = new.get(name) or changes.get(name) or answer[name]
    given = name in new or name in changes
    shown: Schema = answer.get(name, schema)
    found: dict[str, Any] = {"name": name, "kind": _kind(schema, ordered=name in it.ordered), "text": _text(schema, answer.get(name, {}))}
    if values := _values(schema):
        found["values"] = values
    flags = {
        "required": name in required, "optional": given and name not in required, "new": name in new,
        "change": (name in changes and name not in it.fixed) or (it.changes == "" and name in new), "answer": name in answer,
        "write_only": name == it.secret_member, "merged": name in it.merged, "reset": name in it.removable or it.null_resets,
        "initial": name in it.initial, "free": name in it.free,
    }  # fmt: skip
    found |= {flag: True for flag, is_set in flags.items() if is_set}
    if flags["optional"] and name not in {*it.following, *it.initial}:
        default = it.defaults.get(name, schema.get("default"))
        if default is not None:
            found["default"] = default
    chosen = not given or (flags["optional"] and "default" not in found and not _may_be_null(shown))
    if chosen and not flags["write_only"] and not flags["initial"]:
        found["computed"] = name in answer
        if name in it.following:
            found["follows"] = list(it.following[name])
    return {key: value for key, value in found.items() if key == "default" or value is not False}


def _text(schema: Schema, shown: Schema) -> str:
    return sentence(schema.get("description") or shown.get("description", "") or schema.get("title", "") + ".")


def _may_be_null(schema: Schema) -> bool:
    return any(each.get("type") == "null" for each in schema.get("anyOf", ()))


def _values(schema: Schema) -> list[str]:
    """Return the texts that an attribute, or an entry of it, may have. Empty: any."""
    plain = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    entry = plain.get("items", plain) if plain.get("type") == "array" else plain
    return [entry["const"]] if isinstance(entry.get("const"), str) else list(entry.get("enum", ()))


def _kind(schema: Schema, *, ordered: bool) -> str:
    """Return the kind of an attribute. An object with members of several types is JSON."""
    plain = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    kind = plain.get("type")
    if kind == "array" and plain.get("items", {}).get("type") == "string":
        return "list" if ordered else "set"
    if kind == "object" and plain.get("additionalProperties") in ({"type": "string"}, {"type": "string", "maxLength": 512}):
        return "map"
    return _SIMPLE.get(kind or "", "json")
