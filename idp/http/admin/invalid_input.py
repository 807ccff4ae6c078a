"""Sentences about input that does not match a schema: which parameter or member it is, and what is expected. They never repeat a value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidValue
from idp.domain.message import Message
from idp.domain.messages import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_MOST = 20
_LONGEST_NAME = 60
_KINDS = {
    "string_type": "text", "int_type": "a whole number", "int_parsing": "a whole number", "int_from_float": "a whole number",
    "int_parsing_size": "a whole number", "float_type": "a number", "finite_number": "a number", "bool_type": "true or false",
    "bool_parsing": "true or false", "list_type": "a list", "dict_type": "an object", "model_type": "an object",
    "model_attributes_type": "an object", "none_required": "null",
}  # fmt: skip
"""What a member must be, by the name of pydantic's error."""
_LIMITS: dict[str, tuple[str, Callable[[str], Message]]] = {
    "greater_than_equal": ("ge", lambda limit: Message("schema.too_small", limit=limit)),
    "greater_than": ("gt", lambda limit: Message("schema.not_more", limit=limit)),
    "less_than_equal": ("le", lambda limit: Message("schema.too_large", limit=limit)),
    "less_than": ("lt", lambda limit: Message("schema.not_less", limit=limit)),
    "string_too_short": ("min_length", lambda limit: Message("schema.too_few_characters", limit=limit)),
    "string_too_long": ("max_length", lambda limit: Message("schema.too_many_characters", limit=limit)),
    "too_short": ("min_length", lambda limit: Message("schema.too_few_elements", limit=limit)),
    "too_long": ("max_length", lambda limit: Message("schema.too_many_elements", limit=limit)),
    "string_pattern_mismatch": ("pattern", lambda limit: Message("schema.no_match", pattern=limit)),
    "literal_error": ("expected", lambda limit: Message("schema.other_value", values=limit)),
}
"""The limits in pydantic's errors, and the sentences about them."""


def describe_errors(found: Sequence[Mapping[str, Any]], body: Any) -> list[dict[str, str]]:
    """Return one entry for each parameter or member that is wrong: `field` (a dotted path) and `detail`.

    `found`: pydantic's errors. `body`: the JSON that was checked. For a member that may be one of several types pydantic has one error for
    each type; here it is one sentence.
    """
    kinds: dict[str, list[str]] = {}
    messages: dict[str, Message] = {}
    for each in found[:_MOST]:
        field = _field(each, body)
        if (kind := _KINDS.get(each["type"])) is not None:
            kinds.setdefault(field, []).append(kind)
        else:
            messages.setdefault(field, _message(each))
    for field, wanted in kinds.items():
        messages.setdefault(field, Message("schema.other_kind", kinds=" or ".join(dict.fromkeys(wanted))))
    return [{"field": field, "detail": render(message)} for field, message in messages.items()]


def printable_name(sent: object) -> str:
    """Return the name as an answer may repeat it: cut, or empty if it is not certainly a name."""
    text = str(sent)[:_LONGEST_NAME]
    return text if text.isprintable() else ""


def summarise(errors: Sequence[Mapping[str, str]]) -> str:
    """Return one sentence about all errors, with the names."""
    fields = [each["field"] for each in errors]
    if fields == [""]:
        return errors[0]["detail"].replace("This", "The body", 1)
    named = ", ".join(field for field in fields if field)
    return render(Message("schema.misfits", fields=named) if named else Message("schema.misfit"))


def _field(found: Mapping[str, Any], body: Any) -> str:
    """Return the path of the member. A part that is not in the body is the name of a type, unless the member is missing."""
    where, *path = found["loc"]
    if where != "body":
        return ".".join(printable_name(part) for part in path)
    parts, here = [], body
    for number, part in enumerate(path, 1):
        inside = (isinstance(here, dict) and part in here) or (isinstance(here, list) and isinstance(part, int) and part < len(here))
        if not inside:
            parts += [part] if found["type"] == "missing" and number == len(path) else []
            break
        here = here[part]
        parts.append(part)
    return ".".join(printable_name(part) for part in parts)


def _message(found: Mapping[str, Any]) -> Message:
    kind, context = found["type"], found.get("ctx") or {}
    if kind == "value_error":
        error: object = context["error"]
        return error.message if isinstance(error, InvalidValue) else Message("schema.unfit")
    if kind == "missing":
        return Message("schema.missing")
    if kind == "extra_forbidden":
        return Message("schema.unknown_member")
    if kind in _LIMITS:
        member, message = _LIMITS[kind]
        return message(_plain(str(context[member])))
    return Message("schema.unfit")


def _plain(limit: str) -> str:
    """Return the limit without the quotes that pydantic puts around each word of a list."""
    return re.sub(r"'([^']*)'", r"\1", limit)
