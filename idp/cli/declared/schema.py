"""The JSON Schema (2020-12) of a declarative file, from the shapes of the admin API. Editors complete and check a file with it."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from idp.cli.declared.kinds import ORDER
from idp.cli.declared.references import PLACES
from idp.domain.declared.managed_object import NAME

PLACE = "docs/schemas/declared-1.json"
_SECRET = (
    "Where the secret is: `env` is a variable of the environment, `file` a file beside this one, `ssm` a parameter of AWS Systems Manager, "
    "`secretsmanager` a secret of AWS Secrets Manager. The secret itself is never in this file."
)


def build() -> dict[str, Any]:
    """Return the schema."""
    models, shared = models_json_schema([(kind.model, "validation") for kind in ORDER], ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = shared["$defs"]
    properties: dict[str, Any] = {
        "managed": {
            "type": "string", "pattern": f"^{NAME.pattern}$",
            "description": "The name with which this file labels its objects. Only labelled objects are ever deleted by it.",
        }
    }  # fmt: skip
    for kind in ORDER:
        one = definitions[models[kind.model, "validation"]["$ref"].rpartition("/")[2]]
        properties[kind.name] = {"description": _doc(type(kind)), "type": "object", "additionalProperties": _one(kind, one)}
    for kind in ORDER:
        definitions.pop(models[kind.model, "validation"]["$ref"].rpartition("/")[2], None)
    definitions["secret"] = {
        "description": _SECRET, "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False,
        "properties": {name: {"type": "string", "minLength": 1} for name in PLACES},
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "State in a file", "description": "docs/declared.md",
        "type": "object", "additionalProperties": False, "minProperties": 1, "properties": properties, "$defs": definitions,
    }  # fmt: skip


def _one(kind: Any, shape: dict[str, Any]) -> dict[str, Any]:
    members: dict[str, Any] = dict(shape["properties"])
    required = set(shape.get("required", ()))
    if kind.id_in_body:
        members.pop(kind.id_member, None)
        required.discard(kind.id_member)
    if kind.secret:
        members[kind.secret] = {"$ref": "#/$defs/secret"}
        required.discard(kind.secret)
    if kind.texts:
        file = {"type": "object", "required": ["file"], "additionalProperties": False, "properties": {"file": {"type": "string"}}}
        for name in kind.texts:
            members[name] = {"description": members[name]["description"], "anyOf": [{"type": "string"}, file]}
    made: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": members}
    return made | ({"required": sorted(required)} if required else {})


def _doc(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())
