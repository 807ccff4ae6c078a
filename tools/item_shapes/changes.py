"""The differences of two sets of shapes, and which of them a version may have.

While two versions answer together, and after a rollback, each reads what the other one wrote. So in one version an item may only get what
the version before can do without: a new kind, an attribute that may be absent. Everything else takes a new name, or a contracting step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

NEW, CHANGED, GONE, MOVED = "new", "changed", "gone", "moved"
EXPANDING = {NEW}


class Change(NamedTuple):
    """`place`: a kind, an attribute or a member, with dots, or the function of a key. `what`: one of the words above."""

    place: str
    what: str


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[Change]:
    """Everything that changed from one set of shapes to the other."""
    found = set(_of_kinds(before["kinds"], now["kinds"]))
    for place, fields in now["members"].items():
        if place.partition(".")[0] in before["kinds"]:
            found |= set(_of_fields(place, before["members"].get(place, {}), fields))
    return found | {Change(name, MOVED) for name, key in now["keys"].items() if before["keys"].get(name, key) != key}


def _of_kinds(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for kind in {*before, *now}:
        if kind not in before:
            yield Change(kind, NEW)
        elif kind not in now:
            yield Change(kind, GONE)
        elif before[kind]["table"] != now[kind]["table"]:
            yield Change(kind, MOVED)
        else:
            yield from _of_fields(kind, before[kind]["attributes"], now[kind]["attributes"])


def _of_fields(place: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for name in {*before, *now}:
        if name not in before:  # what has to be there cannot be new: items of the version before lack it
            yield Change(f"{place}.{name}", NEW if now[name].endswith("?") else CHANGED)
        elif name not in now:
            yield Change(f"{place}.{name}", GONE)
        elif before[name] != now[name]:
            yield Change(f"{place}.{name}", CHANGED)


def problems(found: set[Change], recorded: Mapping[str, Mapping[str, str]], contracts: set[str]) -> list[str]:
    """What is wrong with the record of these changes. `contracts`: names of the migrations that contract."""
    breaks = "the version before cannot read that. Give it a new name, or name the contracting migration"
    told = [f"{change.place} is {change.what}: record it (python -m tools.item_shapes)" for change in found if change.place not in recorded]
    wanted = {change.place: change.what for change in found}
    for place, entry in recorded.items():
        if place not in wanted:
            told.append(f"{place} is recorded, and did not change")
        elif entry.get("what") != wanted[place]:
            told.append(f"{place} is {wanted[place]}, and recorded as {entry.get('what')}")
        elif not entry.get("before", "").strip():
            told.append(f"{place}: write into `before` what the version before does with it")
        elif wanted[place] not in EXPANDING and entry.get("contract") not in contracts:
            told.append(f"{place} is {wanted[place]}: {breaks}")
    return sorted(told)
