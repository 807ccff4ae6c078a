"""Writes the TypeScript client: shapes as interfaces, and a method for each operation."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING

from tools.admin_clients.document import sentence

if TYPE_CHECKING:
    from tools.admin_clients.document import Document, Operation, Schema

_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_HEAD = """// {text}
// Made by `python -m tools.admin_clients`. Do not edit it: a test compares it with the OpenAPI document.

"""
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)


def shapes(document: Document) -> str:
    """Return the module with the shapes."""
    return _HEAD.format(text="The shapes of requests and answers of the admin API.") + "\n".join(
        _shape(name, schema) for name, schema in document.shapes.items()
    )


def operations(document: Document) -> str:
    """Return the module with the operations."""
    parts = [
        _HEAD.format(text="The operations of the admin API."),
        'import { Base, type Answer } from "./base.js";\nimport type * as shapes from "./shapes.js";\n\n',
        "/** A method for each operation. Each throws `ProblemError` for a refusal. */\nexport class Operations extends Base {\n",
    ]
    for each in document.operations:
        parts.append(_method(each))
        if each.item is not None:
            parts.append(_all(each))
    return "".join(parts) + "}\n"


def type_of(schema: Schema, prefix: str = "") -> str:
    """Return a schema as a type. `prefix`: before the names of shapes."""
    if "$ref" in schema:
        return prefix + str(schema["$ref"]).removeprefix("#/")
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(each, ensure_ascii=False) for each in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(type_of(each, prefix) for each in schema.get("anyOf") or schema["oneOf"]))
    if "allOf" in schema:
        return type_of(schema["allOf"][0], prefix)
    kind = schema.get("type")
    if kind == "array":
        return f"Array<{type_of(schema.get('items', {}), prefix)}>"
    if kind == "object":
        inside = schema.get("additionalProperties")
        return f"Record<string, {type_of(inside, prefix) if isinstance(inside, dict) else 'unknown'}>"
    return _PLAIN.get(str(kind), "unknown")


def _shape(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"export type {name} = {type_of(schema)};\n"
    required = set(schema.get("required", ()))
    lines = []
    for member, each in schema["properties"].items():
        lines.append(_doc(each["description"], "  ") if "description" in each else "")
        shown = member if _NAME.fullmatch(member) else json.dumps(member)
        lines.append(f"  {shown}{'' if member in required else '?'}: {type_of(each)};\n")
    return f"{_doc(sentence(schema.get('description', '')) or name, '')}export interface {name} {{\n{''.join(lines)}}}\n"


def _doc(text: str, indent: str) -> str:
    plain = " ".join(text.split()).replace("*/", "* /")
    lines = textwrap.wrap(plain, 130 - len(indent), break_long_words=False, break_on_hyphens=False)
    if len(lines) == 1:
        return f"{indent}/** {plain} */\n"
    return "".join([f"{indent}/**\n", *(f"{indent} * {line}\n" for line in lines), f"{indent} */\n"])


def camel(name: str) -> str:
    """Return a name of Python as one of TypeScript."""
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def _options(it: Operation, *, without: tuple[str, ...] = ()) -> str:
    members = [
        f"{each.name}{'' if each.required else '?'}: {type_of(each.schema, 'shapes.')}" for each in it.in_query if each.name not in without
    ]
    members += [f"{camel(each)}?: string" for each in it.headers]
    return "{ " + "; ".join([*members, "signal?: AbortSignal"]) + " }"


def _positional(it: Operation) -> list[str]:
    places = [f"{camel(each.name)}: string" for each in it.in_path]
    body = [f"body{'' if it.needs_body else '?'}: {type_of(it.body, 'shapes.')}"] if it.body is not None else []
    return [*places, *body]


def _method(it: Operation) -> str:
    result = type_of(it.result, "shapes.") if it.result is not None else "undefined"
    default = "" if any(each.required for each in it.in_query) else " = {}"
    arguments = ", ".join([*_positional(it), f"options: {_options(it)}{default}"])
    path = it.path
    for each in it.in_path:
        path = path.replace(f"{{{each.name}}}", f"${{encodeURIComponent({camel(each.name)})}}").replace(
            f"{{{each.name}:path}}", f"${{encodeURIComponent({camel(each.name)})}}"
        )
    query = ", ".join(f"{each.name}: options.{each.name}" for each in it.in_query)
    sent = [f"query: {{ {query} }}"] if query else []
    sent += ["body"] if it.body is not None else []
    sent += ["once: true"] if "idempotency_key" in it.headers else []
    sent += ["options"]
    return (
        f"{_doc(sentence(it.text), '  ')}  {camel(it.name)}({arguments}): Promise<Answer<{result}>> {{\n"
        f'    return this.call("{it.method}", `{path}`, {{ {", ".join(sent)} }});\n  }}\n\n'
    )


def _all(it: Operation) -> str:
    name = camel("all_" + it.name.removeprefix("list_"))
    item = type_of(it.item or {}, "shapes.")
    arguments = ", ".join([*_positional(it), f"options: {_options(it, without=('cursor',))} = {{}}"])
    places = "".join(f"{camel(each.name)}, " for each in it.in_path)
    return (
        f"{_doc(sentence(it.text) + ' All pages, one after the other.', '  ')}  {name}({arguments}): AsyncGenerator<{item}> {{\n"
        f"    return this.entries((cursor) => this.{camel(it.name)}({places}{{ ...options, ...cursor }}));\n  }}\n\n"
    )
