"""References between the operations of a bulk request (RFC 7644 §3.7.2): `bulkId:NAME` stands for the id of what another one makes."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

PREFIX = "bulkId:"
Operation = dict[str, Any]


def in_order(operations: Sequence[Operation]) -> Iterator[tuple[Operation, Collection[str]]]:
    """Yield each operation, and the bulkIds of others that it names: after those, if that is possible, else as they came.

    The work grows with the size of the request, not with its square: each operation is looked at once (threats P-06).
    """
    own = [each["bulkId"] if isinstance(each.get("bulkId"), str) else None for each in operations]
    pending = Counter(name for name in own if name is not None)
    named = [
        (set(named_in([each.get("path"), each.get("data")])) & pending.keys()) - {mine} for each, mine in zip(operations, own, strict=True)
    ]
    lacks, waiting = [len(each) for each in named], defaultdict[str, list[int]](list)
    for number, names in enumerate(named):
        for name in names:
            waiting[name].append(number)
    ready, left = deque(number for number, count in enumerate(lacks) if not count), dict.fromkeys(range(len(operations)))
    while left:
        number = ready.popleft() if ready else next(iter(left))  # none is ready: a circle
        if number not in left:
            continue
        del left[number]
        yield operations[number], named[number]
        if (mine := own[number]) is not None:
            pending[mine] -= 1
            for other in waiting.pop(mine, ()) if not pending[mine] else ():
                lacks[other] -= 1
                if not lacks[other]:
                    ready.append(other)


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
