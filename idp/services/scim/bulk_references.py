"""References between the operations of a bulk request (RFC 7644 §3.7.2): `bulkId:NAME` stands for the id of what another one makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX = "bulkId:"


def named_in(value: Any) -> Iterator[str]:
    """Yield the names that occur in a path or in data. The depth of the value was limited when it was parsed."""
    if isinstance(value, str) and value.startswith(PREFIX):
        yield value.removeprefix(PREFIX)
    elif isinstance(value, str) and f"/{PREFIX}" in value:
        yield value.partition(f"/{PREFIX}")[2]
    elif isinstance(value, dict):
        for each in value.values():
            yield from named_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from named_in(each)


def resolved(value: Any, ids: Mapping[str, str]) -> Any:
    """Return the value with each known name replaced by its id."""
    if isinstance(value, str):
        if value.startswith(PREFIX):
            return ids.get(value.removeprefix(PREFIX), value)
        before, found, name = value.partition(f"/{PREFIX}")
        return f"{before}/{ids[name]}" if found and name in ids else value
    if isinstance(value, dict):
        return {name: resolved(each, ids) for name, each in value.items()}
    return [resolved(each, ids) for each in value] if isinstance(value, list) else value
