"""What does not fit a schema, in sentences: which parameter or member it is, and what it has to be. Never what was sent as its value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST = 20
_LONGEST_NAME = 60
_KINDS = {
    "string_type": "text", "int_type": "a whole number", "int_parsing": "a whole number", "int_from_float": "a whole number",
    "int_parsing_size": "a whole number", "float_type": "a number", "finite_number": "a number", "bool_type": "true or false",
    "bool_parsing": "true or false", "list_type": "a list", "dict_type": "an object", "model_type": "an object",
    "model_attributes_type": "an object", "none_required": "null",
}  # fmt: skip
"""What a member has to be, by pydantic's name for what it is not."""
_LIMITS = {
    "greater_than_equal": ("ge", "has to be at least {}"), "greater_than": ("gt", "has to be more than {}"),
    "less_than_equal": ("le", "has to be at most {}"), "less_than": ("lt", "has to be less than {}"),
    "string_too_short": ("min_length", "has to have at least {} characters"),
    "string_too_long": ("max_length", "has to have at most {} characters"),
    "too_short": ("min_length", "has to have at least {} elements"), "too_long": ("max_length", "has to have at most {} elements"),
    "string_pattern_mismatch": ("pattern", "has to match {}"), "literal_error": ("expected", "has to be {}"),
}  # fmt: skip


def misfits(found: Sequence[Mapping[str, Any]], body: Any) -> list[dict[str, str]]:
    """One entry for each parameter or member that does not fit: `field`, with dots for what is inside, and `detail`.

    `found` is what pydantic found, `body` the JSON that it looked at. Where a member may be one of several kinds, pydantic says of
    each kind why it is not that; here it is one sentence.
    """
    kinds: dict[str, list[str]] = {}
    said: dict[str, str] = {}
    for each in found[:_MOST]:
        field = _field(each, body)
        if (kind := _KINDS.get(each["type"])) is not None:
            kinds.setdefault(field, []).append(kind)
        else:
            said.setdefault(field, _sentence(each))
    for field, wanted in kinds.items():
        said.setdefault(field, f"This has to be {' or '.join(dict.fromkeys(wanted))}.")
    return [{"field": field, "detail": sentence} for field, sentence in said.items()]


def name(sent: object) -> str:
    """A name of a parameter or member as it may be repeated: cut, and empty where it could be anything but a name."""
    text = str(sent)[:_LONGEST_NAME]
    return text if text.isprintable() else ""


def summary(errors: Sequence[Mapping[str, str]]) -> str:
    """One sentence for people about all of them, with the names."""
    fields = [each["field"] for each in errors]
    if fields == [""]:
        return errors[0]["detail"].replace("This", "The body", 1)
    named = ", ".join(field for field in fields if field)
    return f"The request does not fit what this address takes: {named}." if named else "The request does not fit what this address takes."


def _field(found: Mapping[str, Any], body: Any) -> str:
    """The path to the member. A part that is not in what was sent is the name of a kind, not of a member, unless it is missing."""
    where, *path = found["loc"]
    if where != "body":
        return ".".join(name(part) for part in path)
    parts, here = [], body
    for number, part in enumerate(path, 1):
        inside = (isinstance(here, dict) and part in here) or (isinstance(here, list) and isinstance(part, int) and part < len(here))
        if not inside:
            parts += [part] if found["type"] == "missing" and number == len(path) else []
            break
        here = here[part]
        parts.append(part)
    return ".".join(name(part) for part in parts)


def _sentence(found: Mapping[str, Any]) -> str:
    kind, context = found["type"], found.get("ctx") or {}
    if kind == "value_error":
        return str(context["error"])
    if kind == "missing":
        return "This is required."
    if kind == "extra_forbidden":
        return "This member does not exist or cannot be set."
    if kind in _LIMITS:
        member, sentence = _LIMITS[kind]
        return f"This {sentence.format(_plain(str(context[member])))}."
    return "This does not fit."


def _plain(limit: str) -> str:
    """A limit without the quotes that pydantic puts around each word of a list."""
    return re.sub(r"'([^']*)'", r"\1", limit)
