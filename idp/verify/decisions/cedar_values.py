"""Values of a question in Cedar's JSON, reduced to what the schema declares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from idp.verify.decisions.cedar_schema import Shape
from idp.verify.decisions.moments import parse_moment

MOST_DEPTH = 16
_TYPE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(::[A-Za-z_][A-Za-z0-9_]*){0,8}", re.ASCII)
_LONGEST_TYPE = 200
"""Characters of the name of a type."""


class Unfit(ValueError):
    """The question cannot be passed to the engine. The text contains no value of it."""


def type_of(name: str, namespace: str) -> str:
    """The entity type of a subject or resource: `user` becomes `User`; a path such as `Photos::Album` stays as it is.

    Raises:
        Unfit: the name cannot be a type of Cedar.
    """
    if len(name) > _LONGEST_TYPE or not _TYPE.fullmatch(name):
        raise Unfit("the type of the subject or the resource cannot be a Cedar type")
    if "::" in name:
        return name
    return f"{namespace}::{name[0].upper()}{name[1:]}" if namespace else name[0].upper() + name[1:]


def fit_to_schema(values: Mapping[str, Any], shape: Shape, depth: int = 0) -> dict[str, Any]:
    """The values that the schema declares. A declared value of a wrong type is passed unchanged, and the engine refuses it."""
    if depth > MOST_DEPTH:
        raise Unfit("values are nested too deep")
    found: dict[str, Any] = {}
    for name, kind in shape.items():
        value = values.get(name)
        if value is None:
            continue  # AuthZEN 1.0, section 11.5: null means absent, and Cedar has no null
        if kind.record is not None and isinstance(value, Mapping):
            found[name] = fit_to_schema(value, kind.record, depth + 1)
        else:
            found[name] = _to_cedar(value, kind.name, depth)
    return found


def _to_cedar(value: Any, kind: str, depth: int) -> Any:
    if kind.rpartition("::")[2] == "datetime" and (known := parse_moment(value)):
        return known.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{known.microsecond // 1000:03d}Z"
    _check(value, depth)
    return value


def _check(value: Any, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise Unfit("values are nested too deep")
    if isinstance(value, (Mapping, list, tuple)):
        for child in value.values() if isinstance(value, Mapping) else value:
            _check(child, depth + 1)
