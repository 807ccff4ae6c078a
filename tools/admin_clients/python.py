"""Writes the Python client: shapes as TypedDicts, and a method for each operation."""

from __future__ import annotations

import json
import keyword
import re
import textwrap
from typing import TYPE_CHECKING

from tools.admin_clients.document import Operation, Parameter, sentence

if TYPE_CHECKING:
    from tools.admin_clients.document import Document, Schema

_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_HEAD = '''"""{text}

Made by `python -m tools.admin_clients`. Do not edit it: a test compares it with the OpenAPI document.
"""

from __future__ import annotations

'''
_TYPES = """from typing import Any, Literal, NotRequired, TypedDict

"""
_METHODS = """from typing import {used}

from idp_admin_client.base import Base

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp_admin_client import shapes
    from idp_admin_client.base import Answer


class Operations(Base):
    \"\"\"A method for each operation. Each raises `ProblemError` for a refusal, and `NoAnswerError` if there is no answer.\"\"\"
"""


def shapes(document: Document) -> str:
    """Return the module with the shapes."""
    parts = [_HEAD.format(text="The shapes of requests and answers of the admin API."), _TYPES]
    parts += [_shape(name, schema) for name, schema in document.shapes.items()]
    return "".join(parts)


def operations(document: Document) -> str:
    """Return the module with the operations."""
    parts = []
    for each in document.operations:
        parts.append(_method(each))
        if each.item is not None:
            parts.append(_all(each))
    body = "".join(parts)
    used = ", ".join(["TYPE_CHECKING", *(name for name in ("Any", "Literal") if re.search(rf"\b{name}\b", body))])
    return _HEAD.format(text="The operations of the admin API.") + _METHODS.replace("{used}", used) + body


def type_of(schema: Schema, prefix: str = "") -> str:
    """Return a schema as a type. `prefix`: before the names of shapes."""
    if "$ref" in schema:
        return prefix + str(schema["$ref"]).removeprefix("#/")
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(json.dumps(each, ensure_ascii=False) for each in values)}]"
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(type_of(each, prefix) for each in schema.get("anyOf") or schema["oneOf"]))
    if "allOf" in schema:
        return type_of(schema["allOf"][0], prefix)
    kind = schema.get("type")
    if kind == "array":
        return f"list[{type_of(schema.get('items', {}), prefix)}]"
    if kind == "object":
        inside = schema.get("additionalProperties")
        return f"dict[str, {type_of(inside, prefix) if isinstance(inside, dict) else 'Any'}]"
    return _PLAIN.get(str(kind), "Any")


def _shape(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"{name} = {type_of(schema)}\n\n\n"
    required = set(schema.get("required", ()))
    members = {
        member: type_of(each) if member in required else f"NotRequired[{type_of(each)}]" for member, each in schema["properties"].items()
    }
    text = sentence(schema.get("description", "")) or f"{name}."
    if all(member.isidentifier() and not keyword.iskeyword(member) for member in members):
        lines = []
        for member, type_ in members.items():
            lines.append(f"    {member}: {type_}\n")
            if described := schema["properties"][member].get("description"):
                lines.append(_doc(described, "    "))
        return f"class {name}(TypedDict):\n{_doc(text, '    ')}\n{''.join(lines)}\n\n"
    inside = ", ".join(f'"{member}": "{type_.replace(chr(34), chr(39))}"' for member, type_ in members.items())
    return f'{name} = TypedDict("{name}", {{{inside}}})\n{_doc(text, "")}\n\n'


def _doc(text: str, indent: str) -> str:
    """Return a docstring of at most 140 columns."""
    plain = " ".join(text.split()).replace("\\", "\\\\").replace('"""', "'''")
    plain += " " if plain.endswith('"') else ""
    lines = textwrap.wrap(f'"""{plain}"""', 136 - len(indent), break_long_words=False, break_on_hyphens=False)
    closed = lines if len(lines) == 1 else [*lines[:-1], lines[-1].removesuffix('"""'), '"""']
    return "".join(f"{indent}{line.rstrip()}\n" for line in closed if line.strip())


def _annotation(parameter: Parameter) -> str:
    type_ = type_of(parameter.schema, "shapes.")
    return type_ if parameter.required or "None" in type_ else f"{type_} | None"


def _arguments(it: Operation, *, without: tuple[str, ...] = ()) -> str:
    body = [f"body: {type_of(it.body, 'shapes.')}" + ("" if it.needs_body else " | None = None")] if it.body is not None else []
    body = [each.replace("| None | None", "| None") for each in body]
    named = [f"{each.name}: {_annotation(each)}" + ("" if each.required else " = None") for each in it.in_query if each.name not in without]
    named += [f"{each}: str | None = None" for each in it.headers]
    parts = ["self", *(f"{each.name}: str" for each in it.in_path), *body, *(["*", *named] if named else [])]
    return ", ".join(parts)


def _method(it: Operation) -> str:
    result = type_of(it.result, "shapes.") if it.result is not None else "None"
    places = "".join(f", {each.name}={each.name}" for each in it.in_path)
    sent = [json.dumps(it.method), f'self.path("{it.path}"{places})']
    if it.in_query:
        sent.append("query={" + ", ".join(f'"{each.name}": {each.name}' for each in it.in_query) + "}")
    sent += ["body=body"] if it.body is not None else []
    sent += [f"{each}={each}" for each in it.headers]
    sent += ["once=True"] if "idempotency_key" in it.headers else []
    return (
        f"\n    def {it.name}({_arguments(it)}) -> Answer[{result}]:\n{_doc(sentence(it.text), '        ')}"
        f"        return self.call({', '.join(sent)})\n"
    )


def _all(it: Operation) -> str:
    name = "all_" + it.name.removeprefix("list_")
    item = type_of(it.item or {}, "shapes.")
    places = "".join(f"{each.name}, " for each in it.in_path)
    filters = [each for each in it.in_query if each.name != "cursor"]
    passed = "".join(f", {each.name}={each.name}" for each in filters)
    return (
        f"\n    def {name}({_arguments(it, without=('cursor',))}) -> Iterator[{item}]:\n"
        f"{_doc(sentence(it.text) + ' All pages, one after the other.', '        ')}"
        f"        return self.entries(lambda cursor: self.{it.name}({places}cursor=cursor{passed}))\n"
    )
